"""Two answers to one question at once. The twin without the lock shows that the lock is what holds."""

from threading import Barrier

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from assessments.diagnostics import actions, stepping
from assessments.diagnostics.models import Diagnostic, Step
from tests.assessments.quizzes.test_races import at_once

from .conftest import plant_run
from .test_actions import RATINGS

pytestmark = [pytest.mark.production, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def meet(monkeypatch) -> None:
    """Let two threads wait for each other once both found that the question waits for an answer."""
    barrier = Barrier(2)
    waiting = stepping.waiting

    def wait_then_call(attempt):
        barrier.wait(timeout=5)
        return waiting(attempt)

    monkeypatch.setattr(stepping, "waiting", wait_then_call)


def answer_at_once(world, teacher, times: int) -> tuple[list, object]:
    """What so many answers to the first question came to, each another one."""
    plant_run(world.quiz)
    Diagnostic.objects.update(form=Diagnostic.Form.ADAPTIVE)
    attempt = actions.begin(quiz=world.quiz, environment="A", ratings=RATINGS, by=teacher)
    outcomes = at_once(
        *[
            lambda option="abc"[number % 3]: stepping.answer(
                attempt=attempt, position=1, read=lambda version: [option], by=teacher
            )
            for number in range(times)
        ]
    )
    attempt.refresh_from_db()
    return outcomes, attempt


def test_twenty_answers_to_one_question_are_one(world, teacher):
    outcomes, attempt = answer_at_once(world, teacher, 20)

    assert [outcome.answers for outcome in outcomes] == [attempt.answers] * 20
    assert (len(attempt.answers), len(attempt.paper), Step.objects.count()) == (1, 2, 2)


def test_without_the_lock_two_answers_collide(world, teacher, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **how: rows)
    meet(monkeypatch)

    outcomes, _attempt = answer_at_once(world, teacher, 2)

    # Only the database's own constraint stops the second step.
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 1


def test_two_beginnings_are_one_sitting(world, teacher):
    plant_run(world.quiz)
    Diagnostic.objects.update(form=Diagnostic.Form.ADAPTIVE)

    def begin():
        return actions.begin(quiz=world.quiz, environment="A", ratings=RATINGS, by=teacher)

    first, second = at_once(begin, begin)

    assert first == second
    assert Step.objects.count() == 1
