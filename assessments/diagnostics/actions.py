"""Taking the diagnosis, and writing down what it says."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.quizzes import actions as quizzes
from assessments.quizzes.models import Attempt, Extension, Quiz
from assessments.quizzes.queries import allowance, history
from organizations.models import User

from . import pools, queries, stepping
from .models import AbilityEstimate, CalibrationRun, Diagnostic, SelfAssessment
from .rules import CURRENT, next_sitting_on
from .scoring import Estimate, estimates

PORTION = 1000
"""Attempts looked at together: bounds the memory of a large table."""


class TooSoon(Exception):
    """The last sitting is not long enough ago."""


@transaction.atomic
def begin(*, quiz: Quiz, environment: str, ratings: Mapping[str, int], by: User) -> Attempt:
    """Keep how somebody sees themselves, and begin the sitting; one that is open goes on in its own form.

    Raises what `quizzes.actions.start` raises, and then keeps nothing.
    """
    run = pools.adaptive_run(Diagnostic.objects.get(quiz=quiz))
    attempt = quizzes.start(quiz=quiz, by=by, one_by_one=run is not None)
    if run and attempt.one_by_one and not attempt.paper:
        attempt = stepping.open_sitting(attempt=attempt, run=run)
    SelfAssessment.objects.update_or_create(
        learner=by,
        quiz=quiz,
        occasion=attempt.number,
        defaults={"environment": environment, "ratings": dict(ratings), "rated_at": timezone.now()},
    )
    return attempt


@transaction.atomic
def open_again(*, quiz: Quiz, by: User) -> None:
    """Allow a further sitting, once enough time has gone by for something to have changed. Raises TooSoon.

    While a sitting is allowed and not used, asking again changes nothing.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    attempts = history(quiz, by)
    if not attempts or len(attempts) < allowance(quiz, by.pk).attempts:
        return
    last = attempts[0].submitted_at
    if last is None or timezone.localdate() < next_sitting_on(timezone.localdate(last)):
        raise TooSoon
    extension, _created = Extension.objects.get_or_create(
        quiz=quiz, learner=by, defaults={"granted_by": by, "reason": _("A further sitting of the diagnosis")}
    )
    Extension.objects.filter(pk=extension.pk).update(attempts=F("attempts") + 1)


def estimate_due(*, learner: User) -> int:
    """Write down what this person's sittings say, where it is not written yet. Returns for how many."""
    return sum(
        _estimate(quiz_id, queries.current_run(quiz_id), learner)
        for quiz_id in queries.quizzes_taken(learner)
    )


def estimate_all(*, quiz: Quiz, run: CalibrationRun | None) -> int:
    """Write down what every sitting says under a calibration. Returns for how many; harmless to repeat."""
    return _estimate(quiz.pk, run)


def _estimate(quiz_id: int, run: CalibrationRun | None, learner: User | None = None) -> int:
    due = queries.unestimated(quiz_id, run)
    if learner is not None:
        due = due.filter(learner=learner)
    attempts = list(due.values_list("pk", "learner_id"))
    if not attempts:
        return 0
    scales = queries.dimensions(Quiz.objects.get(pk=quiz_id))
    bank = queries.bank_of(run) if run else None
    for first in range(0, len(attempts), PORTION):
        portion = attempts[first : first + PORTION]
        papers = queries.papers(pk for pk, _ in portion)
        found = estimates([papers.get(pk, []) for pk, _ in portion], scales, CURRENT, bank)
        # Two requests may both have found it due: the second has nothing to add.
        AbilityEstimate.objects.bulk_create(
            [
                _row(attempt, owner, run, estimate)
                for (attempt, owner), by_scale in zip(portion, found, strict=True)
                for estimate in by_scale.values()
            ],
            ignore_conflicts=True,
        )
    return len(attempts)


def _row(attempt: int, learner: int, run: CalibrationRun | None, estimate: Estimate) -> AbilityEstimate:
    return AbilityEstimate(
        attempt_id=attempt,
        learner_id=learner,
        run=run,
        rule=CURRENT.number,
        **{name: getattr(estimate, name) for name in estimate.__dataclass_fields__},
    )
