"""Two who record the same at once. The test has a twin without the guard, which goes wrong."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection
from django.db.models import QuerySet

from courses import actions
from courses.models import HoursEntry, OutsideTraining

pytestmark = [
    pytest.mark.production,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway"
    ),
]

DAY = datetime.date(2026, 3, 2)


@pytest.fixture
def both_look_first(monkeypatch):
    """Each thread, having found nothing recorded, waits a moment for the other to find so as well."""
    barrier = Barrier(2)
    save = OutsideTraining.save

    def wait_and_save(training, **options):
        with suppress(BrokenBarrierError):  # the other waits at the lock, as it should
            barrier.wait(timeout=2)
        save(training, **options)

    monkeypatch.setattr(OutsideTraining, "save", wait_and_save)


def record_twice(cohort, teacher, lead) -> list[str]:
    """What came of a double click."""
    enrollment = cohort.enrollments.create(learner=teacher)

    def record(_click: int) -> str:
        try:
            actions.record_training(
                enrollment=enrollment, kind="city", title="智慧课堂", organiser="市教研室", first_day=DAY,
                last_day=DAY, hours=Decimal(6), document=None, by=lead,
            )  # fmt: skip
        except actions.AlreadyRecorded:
            return "refused"
        else:
            return "recorded"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        return sorted(threads.map(record, range(2)))


def test_a_training_that_is_sent_twice_at_once_counts_once(cohort, teacher, lead, both_look_first):
    assert record_twice(cohort, teacher, lead) == ["recorded", "refused"]
    assert HoursEntry.objects.get().hours == 6


def test_without_the_lock_it_counts_twice(cohort, teacher, lead, both_look_first, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **how: rows)

    assert record_twice(cohort, teacher, lead) == ["recorded", "recorded"]
