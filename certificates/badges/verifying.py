"""Whether a badge is right: its shape, its signature, its dates and its status. Nothing is fetched.

Only badges of this issuer can be valid here. Of another one no more can be said than that its signature is
right, and that only where its name is its own key (did:key).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from certificates.lifecycle import Status

from . import addresses, proofs, reading, shapes, times, tokens
from .canonical import NotCanonical
from .credentials import identity_hash
from .models import Badge, SigningKey
from .multibase import read_multikey

DID_KEY = "did:key:"
DECISIVE = {"signature", "dates", "status"}
"""Kinds of checks of which none may fail."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. The words for it are in certificates/badges/checks.html."""

    kind: str
    """shape, issuer, signature, dates, status or holder."""
    result: str
    """passed, failed or left; or what exactly was found: disowned, early, expired, a status, unknown."""
    reason: str = ""
    """For whoever writes programs: the place and what belongs there. Not for the page."""

    @property
    def shape(self) -> str:
        """The shape that stands with it: a kind of `components/status.html`."""
        if self.kind == "issuer" and self.result == "unknown":
            return "todo"
        return {"passed": "done", "left": "todo"}.get(self.result, "late")


@dataclass(frozen=True)
class Answer:
    """What is to be said of a file."""

    outcome: str
    """valid, invalid, foreign (its signature is right, its issuer not known here) or unreadable."""
    checks: list[Check] = field(default_factory=list)
    credential: dict[str, Any] | None = None
    """Only where the signature is right: what nobody has signed is not repeated."""

    @property
    def issued_at(self) -> datetime | None:
        return times.read(self.credential["validFrom"]) if self.credential else None

    @property
    def name(self) -> str:
        """The holder's name, where the badge says it in plain words."""
        subject = self.credential["credentialSubject"] if self.credential else {}
        plain = (one for one in subject.get("identifier", []) if not one["hashed"])
        return next((one["identityHash"] for one in plain if one["identityType"] == "name"), "")

    def result(self, kind: str) -> str:
        """The result of a check; "" where it was not made."""
        return next((check.result for check in self.checks if check.kind == kind), "")


def verify(content: bytes, *, staff_number: str = "", now: datetime | None = None) -> Answer:
    """Check a file. Never raises over what is in it. Three queries at most."""
    try:
        sent = reading.read(content)
    except reading.Unreadable as error:
        return Answer("unreadable", [Check("shape", "failed", str(error))])
    problems = shapes.problems(sent.credential)
    if problems:
        return Answer("invalid", [Check("shape", "failed", "; ".join(problems))])
    issuer = sent.credential["issuer"]["id"]
    is_ours = issuer == addresses.issuer()
    is_own_key = issuer.startswith(DID_KEY) and not sent.token
    checks = [Check("shape", "passed"), Check("issuer", "passed" if is_ours else "unknown")]
    if not is_ours and not is_own_key:
        return Answer("invalid", [*checks, Check("signature", "left")])
    checks.append(_signature(sent, is_ours))
    if checks[-1].result != "passed":
        return Answer("invalid", checks)
    checks += _facts(sent.credential, is_ours, staff_number, now or timezone.now())
    good = all(check.result in {"passed", "left"} for check in checks if check.kind in DECISIVE)
    outcome = ("valid" if is_ours else "foreign") if good else "invalid"
    return Answer(outcome, checks, sent.credential)


def _facts(credential: dict[str, Any], is_ours: bool, staff_number: str, now: datetime) -> list[Check]:
    """What is looked at once the signature is right."""
    checks = [_dates(credential, now), _status(credential) if is_ours else Check("status", "left")]
    if staff_number:
        checks.append(_holder(credential, staff_number))
    return checks


def _signature(sent: reading.Sent, is_ours: bool) -> Check:
    try:
        if is_ours:
            return _own_signature(sent)
        proof = proofs.proof_of(sent.credential)
        issuer = sent.credential["issuer"]["id"]
        name = issuer.removeprefix(DID_KEY)
        if proof["verificationMethod"] not in {issuer, f"{issuer}#{name}"}:
            return Check("signature", "failed", "signed with another key than the issuer's name")
        proofs.check(sent.credential, read_multikey(name))
    except (proofs.BadProof, tokens.BadToken, NotCanonical, ValueError) as error:
        return Check("signature", "failed", str(error))
    return Check("signature", "passed")


def _own_signature(sent: reading.Sent) -> Check:
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


def _dates(credential: dict[str, Any], now: datetime) -> Check:
    if times.read(credential["validFrom"]) > now:
        return Check("dates", "early")
    if "validUntil" in credential and times.read(credential["validUntil"]) < now:
        return Check("dates", "expired")
    return Check("dates", "passed")


def _status(credential: dict[str, Any]) -> Check:
    """How the certificate stands in the ledger now: the lists that others read are made of the same rows."""
    uuid = credential["id"].removeprefix("urn:uuid:")
    badge = _badge(uuid)
    if badge is None:
        return Check("status", "unknown", f"no badge {uuid}")
    status = badge.certificate.status
    return Check("status", "passed" if status == Status.ISSUED else status)


def _holder(credential: dict[str, Any], staff_number: str) -> Check:
    """Whether the badge is that of the person with this number."""
    for identity in credential["credentialSubject"].get("identifier", []):
        told = identity_hash(staff_number, identity.get("salt", ""))
        if identity["hashed"] and hmac.compare_digest(told, identity["identityHash"]):
            return Check("holder", "passed")
    return Check("holder", "failed")


def _badge(text: str) -> Badge | None:
    try:
        return Badge.objects.select_related("certificate").filter(uuid=UUID(text)).first()
    except ValueError:
        return None
