from datetime import date

import pytest

from certificates.lifecycle import ENDED, STEPS, Status, may_follow, months_later


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
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -6, date(2025, 7, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months, later):
    assert months_later(day, months) == later
