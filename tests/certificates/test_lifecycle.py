import pytest

from certificates.lifecycle import ENDED, STEPS, Status, may_follow, needs_reason


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
    ("before", "after", "needed"),
    [
        ("approved", "issued", False),
        ("issued", "superseded", False),
        ("issued", "suspended", True),
        ("suspended", "issued", True),
        ("issued", "revoked", True),
    ],
)
def test_a_step_that_takes_or_returns_a_certificate_needs_a_reason(before, after, needed):
    assert needs_reason(before, after) is needed
