"""How rules are written down: what each kind of rule pack may ask for, and in which shape. No Django.

The schema in words is in docs/rule-packs.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from .rules import GRADES, Kind, Rules, RulesError, gettext_noop

MOST_HOURS = 1000
LONGEST_NAME = 40
"""Of a sign-off, in characters."""

ENVIRONMENTS = ("A", "B", "C")

HOURS = ("online_hours", "practice_hours", "outside_hours", "total_hours")

FIELDS: dict[str, tuple[str, ...]] = {
    Kind.TEACHER: (*HOURS, "capabilities", "quizzes", "modules", "sign_offs", "cohort_percent"),
    Kind.CAPABILITY: ("framework", "grade", "among"),
    Kind.HOURS: HOURS,
    Kind.SCHOOL: ("enrolled_percent", "certified_percent", "environments", "plan", "sign_offs"),
    Kind.TEAM: ("roles", "days", "reviews", "total_hours"),
}
"""What each kind of rule pack may ask for."""

NEEDED: dict[str, tuple[str, ...]] = {Kind.CAPABILITY: ("framework",), Kind.TEAM: ("roles",)}
"""Without which a rule pack of the kind would not know of whom or what it speaks."""


def parse_rules(data: Any, kind: str = Kind.TEACHER, *, roles: tuple[str, ...] = ()) -> Rules:
    """Read the rules of a pack of this kind. Raises RulesError.

    {"online_hours": 25, "practice_hours": 25, "quizzes": "all",
     "capabilities": {"count": 3, "dimensions": 2, "grade": "pass"}}

    `roles` are those that a posting can have, where they are known; else any will do.
    """
    fields = _fields(data, "rules", FIELDS[kind], NEEDED.get(kind, ()))
    values: dict[str, Any] = {}
    for name, value in fields.items():
        values |= _capabilities(value) if name == "capabilities" else {name: READERS[name](value, name)}
    rules = Rules(**values)
    if roles and (unknown := [role for role in rules.roles if role not in roles]):
        raise RulesError(
            gettext_noop("roles: some of %(names)s, not %(value)s"),
            names=", ".join(roles),
            value=repr(unknown[0]),
        )
    if kind == Kind.CAPABILITY:
        return Rules(**{**values, "capabilities": 1})
    # All quizzes may be none at all.
    if rules == Rules(grade=rules.grade, among=rules.among, quizzes=rules.quizzes and 0):
        raise RulesError(
            gettext_noop("rules: must ask for something: %(names)s"), names=", ".join(FIELDS[kind])
        )
    return rules


def _capabilities(data: Any) -> dict[str, Any]:
    fields = _fields(data, "capabilities", ("count", "dimensions", "grade", "among"), ("count",))
    count = _count(fields["count"], "capabilities.count")
    dimensions = _count(fields.get("dimensions", 0), "capabilities.dimensions")
    among = _codes(fields["among"], "capabilities.among") if "among" in fields else ()
    if dimensions > count:
        raise RulesError(gettext_noop("capabilities.dimensions: no more than capabilities.count"))
    if among and len(among) < count:
        raise RulesError(gettext_noop("capabilities.among: at least as many as capabilities.count"))
    grade = _grade(fields.get("grade", GRADES[0]), "capabilities.grade")
    return {"capabilities": count, "dimensions": dimensions, "grade": grade, "among": among}


def _fields(data: Any, place: str, known: tuple[str, ...], needed: tuple[str, ...] = ()) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise RulesError(gettext_noop("%(place)s: an object, not %(value)s"), place=place, value=repr(data))
    if unknown := [name for name in data if name not in known]:
        raise RulesError(
            gettext_noop("%(place)s: only %(names)s; look at %(name)s"),
            place=place,
            names=", ".join(known),
            name=unknown[0],
        )
    if lacking := [name for name in needed if name not in data]:
        raise RulesError(gettext_noop("%(place)s: %(name)s is missing"), place=place, name=lacking[0])
    return data


def _count(value: Any, place: str) -> int:
    if not _is_count(value):
        raise RulesError(
            gettext_noop("%(place)s: a whole number from 0, not %(value)s"), place=place, value=repr(value)
        )
    return value


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 32767


def _percent(value: Any, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise RulesError(
            gettext_noop("%(place)s: a whole number from 0 to 100, not %(value)s"),
            place=place,
            value=repr(value),
        )
    return value


def _hours(value: Any, place: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < MOST_HOURS:
        raise RulesError(
            gettext_noop("%(place)s: a number of hours from 0, not %(value)s"), place=place, value=repr(value)
        )
    return Decimal(str(value))


def _quizzes(value: Any, place: str) -> int | None:
    if value == "all":
        return None
    if _is_count(value):
        return value
    raise RulesError(
        gettext_noop('%(place)s: "all" or a whole number from 0, not %(value)s'),
        place=place,
        value=repr(value),
    )


def _grade(value: Any, place: str) -> str:
    if value not in GRADES:
        raise RulesError(
            gettext_noop("%(place)s: %(names)s, not %(value)s"),
            place=place,
            names=" or ".join(GRADES),
            value=repr(value),
        )
    return value


def _flag(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise RulesError(
            gettext_noop("%(place)s: true or false, not %(value)s"), place=place, value=repr(value)
        )
    return value


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= LONGEST_NAME:
        raise RulesError(
            gettext_noop("%(place)s: a text of up to %(most)s characters, not %(value)s"),
            place=place,
            most=LONGEST_NAME,
            value=repr(value),
        )
    return value.strip()


def _codes(value: Any, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise RulesError(
            gettext_noop("%(place)s: a list of texts, not %(value)s"), place=place, value=repr(value)
        )
    names = tuple(_text(name, place) for name in value)
    if len(set(names)) < len(names):
        raise RulesError(gettext_noop("%(place)s: each only once"), place=place)
    return names


def _environments(value: Any, place: str) -> tuple[str, ...]:
    names = _codes(value, place)
    if unknown := [name for name in names if name not in ENVIRONMENTS]:
        raise RulesError(
            gettext_noop("%(place)s: some of %(names)s, not %(value)s"),
            place=place,
            names=", ".join(ENVIRONMENTS),
            value=repr(unknown[0]),
        )
    return names


READERS: dict[str, Callable[[Any, str], Any]] = {
    **dict.fromkeys(HOURS, _hours),
    "quizzes": _quizzes,
    "modules": _codes,
    "sign_offs": _codes,
    "cohort_percent": _percent,
    "enrolled_percent": _percent,
    "certified_percent": _percent,
    "environments": _environments,
    "plan": _flag,
    "roles": _codes,
    "days": _count,
    "reviews": _count,
    "framework": _text,
    "grade": _grade,
    "among": _codes,
}
