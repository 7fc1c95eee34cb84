"""What an adaptive sitting may draw on: calibrations made ready, what is in use, what was shown to whom."""

from __future__ import annotations

import datetime
from collections import Counter
from functools import lru_cache

import numpy as np
from django.utils.translation import gettext as _

from assessments.measurement.arrays import Bools
from assessments.quizzes.models import Attempt, Question
from assessments.quizzes.queries import history, seen

from .adaptive import Limits, Pool, pool_of
from .models import CalibrationRun, Diagnostic, Step
from .queries import bank_of, current_run, dimensions
from .rules import CURRENT_PLAN, thin

WINDOW = 2000
"""Steps looked back at to see what is shown often: the last hundred sittings or so."""


def pool(run: CalibrationRun) -> Pool:
    """The pool of a calibration, which never changes: made once in each process."""
    # The moment beside the id: a database that was brought back may give an id again.
    return _pool(run.pk, run.created_at)


@lru_cache(maxsize=4)
def _pool(run_id: int, _created_at: datetime.datetime) -> Pool:
    return pool_of(bank_of(CalibrationRun(pk=run_id)))


def usable(pool: Pool) -> Bools:
    """Which items may be asked now: whole questions in use, as they are worded now. One query."""
    asked = Question.objects.in_use().marked_at_once().filter(capability__dimension__in=pool.dimensions)
    current = set(asked.values_list("asked_id", flat=True))
    return np.array([not item.part and item.version in current for item in pool.bank.items], dtype=bool)


def limits(pool: Pool, run: CalibrationRun, attempt: Attempt) -> Limits:
    """What may be asked in an attempt. Three queries."""
    had = seen(other for other in history(attempt.quiz, attempt.learner) if other.pk != attempt.pk)
    steps = Step.objects.filter(sitting__run=run).order_by("-pk")
    recent = list(steps.values_list("version_id", "sitting_id")[:WINDOW])
    shown = Counter(version for version, _sitting in recent)
    return Limits(
        usable=usable(pool),
        fresh=np.array([item.version not in had for item in pool.bank.items], dtype=bool),
        showings=np.array([shown[item.version] for item in pool.bank.items]),
        sittings=len({sitting for _version, sitting in recent}),
    )


def adaptive_run(diagnostic: Diagnostic) -> CalibrationRun | None:
    """The calibration by which a sitting that begins now is adaptive; None where it is the linear form."""
    if diagnostic.form != Diagnostic.Form.ADAPTIVE:
        return None
    run = current_run(diagnostic.quiz_id)
    return run if run and not _thin(diagnostic, run) else None


def form_in_use(diagnostic: Diagnostic) -> str:
    """Which form who begins now gets, and why, in an operator's words."""
    if diagnostic.form != Diagnostic.Form.ADAPTIVE:
        return _("The same number of questions for all, as it is set")
    run = current_run(diagnostic.quiz_id)
    if run is None:
        return _("The same number of questions for all: there is no calibration yet")
    if few := _thin(diagnostic, run):
        return _(
            "The same number of questions for all: each dimension needs {least} calibrated questions in use "
            "({few})"
        ).format(least=CURRENT_PLAN.pool, few=_(", ").join(f"{name} {count}" for name, count in few.items()))
    return _("Adaptive, by calibration {run}").format(run=run.pk)


def _thin(diagnostic: Diagnostic, run: CalibrationRun) -> dict[str, int]:
    made = pool(run)
    scales = np.array(made.bank.scales, dtype=object)[usable(made)]
    counts = Counter(scales.tolist())
    return thin({name: counts[name] for name in dimensions(diagnostic.quiz)}, CURRENT_PLAN)
