"""Two answers to one question at once. The twin without the lock shows that the lock is what holds."""

from django.db import IntegrityError

from assessments.diagnostics import actions, stepping
from assessments.diagnostics.models import Diagnostic, Step
from tests.racing import RACES, at_once, meet_before

from .conftest import plant_run
from .test_actions import RATINGS

pytestmark = RACES


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


def test_without_the_lock_two_answers_collide(world, teacher, monkeypatch, no_locks):
    meet_before(monkeypatch, stepping, "waiting")

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
