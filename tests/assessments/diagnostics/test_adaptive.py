"""Choosing what to ask: people of known ability, simulated."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.diagnostics.adaptive import Limits, Pool, ask, pool_of
from assessments.diagnostics.rules import CURRENT, CURRENT_PLAN, EVERYTHING, Band, exposure_cap, thin
from assessments.diagnostics.scoring import Answer, Item, calibrated_bank, estimates
from assessments.measurement.adaptive import Stop

DIMENSIONS = ("学情分析", "教学设计", "学法指导", "学业评价")


def pool(per_dimension: int, seed: int = 3) -> Pool:
    """Questions that tell people apart as well as usual ones do."""
    rng = np.random.default_rng(seed)
    count = 4 * per_dimension
    a = rng.uniform(0.8, 1.8, count)
    d = -a * rng.uniform(-2, 1.5, count)
    items = [Item(number) for number in range(1, count + 1)]
    return pool_of(calibrated_bank(items, DIMENSIONS * per_dimension, a, d, np.zeros(count), CURRENT))


def free(pool: Pool, **fields) -> Limits:
    """Anything may be asked, unless told."""
    everything = np.ones(len(pool.bank.items), dtype=bool)
    nothing = np.zeros(len(everything), dtype=np.int64)
    return Limits(**{"usable": everything, "fresh": everything, "showings": nothing, "sittings": 0, **fields})


def sit(pool: Pool, theta: float, rng: np.random.Generator, limits: Limits | None = None):
    """What somebody of this ability was asked and answered, and why it ended."""
    paper: list[Answer] = []
    while True:
        asked = ask(pool, paper, limits or free(pool), CURRENT_PLAN, CURRENT, rng)
        if isinstance(asked.step, Stop):
            return paper, asked
        place = pool.places[asked.step]
        chance = 1 / (1 + np.exp(-(pool.bank.a[place] * theta + pool.bank.d[place])))
        score = float(rng.random() < chance)
        paper.append(Answer(asked.step, len(paper) + 1, pool.bank.scales[place], True, score))


@settings(max_examples=25)
@given(theta=st.floats(-3, 3), seed=st.integers(0, 10_000), per_dimension=st.integers(4, 12))
def test_nobody_sees_a_question_twice_and_every_dimension_is_asked(theta, seed, per_dimension):
    paper, asked = sit(pool(per_dimension), theta, np.random.default_rng(seed))

    counts = Counter(answer.dimension for answer in paper)
    assert len({answer.item for answer in paper}) == len(paper)
    assert CURRENT_PLAN.least <= len(paper) <= CURRENT_PLAN.most
    assert set(counts) == set(DIMENSIONS)
    assert min(counts.values()) >= CURRENT_PLAN.per_dimension
    assert asked.step in Stop


def test_people_of_known_ability_are_measured_within_what_the_standard_error_says():
    rng, bank = np.random.default_rng(7), pool(20)
    truth = rng.normal(size=150)
    found = [sit(bank, theta, rng)[1] for theta in truth]

    z = [(asked.theta - theta) / asked.se for asked, theta in zip(found, truth, strict=True)]
    assert np.sqrt(np.mean(np.square(z))) == pytest.approx(1, abs=0.15)
    assert np.mean(np.abs(z) < 1.96) == pytest.approx(0.95, abs=0.04)


def test_the_bands_of_the_result_are_right_as_often_as_they_say():
    rng, bank = np.random.default_rng(11), pool(20)
    right = decided = 0
    for theta in rng.normal(size=100):
        [result] = estimates([sit(bank, theta, rng)[0]], DIMENSIONS, CURRENT, bank.bank)
        for dimension in DIMENSIONS:
            if result[dimension].band is not Band.NEAR:
                decided += 1
                is_above = theta >= bank.bank.cuts[dimension]
                right += is_above == (result[dimension].band is Band.READY)

    assert decided > 200
    assert right / decided > CURRENT.decided


def test_a_sitting_ends_as_soon_as_every_dimension_is_decided():
    rng, bank = np.random.default_rng(5), pool(20)

    paper, asked = sit(bank, 3.0, rng)

    [result] = estimates([paper], DIMENSIONS, CURRENT, bank.bank)
    assert asked.step is Stop.DECIDED
    assert len(paper) < CURRENT_PLAN.most
    assert {result[dimension].band for dimension in DIMENSIONS} == {Band.READY}


def test_a_decided_dimension_gets_no_further_question():
    bank = pool(20)
    # All right, but in one dimension: half.
    paper = [
        Answer(bank.bank.items[place], place + 1, bank.bank.scales[place], True, float(place % 8 != 3))
        for place in range(16)
    ]
    [result] = estimates([paper], DIMENSIONS, CURRENT, bank.bank)
    undecided = {name for name in DIMENSIONS if result[name].band is Band.NEAR}

    asked = [
        ask(bank, paper, free(bank), CURRENT_PLAN, CURRENT, np.random.default_rng(seed)).step
        for seed in range(20)
    ]

    assert undecided == {"学业评价"}
    assert {bank.bank.scales[bank.places[item]] for item in asked} == undecided


def test_it_ends_after_the_most_questions_or_when_none_is_left():
    rng, bank = np.random.default_rng(2), pool(20)
    endings = Counter(sit(bank, float(bank.bank.cuts[EVERYTHING]), rng)[1].step for _ in range(10))
    small = pool(3)

    assert endings[Stop.LONG_ENOUGH] > 3
    assert sit(small, 0.0, rng)[1].step in {Stop.EXHAUSTED, Stop.DECIDED}
    assert {len(sit(small, 0.0, rng)[0]) for _ in range(5)} == {12}


def test_what_somebody_had_before_comes_only_when_nothing_else_is_left():
    rng, bank = np.random.default_rng(4), pool(10)
    fresh = np.arange(40) >= 20
    limits = free(bank, fresh=fresh)

    paper, _asked = sit(bank, 0.0, rng, limits)
    nothing_new, _asked = sit(bank, 0.0, rng, free(bank, fresh=np.zeros(40, dtype=bool)))

    assert all(fresh[bank.places[answer.item]] for answer in paper)
    assert len(nothing_new) >= CURRENT_PLAN.least


def test_what_many_saw_is_passed_over_but_ends_no_sitting():
    rng, bank = np.random.default_rng(6), pool(20)
    often = np.where(np.arange(80) < 40, 100, 0)

    paper, _asked = sit(bank, 0.0, rng, free(bank, showings=often, sittings=100))
    all_often = np.full(80, 100)
    still, _asked = sit(bank, 0.0, rng, free(bank, showings=all_often, sittings=100))

    assert {often[bank.places[answer.item]] for answer in paper} == {0}
    assert len(still) >= CURRENT_PLAN.least


def test_no_question_is_shown_to_more_than_the_cap_allows():
    rng, bank = np.random.default_rng(9), pool(50)
    showings = np.zeros(200, dtype=np.int64)
    for number in range(1, 121):
        paper, _asked = sit(bank, rng.normal(), rng, free(bank, showings=showings, sittings=number))
        for answer in paper:
            showings[bank.places[answer.item]] += 1

    cap = exposure_cap(CURRENT_PLAN, 200)
    assert cap == 0.2
    assert showings.max() <= 0.2 * 120 + 1


def test_a_small_bank_has_a_wider_cap():
    assert [exposure_cap(CURRENT_PLAN, size) for size in (40, 80, 200, 2000)] == [1, 0.5, 0.2, 0.2]


def test_dimensions_with_too_few_questions_are_named():
    assert thin({"学情分析": 9, "教学设计": 10}, CURRENT_PLAN) == {"学情分析": 9}
