"""Starting and handing in a quiz. The paper is frozen at the start; the clock is the server's.

An attempt's row is its own record, so nothing of this is written to the log.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses import questions
from courses.signals import announce_progress
from organizations.models import User

from .models import Attempt, QuestionVersion, Quiz
from .queries import history, pool


class AlreadyPassed(Exception):
    """The quiz has been passed: there is nothing left to take."""


class AttemptsUsedUp(Exception):
    """No attempt is left at this quiz."""


class NoQuestions(Exception):
    """The quiz has no question in use yet."""


@transaction.atomic
def start(*, quiz: Quiz, by: User) -> Attempt:
    """Begin an attempt, or go on with the open one: asked twice, it gives the same attempt.

    One whose time is up is closed first. Raises AlreadyPassed, AttemptsUsedUp, NoQuestions.
    """
    # The learner's row is the lock: two requests at once then see each other's attempt.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    attempts = history(quiz, by)
    if attempts and attempts[0].is_open:
        return attempts[0]
    if attempts and attempts[0].is_overdue:
        attempts[0] = submit(attempt=attempts[0], answers={}, by=by)
    if any(attempt.passed for attempt in attempts):
        raise AlreadyPassed
    if len(attempts) >= quiz.attempts_allowed:
        raise AttemptsUsedUp
    return _begin(quiz, by, number=len(attempts) + 1)


def _begin(quiz: Quiz, learner: User, number: int) -> Attempt:
    paper = draw(pool(quiz), quiz.size)
    if not paper:
        raise NoQuestions
    now = timezone.now()
    return Attempt.objects.create(
        quiz=quiz,
        learner=learner,
        number=number,
        paper=paper,
        total=len(paper),
        pass_share=quiz.pass_share,
        started_at=now,
        due_at=now + timedelta(minutes=quiz.minutes),
    )


def draw(versions: Sequence[QuestionVersion], size: int) -> list[dict[str, Any]]:
    """A paper of at most `size` questions in random order, with everything that marking it will need."""
    return [
        {
            "id": str(version.pk),
            "kind": version.kind,
            "stem": version.stem,
            "options": random.sample(version.options, len(version.options)),
        }
        for version in random.sample(versions, min(size, len(versions)))
    ]


@transaction.atomic
def save_answers(*, attempt: Attempt, answers: Mapping[str, Sequence[str]], by: User) -> Attempt:
    """Keep what is ticked so far. A paper that was handed in, or whose time is up, stays as it is."""
    attempt = _locked(attempt, by)
    if attempt.is_open:
        attempt.answers = dict(answers)
        attempt.save(update_fields=["answers"])
    return attempt


@transaction.atomic
def submit(*, attempt: Attempt, answers: Mapping[str, Sequence[str]], by: User) -> Attempt:
    """Hand in and mark a paper. Handed in again, it returns the first result and changes nothing.

    After time is up and GRACE is over, what was saved before counts, not `answers`.
    """
    attempt = _locked(attempt, by)
    if attempt.submitted_at is not None:
        return attempt
    if attempt.is_open:
        attempt.answers = dict(answers)
    result = questions.mark(attempt.paper, attempt.answers, pass_share=attempt.pass_share)
    attempt.right, attempt.passed = len(result.right), result.passed
    attempt.submitted_at = timezone.now()
    attempt.save(update_fields=["answers", "right", "passed", "submitted_at"])
    if attempt.passed:
        announce_progress(attempt.learner)
    return attempt


def _locked(attempt: Attempt, learner: User) -> Attempt:
    return Attempt.objects.visible_to(learner).select_for_update(no_key=True).get(pk=attempt.pk)
