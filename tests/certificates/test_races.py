"""Two at once. Each test has a twin without the guard, which goes wrong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError, connection

from certificates import actions
from certificates.models import Certificate, NumberSeries
from organizations.models import User

pytestmark = [
    pytest.mark.production,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway"
    ),
]


def ask(learner: User) -> list[str] | IntegrityError:
    try:
        return [certificate.number for certificate in actions.award_due(learner=learner)]
    except IntegrityError as error:
        return error
    finally:
        connection.close()


@pytest.fixture
def both_check_first(monkeypatch):
    """Each thread, having found the certificate due, waits a moment for the other to find so as well."""
    barrier = Barrier(2)
    draft = actions.draft

    def wait_and_draft(**fields):
        with suppress(BrokenBarrierError):  # the other waits at the lock, as it should
            barrier.wait(timeout=2)
        return draft(**fields)

    monkeypatch.setattr(actions, "draft", wait_and_draft)


def ask_twice(learner: User) -> list[list[str] | IntegrityError]:
    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(ask, [learner, learner]))


def test_two_who_ask_at_once_get_one_certificate(earned, both_check_first):
    answers = ask_twice(earned.learner)

    assert sorted(map(len, answers)) == [0, 1]
    assert Certificate.objects.count() == 1
    assert NumberSeries.objects.get().last == 1


def test_without_the_lock_one_of_them_fails(earned, both_check_first, monkeypatch):
    monkeypatch.setattr(actions, "lock_learners", lambda learners: None)

    answers = ask_twice(earned.learner)

    assert [type(answer) for answer in answers].count(IntegrityError) == 1
    assert Certificate.objects.count() == 1
