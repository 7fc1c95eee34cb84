"""When a certificate is earned. No database, no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

GRADES = ("pass", "excellent")
"""Grades with which a capability counts, the lower one first."""


class RulesError(ValueError):
    """A rule pack is not as it should be; the message names the place and what belongs there."""


@dataclass(frozen=True)
class Rules:
    """What a rule pack asks for. Source: docs/rules.md, "Earning a certificate"."""

    online_hours: Decimal
    practice_hours: Decimal
    capabilities: int
    dimensions: int
    """Over how many dimensions those capabilities must be spread, at least."""
    grade: str
    """The lowest grade with which a capability counts."""
    quizzes: int | None
    """How many of the programme's quizzes; None for all of them, however many there are."""


@dataclass(frozen=True)
class Shown:
    """A capability that was shown, with its grade."""

    code: str
    dimension: str
    grade: str
    name: str = ""


@dataclass(frozen=True)
class Record:
    """How far somebody has got in a programme: the one set of numbers that every page shows."""

    online_hours: Decimal = Decimal(0)
    practice_hours: Decimal = Decimal(0)
    capabilities: tuple[Shown, ...] = ()
    quizzes_passed: int = 0
    quizzes_total: int = 0

    @property
    def hours(self) -> Decimal:
        return self.online_hours + self.practice_hours

    def shown(self, grade: str = "pass") -> tuple[Shown, ...]:
        """The capabilities with at least this grade."""
        accepted = GRADES[GRADES.index(grade) :]
        return tuple(shown for shown in self.capabilities if shown.grade in accepted)


@dataclass(frozen=True)
class Missing:
    """One thing that is not enough yet. The words for it are in certificates/missing.html."""

    kind: str
    """online_hours, practice_hours, capabilities, dimensions or quizzes."""
    have: Decimal | int
    need: Decimal | int
    grade: str = ""
    """For capabilities and dimensions: the grade that counts."""


def explain(record: Record, rules: Rules) -> list[Missing]:
    """What is missing from `record` under `rules`; nothing, exactly when the certificate is earned.

    A programme without quizzes asks for none, even under "all".
    """
    shown = record.shown(rules.grade)
    codes = {capability.code for capability in shown}
    dimensions = {capability.dimension for capability in shown}
    quizzes = record.quizzes_total if rules.quizzes is None else rules.quizzes
    asked = [
        Missing("online_hours", record.online_hours, rules.online_hours),
        Missing("practice_hours", record.practice_hours, rules.practice_hours),
        Missing("capabilities", len(codes), rules.capabilities, rules.grade),
        Missing("dimensions", len(dimensions), rules.dimensions, rules.grade),
        Missing("quizzes", record.quizzes_passed, quizzes),
    ]
    return [line for line in asked if line.have < line.need]


def parse_rules(data: Any) -> Rules:
    """Read a rule pack's JSON. Raises RulesError.

    {"online_hours": 25, "practice_hours": 25, "quizzes": "all",
     "capabilities": {"count": 3, "dimensions": 2, "grade": "pass"}}
    """
    fields = _fields(data, "rules", {"online_hours", "practice_hours", "capabilities", "quizzes"})
    capabilities = _fields(fields["capabilities"], "capabilities", {"count", "dimensions", "grade"})
    if capabilities["grade"] not in GRADES:
        raise RulesError(f"capabilities.grade: {' or '.join(GRADES)}, not {capabilities['grade']!r}")
    quizzes = fields["quizzes"]
    rules = Rules(
        online_hours=_hours(fields["online_hours"], "online_hours"),
        practice_hours=_hours(fields["practice_hours"], "practice_hours"),
        capabilities=_count(capabilities["count"], "capabilities.count"),
        dimensions=_count(capabilities["dimensions"], "capabilities.dimensions"),
        grade=capabilities["grade"],
        quizzes=None if quizzes == "all" else _count(quizzes, 'quizzes: "all" or a number'),
    )
    if rules.dimensions > rules.capabilities:
        raise RulesError("capabilities.dimensions: no more than capabilities.count")
    if not (rules.online_hours or rules.practice_hours or rules.capabilities or rules.quizzes):
        raise RulesError("rules: must ask for hours, capabilities or a number of quizzes")
    return rules


def _fields(data: Any, place: str, expected: set[str]) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise RulesError(f"{place}: an object, not {data!r}")
    if unlike := expected.symmetric_difference(data):
        names = ", ".join(sorted(map(str, unlike)))
        raise RulesError(f"{place}: exactly {', '.join(sorted(expected))}; look at {names}")
    return data


def _count(value: Any, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise RulesError(f"{place}: a whole number from 0, not {value!r}")
    return value


def _hours(value: Any, place: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1000:
        raise RulesError(f"{place}: a number of hours from 0, not {value!r}")
    return Decimal(str(value))
