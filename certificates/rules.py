"""When a certificate is earned, and what is missing until then. No database, no Django.

How rules are written down is in `schema.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

GRADES = ("pass", "excellent")
"""Grades with which a capability counts, the lower one first."""


class RulesError(ValueError):
    """A rule pack is not as it should be; the message names the place and what belongs there.

    The text is English; `message` with its `values` is what `messages.in_words` translates.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values if values else message)
        self.message, self.values = message, values


def gettext_noop(message: str) -> str:
    """The same: marks what is translated where it is shown, as Django's does, which is not known here."""
    return message


class Kind(StrEnum):
    """What a rule pack's certificates certify."""

    TEACHER = "teacher"
    CAPABILITY = "capability"
    HOURS = "hours"
    SCHOOL = "school"
    TEAM = "team"


@dataclass(frozen=True)
class Rules:
    """What a rule pack asks for; nothing, unless told.

    Source: docs/certification.md, "Earning a certificate".
    """

    online_hours: Decimal = Decimal(0)
    practice_hours: Decimal = Decimal(0)
    outside_hours: Decimal = Decimal(0)
    total_hours: Decimal = Decimal(0)
    """Of any kind, together."""
    capabilities: int = 0
    dimensions: int = 0
    """Over how many dimensions those capabilities must be spread, at least."""
    grade: str = "pass"
    """The lowest grade with which a capability counts."""
    among: tuple[str, ...] = ()
    """Codes of the capabilities that count; empty for all."""
    framework: str = ""
    """Code of the framework to which a statement's capabilities belong."""
    quizzes: int | None = 0
    """How many of the programme's quizzes; None for all of them, however many there are."""
    modules: tuple[str, ...] = ()
    """Codes of modules whose quizzes must be among those passed."""
    sign_offs: tuple[str, ...] = ()
    """What the school's lead must have confirmed, in the words of the pack."""
    cohort_percent: int = 0
    """How many of the school's people in the programme must have finished its modules."""
    enrolled_percent: int = 0
    """How many of the school's teachers must take part."""
    certified_percent: int = 0
    """How many of those who take part must have their certificate."""
    environments: tuple[str, ...] = ()
    """One of these is the environment for which the school has chosen."""
    plan: bool = False
    """Whether the school must have written its plan."""
    roles: tuple[str, ...] = ()
    """One of these roles must be held."""
    days: int = 0
    """For how many days, all postings in those roles together."""
    reviews: int = 0
    """How many submissions must have been marked."""


@dataclass(frozen=True)
class Shown:
    """A capability that was shown, with its grade."""

    code: str
    dimension: str
    grade: str
    name: str = ""


@dataclass(frozen=True)
class Share:
    """Some of a number of people."""

    have: int = 0
    of: int = 0

    @property
    def percent(self) -> int:
        """Whole percent, rounded down: 94.9 is not 95. Of nobody, it is 0."""
        return 100 * self.have // self.of if self.of else 0


@dataclass(frozen=True)
class Record:
    """How far somebody, or a school, has got: the one set of numbers that every page shows."""

    online_hours: Decimal = Decimal(0)
    practice_hours: Decimal = Decimal(0)
    outside_hours: Decimal = Decimal(0)
    capabilities: tuple[Shown, ...] = ()
    quizzes_passed: int = 0
    quizzes_total: int = 0
    modules_passed: tuple[str, ...] = ()
    """Codes of the programme's modules whose quizzes were passed."""
    sign_offs: tuple[str, ...] = ()
    cohort: Share = Share()
    """Of those who take part in the school, how many have finished the modules."""
    enrolled: Share = Share()
    """Of the school's teachers, how many take part."""
    certified: Share = Share()
    """Of those who take part, how many have their certificate."""
    environment: str = ""
    has_plan: bool = False
    roles: tuple[str, ...] = ()
    """Of those that the pack asks for: what is or was held."""
    days: int = 0
    reviews: int = 0

    @property
    def hours(self) -> Decimal:
        return self.online_hours + self.practice_hours + self.outside_hours

    def shown(self, grade: str = "pass") -> tuple[Shown, ...]:
        """The capabilities with at least this grade."""
        accepted = GRADES[GRADES.index(grade) :]
        return tuple(shown for shown in self.capabilities if shown.grade in accepted)


@dataclass(frozen=True)
class Missing:
    """One thing that is not enough yet. The words for it are in certificates/missing.html."""

    kind: str
    """A field of Rules."""
    have: Decimal | int
    need: Decimal | int
    grade: str = ""
    """For capabilities and dimensions: the grade that counts."""
    names: tuple[str, ...] = ()
    """For lists: which are missing. For capabilities among some: of which more can be shown.
    For roles and environments: which would do."""


def explain(record: Record, rules: Rules) -> list[Missing]:
    """What is missing from `record` under `rules`; nothing, exactly when the certificate is earned.

    A programme without quizzes asks for none, even under "all".
    """
    asked = [
        *_hours(record, rules),
        *_capabilities(record, rules),
        *_quizzes(record, rules),
        _listed("sign_offs", record.sign_offs, rules.sign_offs),
        Missing("cohort_percent", record.cohort.percent, rules.cohort_percent),
        *_school(record, rules),
        *_team(record, rules),
    ]
    return [line for line in asked if line.have < line.need]


def _hours(record: Record, rules: Rules) -> list[Missing]:
    return [
        Missing("online_hours", record.online_hours, rules.online_hours),
        Missing("practice_hours", record.practice_hours, rules.practice_hours),
        Missing("outside_hours", record.outside_hours, rules.outside_hours),
        Missing("total_hours", record.hours, rules.total_hours),
    ]


def _capabilities(record: Record, rules: Rules) -> list[Missing]:
    shown = [one for one in record.shown(rules.grade) if not rules.among or one.code in rules.among]
    codes = {capability.code for capability in shown}
    dimensions = {capability.dimension for capability in shown}
    left = tuple(code for code in rules.among if code not in codes)
    return [
        Missing("capabilities", len(codes), rules.capabilities, rules.grade, left),
        Missing("dimensions", len(dimensions), rules.dimensions, rules.grade),
    ]


def _quizzes(record: Record, rules: Rules) -> list[Missing]:
    needed = record.quizzes_total if rules.quizzes is None else rules.quizzes
    return [
        Missing("quizzes", record.quizzes_passed, needed),
        _listed("modules", record.modules_passed, rules.modules),
    ]


def _school(record: Record, rules: Rules) -> list[Missing]:
    fits = record.environment in rules.environments
    return [
        Missing("enrolled_percent", record.enrolled.percent, rules.enrolled_percent),
        Missing("certified_percent", record.certified.percent, rules.certified_percent),
        Missing("environments", int(fits), int(bool(rules.environments)), names=rules.environments),
        Missing("plan", int(record.has_plan), int(rules.plan)),
    ]


def _team(record: Record, rules: Rules) -> list[Missing]:
    held = any(role in rules.roles for role in record.roles)
    return [
        Missing("roles", int(held), int(bool(rules.roles)), names=rules.roles),
        Missing("days", record.days, rules.days),
        Missing("reviews", record.reviews, rules.reviews),
    ]


def _listed(kind: str, have: tuple[str, ...], need: tuple[str, ...]) -> Missing:
    left = tuple(name for name in need if name not in have)
    return Missing(kind, len(need) - len(left), len(need), names=left)
