"""What an Open Badge must look like: the parts of the data model (OB 3.0, appendix B) that we read or write.

Further parts that the model knows are let through: the signature covers them, and nothing here reads them.
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
HASH = re.compile(r"(sha256|md5)\$[0-9a-f]+")
EXTENSION = re.compile(r"ext:[A-Za-z0-9._-]+")

IDENTITY_TYPES = frozenset(
    {"name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress", "isbn", "issn",
     "nationalIdentityNumber", "lisSourcedId", "oneRosterSourcedId", "sisSourcedId", "ltiContextId",
     "ltiDeploymentId", "ltiToolId", "ltiPlatformId", "ltiUserId", "identifier"}
)  # fmt: skip
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


def one_or_more(inner: Check) -> Check:
    """One, or a list of some: where JSON-LD makes no difference."""

    def check(value: Any, place: str) -> Iterator[str]:
        if value == []:
            yield f"{place}: one at least"
        yield from (list_of(inner) if isinstance(value, list) else inner)(value, place)

    return check


def is_a(*names: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset({name}) for name in names)


def contexts(value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, list) or value[:2] != [CREDENTIALS, OPEN_BADGES]:
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
    {"value": text, "resultDescription": address, "achievedLevel": address, "alignment": list_of(ALIGNMENT)},
    is_a("Result"),
)
RESULT_DESCRIPTION = Shape(
    {"id": address, "name": text, "resultType": one_of(RESULT_TYPES)},
    {"allowedValue": list_of(text), "valueMin": text, "valueMax": text, "alignment": list_of(ALIGNMENT)},
    is_a("ResultDescription"),
)
IMAGE = Shape({"id": address}, {"caption": text}, is_a("Image"))
PROFILE = Shape({"id": address}, {"name": text, "url": address, "image": IMAGE}, is_a("Profile"))
ACHIEVEMENT = Shape(
    {
        "id": address,
        "name": text,
        "description": text,
        "criteria": Shape({}, {"id": address, "narrative": text}),
    },
    {
        "creator": PROFILE,
        "image": IMAGE,
        "inLanguage": text,
        "humanCode": text,
        "version": text,
        "tag": list_of(text),
        "alignment": list_of(ALIGNMENT),
        "resultDescription": list_of(RESULT_DESCRIPTION),
    },
    is_a("Achievement"),
)
STATUS = Shape(
    {
        "statusPurpose": text,
        "statusListIndex": index,
        "statusListCredential": address,
    },
    {"id": address},
    is_a("BitstringStatusListEntry"),
)


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
        "identifier": list_of(_identity),
        "result": list_of(RESULT),
        "activityStartDate": moment,
        "activityEndDate": moment,
        "source": PROFILE,
    },
    is_a("AchievementSubject"),
)
CREDENTIAL = Shape(
    {
        "@context": contexts,
        "id": address,
        "name": text,
        "issuer": PROFILE,
        "validFrom": moment,
        "credentialSubject": _subject,
    },
    {
        "awardedDate": moment,
        "validUntil": moment,
        "description": text,
        "image": IMAGE,
        "credentialStatus": one_or_more(STATUS),
    },
    (frozenset({"VerifiableCredential"}), frozenset({"OpenBadgeCredential", "AchievementCredential"})),
)


def problems(credential: Any) -> list[str]:
    """What keeps this from being an Open Badge 3.0, each with its place; nothing if it is one."""
    return list(CREDENTIAL(credential, "credential"))
