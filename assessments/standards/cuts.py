"""From judgements to a cut as a share of all points, and what would come of it. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from assessments.measurement.agreement import intraclass_correlation
from assessments.measurement.arrays import Floats
from assessments.measurement.curves import probability
from assessments.measurement.cutscores import Classification, angoff, bookmark, bookmark_locations, rudner


@dataclass(frozen=True)
class Cut:
    """Shares of all points: the panel's, its standard error, and each judge's own in the order given.

    `agreement` is that of the mean of so many judges over the questions, 1 at best; None where judges gave
    one number each, or where their judgements do not vary.
    """

    share: float
    se: float
    judges: tuple[float, ...]
    agreement: float | None


@dataclass(frozen=True)
class Impact:
    """What the cut would have meant for the attempts that are finished."""

    attempts: int
    passing: float
    """Share of them that reach it."""
    passed: float
    """Share of them that passed by the mark of their day."""
    classification: Classification | None
    """None where the error of measurement is not known."""


@dataclass(frozen=True)
class Spread:
    """How a panel judged one question, in percent."""

    median: float
    low: float
    high: float


def angoff_cut(percents: Floats) -> Cut:
    """From (judges, questions) chances in percent. Raises ValueError for fewer than two judges."""
    found = angoff(percents / 100)
    questions = percents.shape[1]
    agreement = None
    if questions > 1:
        average = intraclass_correlation(percents.T).average
        agreement = average if isfinite(average) else None
    return Cut(
        share=found.cut / questions,
        se=found.se / questions,
        judges=tuple(own / questions for own in found.judges),
        agreement=agreement,
    )


def bookmark_cut(pages: Sequence[int], a: Floats, d: Floats, c: Floats) -> Cut:
    """From each judge's page, counted from 0, in a booklet of these items in its order.

    The cut in ability becomes the share of all questions that somebody at it is expected to answer right.
    """
    found = bookmark(bookmark_locations(a, d, c), pages)

    def share(theta: float) -> float:
        return float(probability([theta], a, d, c).mean())

    spread = (share(found.cut + found.se) - share(found.cut - found.se)) / 2
    return Cut(share(found.cut), spread, tuple(share(own) for own in found.judges), None)


def impact(shares: Floats, passed: Floats, size: int, sem: float, cut: float) -> Impact | None:
    """Of finished attempts with these shares of all points; None without any. `sem`: in points of a paper."""
    if not len(shares):
        return None
    known = bool(isfinite(sem) and sem > 0)
    return Impact(
        attempts=len(shares),
        # A share of points may be a hair below the cut for the way it is written down.
        passing=float((shares >= cut - 1e-9).mean()),
        passed=float(passed.mean()),
        classification=rudner(shares * size, np.full(len(shares), sem), [cut * size]) if known else None,
    )


def spreads(percents: Floats) -> list[Spread]:
    """Of each question, from (judges, questions)."""
    columns = zip(np.median(percents, axis=0), percents.min(axis=0), percents.max(axis=0), strict=True)
    return [Spread(*map(float, column)) for column in columns]
