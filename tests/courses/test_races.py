"""Two who record the same at once. The test has a twin without the guard, which goes wrong."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection

from courses import actions
from courses.models import HoursEntry, OutsideTraining, OutsideWithdrawal
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


def withdraw_twice(cohort, teacher, lead, county_lead, monkeypatch) -> list[str]:
    """What came of two who found the same mistake."""
    training = actions.record_training(
        enrollment=cohort.enrollments.create(learner=teacher), kind="city", title="智慧课堂",
        organiser="市教研室", first_day=DAY, last_day=DAY, hours=Decimal(6), document=None, by=lead,
    )  # fmt: skip
    meet_before(monkeypatch, OutsideWithdrawal, "save")  # that is, once it was found to stand
    calls = [
        partial(actions.withdraw_training, training=training, reason="重复登记", by=by)
        for by in (lead, county_lead)
    ]
    return sorted(type(outcome).__name__ for outcome in at_once(*calls))


def test_two_who_withdraw_the_same_at_once_take_it_back_once(cohort, teacher, lead, county_lead, monkeypatch):
    found = withdraw_twice(cohort, teacher, lead, county_lead, monkeypatch)

    assert found == ["AlreadyWithdrawn", "OutsideWithdrawal"]
    assert [line.hours for line in HoursEntry.objects.order_by("pk")] == [6, -6]


def test_without_the_lock_only_the_database_stops_the_second(
    cohort, teacher, lead, county_lead, monkeypatch, no_locks
):
    found = withdraw_twice(cohort, teacher, lead, county_lead, monkeypatch)

    assert found == ["IntegrityError", "OutsideWithdrawal"]
