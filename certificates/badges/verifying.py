"""Whether a badge is right: its shape, its signature, its dates and its status. Nothing is fetched.

Only badges of this issuer can be valid here. Of another one no more can be said than that nothing was changed
since it was signed; and where its key does not come along with it, not even that.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from certificates.lifecycle import Status

from . import addresses, proofs, reading, shapes, strangers, times, tokens
from .canonical import NotCanonical, UnknownContext
from .credentials import identity_hash
from .models import Badge, SigningKey

DECISIVE = {"signature", "dates", "status"}
"""Kinds of checks of which none may fail."""

MOST_PLACES = 5
"""Of what is wrong with a shape, told on the page."""

DONE = {"passed", "older"}
LEFT = {"left", "loose", "elsewhere", "kind", "vocabulary"}

KINDS = (
    "Ed25519Signature2020", "Ed25519Signature2018", "JsonWebSignature2020", "RsaSignature2018",
    "eddsa-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019", "ecdsa-sd-2023", "bbs-2023",
    "ES256", "ES384", "ES256K", "EdDSA", "Ed25519", "PS256", "RS384", "RS512",
)  # fmt: skip
"""Ways to sign that exist and are not checked here. The page names these, and no other text that was sent."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. The words for it are in certificates/badges/checks.html."""

    kind: str
    """shape, issuer, signature, dates, status or holder."""
    result: str
    """passed, failed or left; or what exactly was found, as the words tell it."""
    reason: str = ""
    """For whoever writes programs: the place and what belongs there. Not for the page."""
    name: str = ""
    """A way to sign that has a name; one of KINDS."""
    places: tuple[str, ...] = ()
    """Where something is wrong: names of the standard, with dots between, and nothing that was sent."""

    @property
    def shape(self) -> str:
        """The shape that stands with it: a kind of `components/status.html`."""
        if self.result in DONE:
            return "done"
        is_open = self.result in LEFT or (self.kind == "issuer" and self.result == "unknown")
        return "todo" if is_open else "late"


@dataclass(frozen=True)
class Answer:
    """What is to be said of a file."""

    outcome: str
    """valid, invalid, foreign (nothing was changed, but its issuer is unknown), unchecked or unreadable."""
    checks: list[Check] = field(default_factory=list)
    credential: dict[str, Any] | None = None
    """Only where the signature is right: what nobody has signed is not repeated."""

    @property
    def issued_at(self) -> datetime | None:
        """In the time zone of this site, whose calendar may not reach as far as that of the badge's."""
        try:
            return timezone.localtime(times.read(shapes.begins(self.credential))) if self.credential else None
        except OverflowError:
            return None

    @property
    def issuer(self) -> str:
        """The issuer's name, or its address."""
        issuer = self.credential["issuer"] if self.credential else ""
        return issuer if isinstance(issuer, str) else issuer.get("name", issuer["id"])

    @property
    def stranger(self) -> str:
        """The address of an issuer that is not us: anybody can use our name."""
        return shapes.issuer_of(self.credential) if self.credential and self.outcome == "foreign" else ""

    @property
    def name(self) -> str:
        """The holder's name, where the badge says it in plain words."""
        subject = self.credential["credentialSubject"] if self.credential else {}
        plain = (one for one in shapes.several(subject.get("identifier")) if not one["hashed"])
        return next((one["identityHash"] for one in plain if one["identityType"] == "name"), "")

    def result(self, kind: str) -> str:
        """The result of a check; "" where it was not made."""
        return next((check.result for check in self.checks if check.kind == kind), "")


def verify(content: bytes, *, staff_number: str = "", now: datetime | None = None) -> Answer:
    """Check a file. Never raises over what is in it. Three queries at most."""
    try:
        sent = reading.read(content)
    except reading.Unreadable as error:
        return Answer("unreadable", [Check("shape", error.kind, str(error))])
    problems = shapes.problems(sent.credential)
    if not problems and sent.token:
        problems = list(tokens.contradictions(sent.claims, sent.credential))
    if problems:
        places = tuple(problem.partition(":")[0] for problem in problems[:MOST_PLACES])
        return Answer("invalid", [Check("shape", "failed", "; ".join(problems), places=places)])
    is_ours = shapes.issuer_of(sent.credential) == addresses.issuer()
    checks = [
        Check("shape", "older" if shapes.is_older(sent.credential) else "passed"),
        Check("issuer", "passed" if is_ours else "unknown"),
        _own_signature(sent) if is_ours else _others_signature(sent),
        _dates(sent.credential, now or timezone.now()),
    ]
    is_signed = checks[2].result in {"passed", "loose"}
    if is_signed:
        checks += _facts(sent.credential, is_ours, staff_number)
    return Answer(_outcome(checks, is_ours, is_signed), checks, sent.credential if is_signed else None)


def _outcome(checks: list[Check], is_ours: bool, is_signed: bool) -> str:
    if any(check.shape == "late" for check in checks if check.kind in DECISIVE):
        return "invalid"
    if is_ours:
        return "valid"
    return "foreign" if is_signed else "unchecked"


def _facts(credential: dict[str, Any], is_ours: bool, staff_number: str) -> list[Check]:
    """What is looked at once the signature is right."""
    checks = [_status(credential) if is_ours else Check("status", "left")]
    if staff_number:
        checks.append(_holder(credential, staff_number))
    return checks


def _own_signature(sent: reading.Sent) -> Check:
    """Whether we signed it. Our keys are in the database, so here is no "cannot be checked"."""
    try:
        return _by_own_key(sent)
    except proofs.Unsigned as error:
        return Check("signature", "missing", str(error))
    except (proofs.BadProof, tokens.BadToken, NotCanonical) as error:
        return Check("signature", "failed", str(error))


def _by_own_key(sent: reading.Sent) -> Check:
    """Raises BadProof, BadToken, NotCanonical."""
    if sent.token:
        kind, method = SigningKey.Kind.TOKEN, tokens.header_of(sent.token).get("kid")
    else:
        kind, method = SigningKey.Kind.EMBEDDED, proofs.proof_of(sent.credential)["verificationMethod"]
    keys = {addresses.method(key): key for key in SigningKey.objects.filter(kind=kind)}
    key = keys.get(str(method))
    if key is None:
        return Check("signature", "failed", f"no key {method}")
    if sent.token:
        tokens.check(sent.token, key.rsa)
    else:
        proofs.check(sent.credential, key.ed25519)
    return Check("signature", "disowned" if key.compromised_at else "passed")


def _others_signature(sent: reading.Sent) -> Check:
    """As much as can be said of a signature with what the badge brings along."""
    try:
        return Check("signature", _by_token(sent) if sent.token else _by_proof(sent.credential))
    except proofs.UnknownKind as error:
        return Check("signature", "kind", str(error), error.name if error.name in KINDS else "")
    except strangers.Elsewhere as error:
        return Check("signature", "elsewhere", str(error))
    except strangers.Nowhere as error:
        return Check("signature", "nowhere", str(error))
    except proofs.Unsigned as error:
        return Check("signature", "missing", str(error))
    except UnknownContext as error:
        return Check("signature", "vocabulary", str(error))
    except NotCanonical as error:
        return Check("signature", "uncovered", str(error))
    except (proofs.BadProof, tokens.BadToken, strangers.NotTheirs) as error:
        return Check("signature", "failed", str(error))


def _by_proof(credential: dict[str, Any]) -> str:
    """The result. Raises BadProof, NoKey, NotCanonical."""
    try:
        proof = proofs.proof_of(credential)
    except proofs.UnknownKind as error:
        strangers.check_address(error.method)
        raise
    key, is_theirs = strangers.proof_key(proof["verificationMethod"], shapes.issuer_of(credential))
    proofs.check(credential, key)
    return "passed" if is_theirs else "loose"


def _by_token(sent: reading.Sent) -> str:
    """The result. Raises BadToken, UnknownKind, NoKey."""
    header = tokens.header_of(sent.token)
    algorithm = header["alg"]
    if algorithm in KINDS:
        raise proofs.UnknownKind({"type": algorithm})
    if algorithm != tokens.ALGORITHM:
        raise tokens.BadToken("not signed, or in a way that nobody can check")
    key, is_theirs = strangers.token_key(header, shapes.issuer_of(sent.credential))
    tokens.check(sent.token, key)
    return "passed" if is_theirs else "loose"


def _dates(credential: dict[str, Any], now: datetime) -> Check:
    last = shapes.ends(credential)
    if times.read(shapes.begins(credential)) > now:
        return Check("dates", "early")
    if last and times.read(last) < now:
        return Check("dates", "expired")
    return Check("dates", "passed")


def _status(credential: dict[str, Any]) -> Check:
    """How the certificate stands in the ledger now: the list that others read is made of the same rows."""
    uuid = credential["id"].removeprefix("urn:uuid:")
    badge = _badge(uuid)
    if badge is None:
        return Check("status", "unknown", f"no badge {uuid}")
    status = badge.certificate.status
    return Check("status", "passed" if status == Status.ISSUED else status)


def _holder(credential: dict[str, Any], staff_number: str) -> Check:
    """Whether the badge is that of the person with this number: Open Badges 3.0, section 9.3."""
    for identity in shapes.several(credential["credentialSubject"].get("identifier")):
        told = identity_hash(staff_number, identity.get("salt", "")) if identity["hashed"] else staff_number
        found = identity["identityHash"].lower() if identity["hashed"] else identity["identityHash"]
        if identity["identityType"] == "identifier" and hmac.compare_digest(told.encode(), found.encode()):
            return Check("holder", "passed")
    return Check("holder", "failed")


def _badge(text: str) -> Badge | None:
    try:
        return Badge.objects.select_related("certificate").filter(uuid=UUID(text)).first()
    except ValueError:
        return None
