"""What an Open Badge must look like: the parts of the data model (OB 3.0, appendix B) that we read or write.

Further parts that the model knows are let through: the signature covers them, and nothing here reads them.
Badges come in two forms: today's, and the older one on Verifiable Credentials 1.1, whose dates have other
names. Where JSON-LD makes no difference between one and a list of one, neither do we.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import times
from .canonical import CREDENTIALS, OPEN_BADGES

Check = Callable[[Any, str], Iterator[str]]
"""Takes a value and where it stands; gives what is wrong with it, with the place."""

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
HASH = re.compile(r"(sha256|md5)\$[0-9a-fA-F]+")
EXTENSION = re.compile(r"ext:[A-Za-z0-9._-]+")

IDENTITY_TYPES = frozenset(
    {"name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress", "isbn", "issn",
     "nationalIdentityNumber", "lisSourcedId", "oneRosterSourcedId", "sisSourcedId", "ltiContextId",
     "ltiDeploymentId", "ltiToolId", "ltiPlatformId", "ltiUserId", "identifier"}
)  # fmt: skip
CREDENTIALS_1 = "https://www.w3.org/2018/credentials/v1"
VOCABULARY = re.compile(
    r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)?\.json"
    r"|https://imsglobal\.github\.io/openbadges-specification/context\.json"
)
"""Where 1EdTech serves, and once served, the vocabulary of Open Badges 3.0 in any edition."""

RESULT_TYPES = frozenset(
    {"GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore", "RawScore",
     "Result", "RubricCriterion", "RubricCriterionLevel", "RubricScore", "ScaledScore", "Status"}
)  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """An object with these members; `types` are names of which its type must hold one each."""

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    types: tuple[frozenset[str], ...] = ()

    def __call__(self, value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{place}: an object"
            return
        for name in self.required:
            if name not in value:
                yield f"{place}.{name}: missing"
        for name, check in (*self.required.items(), *self.optional.items()):
            if name in value:
                yield from check(value[name], f"{place}.{name}")
        if self.types:
            yield from self._types(value.get("type"), f"{place}.type")

    def _types(self, found: Any, place: str) -> Iterator[str]:
        names = found if isinstance(found, list) else [found]
        if not names or not all(isinstance(name, str) for name in names):
            yield f"{place}: one or more names"
            return
        for wanted in self.types:
            if not wanted.intersection(names):
                yield f"{place}: {' or '.join(sorted(wanted))}"


def text(value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, str) or not value.strip():
        yield f"{place}: a text"


def address(value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, str) or not ADDRESS.fullmatch(value):
        yield f"{place}: an absolute address"


def moment(value: Any, place: str) -> Iterator[str]:
    try:
        times.read(value)
    except ValueError:
        yield f"{place}: a moment with its time zone"


def yes_or_no(value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"{place}: true or false"


def one_of(known: frozenset[str]) -> Check:
    """One of these names, or an extension as the standard lets one write it."""

    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, str) or not (value in known or EXTENSION.fullmatch(value)):
            yield f"{place}: a name that the standard knows"

    return check


def list_of(inner: Check) -> Check:
    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{place}: a list"
            return
        for position, one in enumerate(value):
            yield from inner(one, f"{place}[{position}]")

    return check


def any_number(inner: Check) -> Check:
    """One, or a list of any length: where JSON-LD makes no difference."""

    def check(value: Any, place: str) -> Iterator[str]:
        yield from (list_of(inner) if isinstance(value, list) else inner)(value, place)

    return check


def is_a(*names: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset({name}) for name in names)


def contexts(value: Any, place: str) -> Iterator[str]:
    first, second, *_ = [*value, None, None] if isinstance(value, list) else [None, None]
    if first not in (CREDENTIALS, CREDENTIALS_1) or not VOCABULARY.fullmatch(str(second)):
        yield f"{place}: first {CREDENTIALS}, then {OPEN_BADGES}"


def index(value: Any, place: str) -> Iterator[str]:
    if not re.fullmatch(r"\d{1,9}", str(value), re.ASCII) or isinstance(value, bool):
        yield f"{place}: a whole number"


ALIGNMENT = Shape(
    {"targetName": text, "targetUrl": address},
    {"targetCode": text, "targetDescription": text, "targetFramework": text, "targetType": text},
    is_a("Alignment"),
)
RESULT = Shape(
    {},
    {
        "value": text,
        "resultDescription": address,
        "achievedLevel": address,
        "alignment": any_number(ALIGNMENT),
    },
    is_a("Result"),
)
RESULT_DESCRIPTION = Shape(
    {"id": address, "name": text, "resultType": one_of(RESULT_TYPES)},
    {
        "allowedValue": any_number(text),
        "valueMin": text,
        "valueMax": text,
        "requiredValue": text,
        "requiredLevel": address,
        "alignment": any_number(ALIGNMENT),
    },
    is_a("ResultDescription"),
)
IMAGE = Shape({"id": address}, {"caption": text}, is_a("Image"))
IDENTIFIER = Shape({"identifier": text, "identifierType": text}, {}, is_a("IdentifierEntry"))
PARTY = Shape(
    {"id": address},
    {"name": text, "url": address, "image": IMAGE, "otherIdentifier": any_number(IDENTIFIER)},
    is_a("Profile"),
)
"""Who issued something, or made it. A parent of its parent is not looked at."""
PROFILE = Shape(PARTY.required, {**PARTY.optional, "parentOrg": PARTY}, PARTY.types)
EVIDENCE = Shape({}, {"id": address, "name": text, "description": text, "genre": text}, is_a("Evidence"))


def _issuer(value: Any, place: str) -> Iterator[str]:
    """A profile, or only its address."""
    yield from (address if isinstance(value, str) else PROFILE)(value, place)


def _criteria(value: Any, place: str) -> Iterator[str]:
    yield from Shape({}, {"id": address, "narrative": text})(value, place)
    if isinstance(value, dict) and not value.keys() & {"id", "narrative"}:
        yield f"{place}: an id or a narrative"


ACHIEVEMENT = Shape(
    {"id": address, "name": text, "description": text, "criteria": _criteria},
    {
        "creator": PROFILE,
        "image": IMAGE,
        "inLanguage": text,
        "humanCode": text,
        "version": text,
        "tag": any_number(text),
        "alignment": any_number(ALIGNMENT),
        "resultDescription": any_number(RESULT_DESCRIPTION),
        "otherIdentifier": any_number(IDENTIFIER),
    },
    is_a("Achievement"),
)
TYPED = Shape({"type": any_number(text)}, {"id": address})
"""A part whose kind decides what it says, and which is not read here."""
ENTRY = Shape({"statusPurpose": text, "statusListIndex": index, "statusListCredential": address})


def _status(value: Any, place: str) -> Iterator[str]:
    """Of the kinds of lists only the Bitstring Status List is known; others are let through."""
    yield from TYPED(value, place)
    if isinstance(value, dict) and "BitstringStatusListEntry" in several(value.get("type")):
        yield from ENTRY(value, place)


def _identity(value: Any, place: str) -> Iterator[str]:
    yield from IDENTITY(value, place)
    is_hashed = isinstance(value, dict) and value.get("hashed") is True
    if is_hashed and not HASH.fullmatch(str(value.get("identityHash"))):
        yield f"{place}.identityHash: sha256$ and the hash"


IDENTITY = Shape(
    {"identityHash": text, "hashed": yes_or_no, "identityType": one_of(IDENTITY_TYPES)},
    {"salt": text},
    is_a("IdentityObject"),
)


def _subject(value: Any, place: str) -> Iterator[str]:
    yield from SUBJECT(value, place)
    if isinstance(value, dict) and not (value.get("id") or value.get("identifier")):
        yield f"{place}: an id or an identifier"


SUBJECT = Shape(
    {"achievement": ACHIEVEMENT},
    {
        "id": address,
        "identifier": any_number(_identity),
        "result": any_number(RESULT),
        "activityStartDate": moment,
        "activityEndDate": moment,
        "source": PROFILE,
    },
    is_a("AchievementSubject"),
)


def _credential(first: str, last: str) -> Shape:
    """The shape of a credential whose time begins and ends with members of these names."""
    return Shape(
        {
            "@context": contexts,
            "id": address,
            "issuer": _issuer,
            first: moment,
            "credentialSubject": _subject,
        },
        {
            "name": text,
            "awardedDate": moment,
            last: moment,
            "description": text,
            "image": IMAGE,
            "evidence": any_number(EVIDENCE),
            "credentialStatus": any_number(_status),
            "credentialSchema": any_number(Shape({"id": address, "type": any_number(text)})),
            "refreshService": any_number(TYPED),
            "termsOfUse": any_number(TYPED),
        },
        (frozenset({"VerifiableCredential"}), frozenset({"OpenBadgeCredential", "AchievementCredential"})),
    )


PERIOD, OLDER_PERIOD = ("validFrom", "validUntil"), ("issuanceDate", "expirationDate")
CREDENTIAL, OLDER_CREDENTIAL = _credential(*PERIOD), _credential(*OLDER_PERIOD)


def is_older(credential: Any) -> bool:
    """Whether it is meant to have the older form."""
    found = credential.get("@context") if isinstance(credential, dict) else None
    return isinstance(found, list) and found[:1] == [CREDENTIALS_1]


def problems(credential: Any) -> list[str]:
    """What keeps this from being an Open Badge 3.0, each with its place; nothing if it is one."""
    shape = OLDER_CREDENTIAL if is_older(credential) else CREDENTIAL
    return list(shape(credential, "credential"))


def period(credential: Any) -> tuple[str, str]:
    """The names of the members that say when its time begins and ends."""
    return OLDER_PERIOD if is_older(credential) else PERIOD


# What can be asked of a credential without problems.


def begins(credential: dict[str, Any]) -> str:
    return credential[period(credential)[0]]


def ends(credential: dict[str, Any]) -> str | None:
    return credential.get(period(credential)[1])


def issuer_of(credential: dict[str, Any]) -> str:
    """The issuer's id."""
    issuer = credential["issuer"]
    return issuer if isinstance(issuer, str) else issuer["id"]


def several(value: Any) -> list[Any]:
    """A member that may be left out, be one thing, or be a list of some."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
