"""How evidence is graded: conjunctively, and the worst piece decides. No database, no Django."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

FAIL, PASS, EXCELLENT = "fail", "pass", "excellent"
ORDER = (FAIL, PASS, EXCELLENT)
"""Grades from worst to best."""


@dataclass(frozen=True)
class Mark:
    """An assessor's yes or no on one indicator; `level` is the grade that the indicator is asked for."""

    level: str
    met: bool


def grade_of_evidence(marks: Iterable[Mark]) -> str:
    """The grade of one piece of evidence.

    Excellent if every indicator is met, pass if every pass indicator is, else fail. No marks at all is
    a fail: nothing was shown. Source: docs/rules.md, "Grading".
    """
    marks = list(marks)
    if not marks or not all(mark.met for mark in marks if mark.level == PASS):
        return FAIL
    return EXCELLENT if all(mark.met for mark in marks) else PASS


def grade_of_capability(grades: Iterable[str]) -> str:
    """The grade of a capability: that of its worst piece of evidence; fail if there is none."""
    return min(grades, key=ORDER.index, default=FAIL)
