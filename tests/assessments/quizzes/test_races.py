"""Two requests at once. Each test has a twin without the guard, which shows that the guard is what holds."""

from functools import partial
from itertools import cycle, islice
from threading import Event

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from assessments.quizzes import actions, bank
from assessments.quizzes.items.stored import dump
from assessments.quizzes.models import Attempt, Question, Response
from courses.signals import learner_progressed
from organizations.models import User
from organizations.prepared import Given, PreparedUpdate
from tests.factories import UserFactory, single
from tests.racing import RACES, at_once, meet_before

from .papers import form_for, keep, lease_of

pytestmark = RACES


# Starting


def test_two_starts_at_once_give_one_attempt(quiz, teacher, monkeypatch):
    meet_before(monkeypatch, actions, "_paper")

    first, second = at_once(*[lambda: actions.start(quiz=quiz, by=teacher)] * 2)

    assert first == second == Attempt.objects.get()


def test_without_looking_again_two_starts_collide(quiz, teacher, monkeypatch):
    meet_before(monkeypatch, actions, "_paper")
    monkeypatch.setattr(actions, "IntegrityError", LookupError)

    outcomes = at_once(*[lambda: actions.start(quiz=quiz, by=teacher)] * 2)

    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 1


def test_two_starts_at_once_do_not_spoil_what_their_callers_have_begun(quiz, teacher, monkeypatch):
    meet_before(monkeypatch, actions, "_paper")

    @transaction.atomic
    def begin_with_more():
        attempt = actions.start(quiz=quiz, by=teacher)
        User.objects.filter(pk=teacher.pk).update(email="a@example.com")
        return attempt

    first, second = at_once(*[begin_with_more] * 2)

    assert first == second == Attempt.objects.get()


# Handing in


def hand_in_at_once(attempt, teacher, answers, times: int) -> tuple[list, list]:
    """The answers to so many POSTs of the same paper, and who was announced meanwhile."""
    announced = []
    client = Client()
    client.force_login(teacher)
    form = {"lease": lease_of(client, attempt), **form_for(attempt, answers)}

    def hear(sender, learner, **kwargs):
        announced.append(learner.pk)

    def post():
        client = Client()
        client.force_login(teacher)
        return client.post(reverse("quizzes:attempt", args=[attempt.pk]), form).status_code

    learner_progressed.connect(hear)
    try:
        return at_once(*[post] * times), announced
    finally:
        learner_progressed.disconnect(hear)


def test_twenty_posts_of_a_paper_give_one_result_and_one_announcement(quiz, teacher, answered):
    attempt = actions.start(quiz=quiz, by=teacher)

    statuses, announced = hand_in_at_once(attempt, teacher, answered(attempt, right=4), times=20)

    attempt.refresh_from_db()
    assert (statuses, announced) == ([302] * 20, [teacher.pk])
    assert (attempt.score, attempt.passed, Attempt.objects.count()) == (4, True, 1)
    assert Response.objects.count() == 4


def test_without_the_lock_a_paper_is_marked_twice(quiz, teacher, answered, monkeypatch, no_locks):
    meet_before(monkeypatch, actions, "_finish")
    attempt = actions.start(quiz=quiz, by=teacher)
    lease = actions.open_paper(attempt=attempt, by=teacher).lease
    answers = answered(attempt, right=4)

    outcomes = at_once(
        *[lambda: actions.submit(attempt=attempt, answers=answers, lease=lease, by=teacher)] * 2
    )

    # Only the database's own constraint stops the second set of responses.
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 1


# Saving


def saves(attempt, teacher, times: int) -> list:
    """Saves with one number, each of another question or with another answer."""
    lease = actions.open_paper(attempt=attempt, by=teacher).lease
    answers = [{str(version): [letter]} for version, _order in attempt.paper for letter in "abc"]
    return [
        partial(keep, attempt, answer, teacher, lease=lease, sequence=1)
        for answer in islice(cycle(answers), times)
    ]


def test_twenty_saves_with_one_number_have_one_effect(quiz, teacher):
    attempt = actions.start(quiz=quiz, by=teacher)

    outcomes = at_once(*saves(attempt, teacher, 20))

    attempt.refresh_from_db()
    assert (len(attempt.answers), attempt.sequence) == (1, 1)
    assert [outcome.answers for outcome in outcomes] == [attempt.answers] * 20


def test_without_its_guard_a_save_overwrites_another(quiz, teacher, monkeypatch):
    # The guard is that a row is written only if it is still as it was read.
    meet_before(monkeypatch, actions, "_merge")
    attempt = actions.start(quiz=quiz, by=teacher)
    unguarded = PreparedUpdate(lambda: Attempt.objects.filter(pk=Given("pk")), **actions._keep_as_read.fields)
    monkeypatch.setattr(actions, "_keep_as_read", unguarded)

    first, second = at_once(*saves(attempt, teacher, 2))

    assert first.answers != second.answers  # both were told that theirs was kept


def save_and_submit(attempt, teacher) -> tuple[bool, bool]:
    """Whether an answer that came together with the handing in was acknowledged, and whether marked."""
    key = str(attempt.paper[0][0])
    lease = actions.open_paper(attempt=attempt, by=teacher).lease
    kept, _ = at_once(
        lambda: keep(attempt, {key: ["a"]}, teacher, lease=lease, sequence=1),
        lambda: actions.submit(attempt=attempt, answers={}, lease=lease, by=teacher),
    )
    return kept.is_open and kept.sequence == 1, Response.objects.get(version=key).is_answered


def test_what_is_acknowledged_while_a_paper_is_handed_in_is_marked(quiz, teacher, monkeypatch):
    meet_before(monkeypatch, actions, "_merge")

    is_acknowledged, is_marked = save_and_submit(actions.start(quiz=quiz, by=teacher), teacher)

    assert is_acknowledged == is_marked


def test_without_the_lock_an_acknowledged_answer_is_not_marked(quiz, teacher, monkeypatch, no_locks):
    meet_before(monkeypatch, actions, "_merge")

    assert save_and_submit(actions.start(quiz=quiz, by=teacher), teacher) == (True, False)


# Passing a wording


@pytest.fixture
def pass_while_it_is_reworded(teacher, monkeypatch):
    """Lets one person pass what they read while another writes anew; gives what teachers are asked then."""
    question = Question.objects.create(key="OWN", status="review")
    bank.add_version(question=question, content=dump(single("读过的题？")), by=teacher)
    second = UserFactory()
    has_checked, has_written = Event(), Event()
    moved = bank._moved

    def wait_and_move(*args):
        has_checked.set()
        has_written.wait(timeout=2)  # in vain where the other waits for our lock, as it should
        return moved(*args)

    monkeypatch.setattr(bank, "_moved", wait_and_move)

    def reword():
        has_checked.wait(timeout=5)
        bank.add_version(question=question, content=dump(single("没读过的题？")), by=teacher)
        has_written.set()

    def run() -> str:
        read = Question.objects.get(pk=question.pk)
        seen = bank.fingerprint([read])
        at_once(lambda: bank.set_status(questions=[read], status="operational", by=second, seen=seen), reword)
        row = Question.objects.select_related("asked", "current").get(pk=question.pk)
        assert row.current.stem == "没读过的题？"
        return row.asked.stem

    return run


def test_only_the_wording_that_was_read_is_passed(pass_while_it_is_reworded):
    assert pass_while_it_is_reworded() == "读过的题？"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway")
def test_without_the_lock_a_wording_is_passed_that_nobody_read(pass_while_it_is_reworded, no_locks):
    assert pass_while_it_is_reworded() == "没读过的题？"
