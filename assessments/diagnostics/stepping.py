"""Taking an adaptive diagnosis: one question at a time, chosen on the server from what was answered."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from django.db import transaction
from django.utils import timezone

from assessments.measurement.adaptive import Stop
from assessments.quizzes import actions as quizzes
from assessments.quizzes.items.kinds import Answer as Given
from assessments.quizzes.items.marking import has_content, mark
from assessments.quizzes.models import Attempt, QuestionVersion
from assessments.quizzes.queries import corrected_paper_of, paper_of, versions
from organizations.models import User

from . import pools
from .adaptive import Asked, Pool, ask
from .models import CalibrationRun, Sitting, Step
from .rules import CURRENT, CURRENT_PLAN, PLANS
from .scoring import Answer, Item


class NotAnswered(Exception):
    """Nothing was chosen: the next question depends on an answer."""


def open_sitting(*, attempt: Attempt, run: CalibrationRun) -> Attempt:
    """Give an attempt that has just begun its first question."""
    sitting = Sitting.objects.create(attempt=attempt, run=run, plan=CURRENT_PLAN.number)
    return _advance(attempt, sitting)


@transaction.atomic
def answer(
    *, attempt: Attempt, position: int, read: Callable[[QuestionVersion], Given | None], by: User
) -> Attempt:
    """Keep the answer to the question at `position`, and show the next one or hand in.

    What is not about the question that waits changes nothing: it came twice, late, or out of order.
    Raises NotAnswered.
    """
    quiz = attempt.quiz
    attempt = Attempt.objects.visible_to(by).select_for_update(no_key=True).get(pk=attempt.pk)
    attempt.quiz, attempt.learner = quiz, by
    if not attempt.is_open or position != len(attempt.paper):
        return attempt
    version = waiting(attempt)
    given = read(version)
    if given is None or not has_content(given):
        raise NotAnswered
    attempt.answers[str(version.pk)] = given
    attempt.saved_at = timezone.now()
    return _advance(attempt, Sitting.objects.select_related("run").get(attempt=attempt))


def waiting(attempt: Attempt) -> QuestionVersion:
    """The question of an open attempt that has no answer yet: the last one."""
    [version] = paper_of(attempt, about={str(attempt.paper[-1][0])})
    return version


def _advance(attempt: Attempt, sitting: Sitting) -> Attempt:
    """The next question, or the end."""
    pool = pools.pool(sitting.run)
    # By the attempt and the place in it, so that anybody can work out again why a question came.
    rng = np.random.default_rng([attempt.pk, len(attempt.paper)])
    limits = pools.limits(pool, sitting.run, attempt)
    asked = ask(pool, _answered(attempt, pool), limits, PLANS[sitting.plan], CURRENT, rng)
    if isinstance(asked.step, Stop):
        sitting.ending = asked.step.value
        sitting.save(update_fields=["ending"])
        attempt.save(update_fields=["answers", "saved_at"])
        return quizzes.submit(attempt=attempt, answers={}, lease=attempt.lease, by=attempt.learner)
    return _show(attempt, sitting, asked.step, asked)


def _answered(attempt: Attempt, pool: Pool) -> list[Answer]:
    """What was answered so far, by the keys in force now."""
    return [
        Answer(
            item=Item(version.pk),
            position=position,
            dimension=pool.bank.scales[pool.places[Item(version.pk)]],
            is_answered=True,
            score=mark(version.item, attempt.answers[str(version.pk)]).score or 0.0,
        )
        for position, version in enumerate(corrected_paper_of(attempt), start=1)
    ]


def _show(attempt: Attempt, sitting: Sitting, item: Item, asked: Asked) -> Attempt:
    order = quizzes.shown_order(versions([item.version])[item.version].item)
    attempt.paper.append([item.version, order])
    attempt.total = len(attempt.paper)
    Step.objects.create(
        sitting=sitting,
        position=attempt.total,
        version_id=item.version,
        theta=asked.theta,
        se=asked.se,
    )
    attempt.save(update_fields=["paper", "total", "answers", "saved_at"])
    return attempt
