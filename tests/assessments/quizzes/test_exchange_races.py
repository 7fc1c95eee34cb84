"""Two clicks at once. Each test has a twin without the lock, which shows that the lock is what holds."""

from __future__ import annotations

from io import BytesIO

import pytest

from assessments.quizzes.exchange import importing, making
from assessments.quizzes.models import QuestionExport, QuestionImport
from organizations.jobs.models import Job
from tests.factories import UserFactory
from tests.racing import RACES, at_once, meet_before

pytestmark = RACES


@pytest.fixture
def editor():
    return UserFactory(name="文编")


@pytest.fixture
def handed_in_twice(editor, monkeypatch):
    meet_before(monkeypatch, importing, "begin")

    def hand_in():
        file = BytesIO("题干,答案\n".encode())
        return importing.hand_in(file=file, file_name="q.csv", module=None, by=editor)

    return lambda: at_once(hand_in, hand_in)


@pytest.fixture
def asked_for_twice(editor, monkeypatch):
    meet_before(monkeypatch, making, "begin")

    def ask():
        return making.request_export(format_name="gift", query="", by=editor)

    return lambda: at_once(ask, ask)


def test_two_clicks_hand_a_file_in_once(handed_in_twice):
    first, second = handed_in_twice()

    assert first == second
    assert (QuestionImport.objects.count(), Job.objects.count()) == (1, 1)


def test_without_the_lock_they_hand_it_in_twice(handed_in_twice, no_locks):
    handed_in_twice()

    assert QuestionImport.objects.count() == 2


def test_two_clicks_ask_for_a_file_once(asked_for_twice):
    first, second = asked_for_twice()

    assert first == second
    assert (QuestionExport.objects.count(), Job.objects.count()) == (1, 1)


def test_without_the_lock_they_ask_for_it_twice(asked_for_twice, no_locks):
    asked_for_twice()

    assert QuestionExport.objects.count() == 2
