"""Two workers at the same moment, over two connections: each gets another job."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from time import sleep

import pytest
from django.db import connection, transaction

from organizations.jobs import actions
from organizations.jobs.models import Job

pytestmark = [
    pytest.mark.production,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: DATABASE_URL is not set"),
]


@pytest.fixture
def jobs() -> list[Job]:
    return [actions.enqueue("tests.none", key=f"none:{number}") for number in (1, 2)]


def claim_elsewhere() -> Job | None:
    try:
        return actions.claim()
    finally:
        connection.close()


def claim_twice_at_once() -> tuple[Job, Job]:
    """What two workers get, the second of which asks while the first has not yet committed."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = actions.claim()
            second: Future = pool.submit(claim_elsewhere)
            sleep(0.5)
        return first, second.result(timeout=10)


def test_two_workers_at_once_get_different_jobs(jobs):
    assert claim_twice_at_once() == tuple(jobs)


def test_without_the_lock_both_would_get_the_same_job(jobs, monkeypatch):
    due = actions.due

    def due_without_lock():
        found = due()
        found.select_for_update = lambda **_: found
        found.filter = lambda **_: found
        return found

    monkeypatch.setattr(actions, "due", due_without_lock)

    assert claim_twice_at_once() == (jobs[0], jobs[0])


def test_the_same_key_from_two_sides_makes_one_job():
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = actions.enqueue("tests.none", key="none:1")
            second = pool.submit(enqueue_elsewhere)
            sleep(0.5)
        assert second.result(timeout=10) == first


def enqueue_elsewhere() -> Job:
    try:
        return actions.enqueue("tests.none", key="none:1")
    finally:
        connection.close()
