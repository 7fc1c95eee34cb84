from datetime import date

import pytest

from certificates.lifecycle import ENDED, STEPS, Status, is_ending, may_follow, months_later


def test_every_status_says_where_it_may_go():
    assert set(STEPS) == set(Status)
    assert {status for status, steps in STEPS.items() if not steps} == ENDED


def test_every_status_but_the_first_is_reached_from_another():
    assert set().union(*STEPS.values()) == set(Status) - {Status.DRAFT}


def test_only_the_named_steps_may_be_taken():
    assert may_follow("suspended", "issued")
    assert not may_follow("revoked", "issued")
    assert not may_follow("issued", "issued")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 26), 36, date(2029, 11, 26)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months, later):
    assert months_later(day, months) == later


@pytest.mark.parametrize(
    ("last_day", "months", "is_told"),
    [
        (date(2026, 8, 27), 0, False),
        (date(2026, 8, 28), 0, True),
        (date(2026, 11, 26), 0, True),
        (date(2027, 2, 24), 0, True),
        (date(2027, 2, 25), 0, False),
        (date(2027, 5, 26), 6, True),
        (date(2027, 5, 27), 6, False),
    ],
)
def test_its_end_is_told_some_days_before_and_after_and_as_long_as_it_may_be_renewed(
    last_day, months, is_told
):
    assert is_ending(last_day, months=months, days=90, on=date(2026, 11, 26)) == is_told
