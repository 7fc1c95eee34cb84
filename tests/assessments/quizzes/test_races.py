"""Two requests at once. Each test has a twin without the lock, which shows that the lock is what holds."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from assessments.quizzes import actions
from assessments.quizzes.models import Attempt
from courses.signals import learner_progressed

pytestmark = [pytest.mark.production, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def no_locks(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **how: rows)


def meet(monkeypatch, name: str) -> None:
    """Let two threads wait for each other in `actions.<name>`: without a lock, both get there."""
    barrier = Barrier(2)
    original = getattr(actions, name)

    def wait_then_call(*args, **kwargs):
        try:
            barrier.wait(timeout=1)
        except BrokenBarrierError:
            barrier.reset()
        return original(*args, **kwargs)

    monkeypatch.setattr(actions, name, wait_then_call)


def at_once(times: int, call) -> list:
    """What `call` returned, or raised, in each of so many threads."""

    def run(_number):
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(run, range(times)))


def test_two_starts_at_once_give_one_attempt(quiz, teacher, monkeypatch):
    meet(monkeypatch, "draw")

    first, second = at_once(2, lambda: actions.start(quiz=quiz, by=teacher))

    assert first == second == Attempt.objects.get()


def test_without_the_lock_two_starts_collide(quiz, teacher, monkeypatch, no_locks):
    meet(monkeypatch, "draw")

    outcomes = at_once(2, lambda: actions.start(quiz=quiz, by=teacher))

    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 1


def hand_in_at_once(attempt, teacher, answers, times: int) -> tuple[list, list]:
    """The answers to so many POSTs of the same paper, and who was announced meanwhile."""
    announced = []

    def hear(sender, learner, **kwargs):
        announced.append(learner.pk)

    def post():
        client = Client()
        client.force_login(teacher)
        return client.post(reverse("quizzes:attempt", args=[attempt.pk]), answers).status_code

    learner_progressed.connect(hear)
    try:
        return at_once(times, post), announced
    finally:
        learner_progressed.disconnect(hear)


def test_twenty_posts_of_a_paper_give_one_result_and_one_announcement(quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)

    statuses, announced = hand_in_at_once(attempt, teacher, answered(attempt, right=4), times=20)

    attempt.refresh_from_db()
    assert (statuses, announced) == ([302] * 20, [teacher.pk])
    assert (attempt.right, attempt.passed, Attempt.objects.count()) == (4, True, 1)


def test_without_the_lock_the_news_comes_twice(quiz, teacher, answered, monkeypatch, no_locks):
    meet(monkeypatch, "announce_progress")
    attempt = actions.start(quiz=quiz, by=teacher)

    _, announced = hand_in_at_once(attempt, teacher, answered(attempt, right=4), times=2)

    assert announced == [teacher.pk] * 2
