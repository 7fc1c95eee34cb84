"""Two requests at once. Each test has a twin without the lock, which shows that the lock is what holds."""

from decimal import Decimal

import pytest
from django.db import IntegrityError

from assessments.quizzes.desk import actions, rescoring
from assessments.quizzes.items.kinds import Short
from assessments.quizzes.models import ResponseScore
from organizations.roles import Role
from tests.factories import plant_question, post
from tests.racing import RACES, at_once, meet_before

from .people import keyed, sit, strangers

pytestmark = RACES


@pytest.fixture
def approved_twice(quiz, versions, wrong, officer, second, bureau, monkeypatch):
    """Approves one repair from two pages at once, and gives what came of each."""
    third = post(bureau, Role.BUREAU_OFFICER)
    sit(quiz, [{version: ["b"] for version in versions}] * 3, strangers(3))
    repair = actions.propose(version=wrong, content=keyed(wrong, "b"), reason="b", by=officer)
    people = iter([second, third])
    meet_before(monkeypatch, rescoring, "foresee")
    return lambda: at_once(*[lambda: actions.approve(repair=repair, by=next(people))] * 2)


def test_two_approvals_at_once_give_one_run(approved_twice):
    outcomes = approved_twice()

    assert sum(isinstance(outcome, actions.AlreadyDecided) for outcome in outcomes) == 1
    assert ResponseScore.objects.count() == 3


def test_without_the_lock_two_approvals_collide(approved_twice, no_locks):
    outcomes = approved_twice()

    assert sum(isinstance(outcome, actions.AlreadyDecided) for outcome in outcomes) == 0
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 1


@pytest.fixture
def marked_twice(quiz, teacher, assessor, school, monkeypatch):
    """Two assessors mark the two answers of one attempt at once; gives the attempt."""
    other = post(school, Role.ASSESSOR)
    asked = [plant_question(key, Short("short", key, "理由")).current for key in ("S1", "S2")]
    [attempt] = sit(quiz, [dict.fromkeys(asked, "因为")], [teacher])
    work = iter(zip(attempt.responses.order_by("pk"), [assessor, other], strict=True))
    meet_before(monkeypatch, rescoring, "outcome_of")

    def mark():
        response, by = next(work)
        return actions.mark_answer(response=response, score=Decimal(1), comment="好", by=by)

    def run():
        at_once(mark, mark)
        attempt.refresh_from_db()
        return attempt

    return run


def test_two_last_marks_at_once_give_the_result(marked_twice):
    assert marked_twice().score == 2


def test_without_the_lock_each_mark_waits_for_the_other(marked_twice, no_locks):
    assert marked_twice().score is None
