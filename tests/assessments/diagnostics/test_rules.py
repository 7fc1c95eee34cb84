from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.diagnostics.rules import (
    LEAST_PEOPLE,
    RULE_VERSIONS,
    Band,
    Candidate,
    DataNeed,
    Standing,
    distribution,
    next_sitting_on,
    shortage,
    suggest,
)

LEARN, NEAR, READY = Band.LEARN, Band.NEAR, Band.READY


def candidate(pk, dimension, *, lessons=True, right=None):
    return Candidate(pk, dimension, pk, lessons, right)


def test_rule_versions_go_by_their_own_number():
    assert {number: rule.number for number, rule in RULE_VERSIONS.items()} == {1: 1}


@pytest.mark.parametrize(
    ("standings", "expected"),
    [
        # the weakest dimension first, then the next, then round again
        ({"x": (LEARN, 0.1), "y": (NEAR, 0.5)}, [1, 4, 2]),
        ({"x": (NEAR, 0.5), "y": (LEARN, 0.1)}, [4, 1, 5]),
        # what is there already gives nothing while a gap has more
        ({"x": (READY, 0.9), "y": (LEARN, 0.1)}, [4, 5, 6]),
        ({"x": (READY, 0.9), "y": (READY, 0.95)}, [1, 4, 2]),
    ],
)
def test_suggestions_begin_with_the_weakest_dimension(standings, expected):
    candidates = [candidate(pk, "x") for pk in (1, 2, 3)] + [candidate(pk, "y") for pk in (4, 5, 6)]
    told = {name: Standing(band, above, 3) for name, (band, above) in standings.items()}

    assert suggest(candidates, told) == expected


def test_a_dimension_that_is_there_fills_up_what_gaps_leave_open():
    candidates = [candidate(1, "x"), candidate(2, "y"), candidate(3, "y")]
    told = {"x": Standing(LEARN, 0.1, 3), "y": Standing(READY, 0.9, 3)}

    assert suggest(candidates, told) == [1, 2, 3]


def test_of_equal_dimensions_the_lower_own_rating_comes_first():
    told = {"x": Standing(NEAR, 0.5, 4), "y": Standing(NEAR, 0.5, 2)}

    assert suggest([candidate(1, "x"), candidate(2, "y")], told) == [2, 1]


def test_within_a_dimension_lessons_then_wrong_answers_then_order_decide():
    candidates = [
        candidate(1, "x", lessons=False, right=0.0),
        candidate(2, "x", right=1.0),
        candidate(3, "x"),
        candidate(4, "x", right=0.0),
    ]

    assert suggest(candidates, {"x": Standing(LEARN, 0.1, 3)}, count=4) == [4, 3, 2, 1]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from("xyz"), max_size=12),
    st.fixed_dictionaries({name: st.floats(0, 1) for name in "xyz"}),
)
def test_suggestions_are_three_different_ones_or_all_there_are(names, chances):
    bands = {name: READY if above >= 0.8 else NEAR for name, above in chances.items()}
    told = {name: Standing(bands[name], above, 3) for name, above in chances.items()}

    found = suggest([candidate(pk, name) for pk, name in enumerate(names)], told)

    assert len(found) == len(set(found)) == min(3, len(names))


def test_the_next_sitting_is_four_weeks_later():
    assert next_sitting_on(datetime.date(2026, 9, 1)) == datetime.date(2026, 9, 29)


@pytest.mark.parametrize(
    ("model", "people", "per_item", "need"),
    [
        ("2PL", 300, [100] * 10, None),
        ("2PL", 299, [100] * 10, DataNeed(300, 100, 10)),
        ("2PL", 300, [100] * 9 + [99], DataNeed(300, 100, 10)),
        ("1PL", 200, [30] * 10, None),
        ("1PL", 199, [30] * 10, DataNeed(200, 30, 10)),
        ("1PL", 200, [], DataNeed(200, 30, 10)),
    ],
)
def test_a_calibration_says_what_it_needs(model, people, per_item, need):
    assert shortage(model, people, per_item) == need


def test_a_small_group_has_no_figures():
    assert distribution({READY: LEAST_PEOPLE - 2, LEARN: 1}) is None
    assert distribution({READY: LEAST_PEOPLE - 1, LEARN: 1}) == {LEARN: 1, NEAR: 0, READY: LEAST_PEOPLE - 1}
