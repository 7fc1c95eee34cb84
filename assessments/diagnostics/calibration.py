"""Calibrating a diagnosis from what was answered, as a run that is never changed."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Sequence
from typing import Literal

import numpy as np
from django.db import transaction

from assessments.measurement import binary, expectation
from assessments.measurement import calibration as method
from assessments.measurement.arrays import Floats
from assessments.quizzes.models import Quiz

from . import queries, scoring
from .actions import PORTION, estimate_all
from .models import CalibrationRun, ItemParameter
from .rules import DATA_NEEDS, DataNeed, shortage
from .scoring import Item, reached, response_table

ModelName = Literal["1PL", "2PL"]
FILTERS = {"sitting": 1, "handed_in": True, "marked": True, "trailing_unanswered": "not reached"}
"""Which responses a run takes: kept with it."""

WEAK_SLOPES = 500
"""With fewer answers of an item than this, slopes are drawn to the usual one by their prior."""


class TooLittleData(Exception):
    """Fewer answers than a calibration needs."""

    def __init__(self, need: DataNeed, people: int, enough: int) -> None:
        self.need, self.people, self.enough = need, people, enough
        super().__init__(need, people, enough)

    def __str__(self) -> str:
        return (
            f"needs {self.need.people} people, and {self.need.items} items with {self.need.per_item} answers "
            f"each, right and wrong ones among them; found {self.people} people, and {self.enough} such items"
        )


@transaction.atomic
def calibrate(*, quiz: Quiz, model: ModelName = "2PL") -> CalibrationRun:
    """Calibrate the items of a quiz from first sittings, keep the run, and estimate everybody anew by it.

    Items with too few answers, or with only right or only wrong ones, are left out. A run that did not
    converge is kept and not used. Raises TooLittleData.
    """
    scales = queries.items_answered(quiz)
    items = list(scales)
    table = _table(quiz, items)
    usable = _usable(table, model)
    people = int((~np.isnan(table)).any(axis=1).sum())
    counts = (~np.isnan(table[:, usable])).sum(axis=0)
    if shortage(model, people, counts.tolist()):
        raise TooLittleData(DATA_NEEDS[model], people, len(usable))
    kept, data = [items[place] for place in usable], table[:, usable]
    answered = (~np.isnan(data)).any(axis=1)
    found = method.calibrate(
        data[answered],
        model,
        slope_prior=model == "2PL" and bool(counts.min() < WEAK_SLOPES),
        labels=[f"{item.version}/{item.part}" for item in kept],
    )
    run = CalibrationRun.objects.create(
        quiz=quiz,
        model=model,
        filters=FILTERS,
        people=found.n,
        responses=int(counts.sum()),
        log_likelihood=found.log_likelihood,
        cycles=found.cycles,
        converged=found.converged,
        code_version=code_version(),
        input_sha256=input_sha256(kept, data[answered]),
    )
    ItemParameter.objects.bulk_create(
        ItemParameter(
            run=run,
            version_id=item.version,
            part=item.part,
            dimension=scales[item],
            a=found.a[place],
            d=found.d[place],
            c=found.c[place],
            se_a=_finite(found.se_a[place]),
            se_d=_finite(found.se_d[place]),
            n=counts[place],
        )
        for place, item in enumerate(kept)
    )
    if run.converged:
        estimate_all(quiz=quiz, run=run)
    return run


def code_version() -> str:
    """A name for the code that calibrates: another one after every change of it."""
    sources = [inspect.getsource(module) for module in (method, binary, expectation, scoring)]
    return hashlib.sha256("".join(sources).encode()).hexdigest()


def input_sha256(items: Sequence[Item], table: Floats) -> str:
    """A name for the data of a run: the same only for the same items and answers, in the same order."""
    codes = np.where(np.isnan(table), -1, table).astype(np.int8)
    return hashlib.sha256(repr([tuple(item) for item in items]).encode() + codes.tobytes()).hexdigest()


def _table(quiz: Quiz, items: Sequence[Item]) -> Floats:
    """People x items, read in portions: a row of numbers takes a fiftieth of the answers it is made of."""
    attempts = queries.first_sittings(quiz)
    portions: list[Floats] = [np.empty((0, len(items)))]
    for first in range(0, len(attempts), PORTION):
        papers = queries.papers(attempts[first : first + PORTION])
        portions.append(response_table([reached(papers[attempt]) for attempt in sorted(papers)], items))
    return np.concatenate(portions)


def _usable(table: Floats, model: ModelName) -> np.ndarray:
    """Positions of items with answers enough, of both kinds."""
    known = ~np.isnan(table)
    right, answered = (table == 1).sum(axis=0), known.sum(axis=0)
    return np.flatnonzero((answered >= DATA_NEEDS[model].per_item) & (right > 0) & (right < answered))


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
