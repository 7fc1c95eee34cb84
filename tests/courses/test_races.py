"""Two who record the same at once. The test has a twin without the guard, which goes wrong."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection

from courses import actions
from courses.models import HoursEntry, OutsideTraining
from tests.racing import RACES, at_once, meet_before

pytestmark = [
    *RACES,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway"
    ),
]

DAY = datetime.date(2026, 3, 2)


def record_twice(cohort, teacher, lead, monkeypatch) -> list[str]:
    """What came of a double click."""
    enrollment = cohort.enrollments.create(learner=teacher)
    meet_before(monkeypatch, OutsideTraining, "save")  # that is, once it was looked for and not found
    record = partial(
        actions.record_training, enrollment=enrollment, kind="city", title="智慧课堂", organiser="市教研室",
        first_day=DAY, last_day=DAY, hours=Decimal(6), document=None, by=lead,
    )  # fmt: skip
    return sorted(type(outcome).__name__ for outcome in at_once(record, record))


def test_a_training_that_is_sent_twice_at_once_counts_once(cohort, teacher, lead, monkeypatch):
    assert record_twice(cohort, teacher, lead, monkeypatch) == ["AlreadyRecorded", "OutsideTraining"]
    assert HoursEntry.objects.get().hours == 6


def test_without_the_lock_it_counts_twice(cohort, teacher, lead, monkeypatch, no_locks):
    assert record_twice(cohort, teacher, lead, monkeypatch) == ["OutsideTraining", "OutsideTraining"]
