"""When a certificate is earned, and how its number and date are written. No database, no Django."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
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


# Numbers: BJXJ20-2026-610323-000123-6 is prefix, year, area, serial and check character

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
COMPACT = re.compile(r"([0-9A-Z]{2,12})([0-9]{4})([0-9]{6})([0-9]{6})([0-9A-Z])")
BLANKS_AND_DASHES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\-\u2010-\u2015\u2212\u30fc]+")


def check_character(text: str) -> str:
    """The ISO 7064 MOD 37,36 check character of upper-case letters and digits.

    It gives away every single wrong character, and all but one in about six hundred of the swaps of two
    neighbours: those that this standard does not see are pairs next to each other in the alphabet.
    """
    product = 36
    for character in text:
        product = ((product + ALPHABET.index(character)) % 36 or 36) * 2 % 37
    return ALPHABET[(37 - product) % 36]


def certificate_number(*, prefix: str, year: int, area: str, serial: int) -> str:
    """A number as it is printed. Raises ValueError for parts that would not be read back."""
    parts = f"{prefix}-{year:04}-{area}-{serial:06}"
    number = f"{parts}-{check_character(parts.replace('-', ''))}"
    if parse_number(number) != number:
        raise ValueError(f"Not the parts of a certificate number: {parts}")
    return number


def parse_number(text: str) -> str:
    """A number as somebody typed it, in its printed form; "" if it cannot be one.

    Lower case, full-width characters, blanks, other dashes and missing ones are forgiven. A wrong check
    character is not.
    """
    compact = BLANKS_AND_DASHES.sub("", unicodedata.normalize("NFKC", text)).upper()
    parts = COMPACT.fullmatch(compact)
    if not parts or check_character(compact[:-1]) != compact[-1]:
        return ""
    return "-".join(parts.groups())


CHINESE_DIGITS = "〇一二三四五六七八九"


def chinese_date(day: date) -> str:
    """A date as documents write it: 二〇二六年十一月二十三日."""
    year = "".join(CHINESE_DIGITS[int(digit)] for digit in f"{day.year:04}")
    return f"{year}年{_chinese_number(day.month)}月{_chinese_number(day.day)}日"


def _chinese_number(number: int) -> str:
    """1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    before = CHINESE_DIGITS[tens] if tens > 1 else ""
    return f"{before}十{CHINESE_DIGITS[ones] if ones else ''}" if tens else CHINESE_DIGITS[ones]
