from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm

from assessments.measurement.curves import normal_weights, probability
from assessments.measurement.cutscores import (
    Confidence,
    Decision,
    Verdict,
    above_by_score,
    angoff,
    bookmark,
    bookmark_locations,
    decide,
    decide_finally,
    lee,
    rudner,
    theta_of,
)
from assessments.measurement.scores import score_distribution

CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=7)


def a_form(items=20, seed=3):
    rng = np.random.default_rng(seed)
    a = rng.lognormal(0.2, 0.3, items)
    return a, -a * rng.normal(size=items), np.full(items, 0.2)


@given(CHANCES)
def test_scores_are_distributed_as_counting_every_pattern_says(chances):
    by_hand = np.zeros(len(chances) + 1)
    for pattern in product([0, 1], repeat=len(chances)):
        by_hand[sum(pattern)] += np.prod([p if x else 1 - p for x, p in zip(pattern, chances, strict=True)])

    assert score_distribution([chances])[0] == pytest.approx(by_hand, abs=1e-12)


def test_equal_chances_give_the_binomial_distribution():
    assert score_distribution([[0.3] * 40])[0] == pytest.approx(binom.pmf(np.arange(41), 40, 0.3), abs=1e-14)


def test_the_angoff_cut_is_the_mean_of_what_judges_expect():
    panel = angoff([[0.6, 0.8, 0.4], [0.5, 0.7, 0.3], [0.7, 0.9, 0.5]])

    assert panel.judges == pytest.approx((1.8, 1.5, 2.1))
    assert panel.cut == pytest.approx(1.8)
    assert panel.se == pytest.approx(0.3 / 3**0.5)


@given(st.floats(-3, 3), st.integers(0, 99))
def test_a_cut_in_points_is_found_on_the_scale(theta, seed):
    a, d, c = a_form(seed=seed)
    points = probability([theta], a, d, c).sum()

    assert theta_of(points, a, d, c) == pytest.approx(theta, abs=1e-6)


@given(st.floats(0.4, 2.5), st.floats(-3, 3), st.floats(0, 0.4))
def test_a_bookmarked_item_is_answered_right_by_two_in_three_at_its_place(a, d, c):
    place = bookmark_locations([a], [d], [c])

    assert probability(place, [a], [d], [c]) == pytest.approx(0.67)


def test_the_bookmark_of_a_panel_is_the_median():
    panel = bookmark([1.2, -0.5, 0.3, 0.9], [1, 2, 1])

    assert panel.judges == (0.3, 0.9, 0.3)
    assert panel.cut == 0.3
    assert panel.se == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("above", "verdict", "confidence"),
    [
        (0.95, Verdict.ABOVE, Confidence.HIGH),
        (0.949, Verdict.ABOVE, Confidence.MEDIUM),
        (0.80, Verdict.ABOVE, Confidence.MEDIUM),
        (0.799, Verdict.UNDECIDED, Confidence.LOW),
        (0.201, Verdict.UNDECIDED, Confidence.LOW),
        (0.20, Verdict.BELOW, Confidence.MEDIUM),
        (0.05, Verdict.BELOW, Confidence.HIGH),
    ],
)
def test_decisions_have_three_ways_and_three_words(above, verdict, confidence):
    assert decide(above) == Decision(verdict, confidence)


@given(st.floats(0, 1))
def test_the_last_decision_differs_only_where_nothing_was_decided(above):
    first, last = decide(above), decide_finally(above)

    if first.verdict is Verdict.UNDECIDED:
        assert last == Decision(Verdict.ABOVE if above >= 0.5 else Verdict.BELOW, Confidence.LOW)
    else:
        assert last == first


def test_before_calibration_the_standard_error_of_the_score_decides():
    assert above_by_score(14, 12, 2) == pytest.approx(norm.cdf(1))


def test_lee_agrees_with_counting_every_pair_of_patterns():
    chances, weights = np.array([[0.3, 0.5, 0.2], [0.8, 0.6, 0.9]]), [0.25, 0.75]
    accuracy = consistency = false_pass = false_fail = 0.0
    for row, weight in zip(chances, weights, strict=True):
        patterns = [
            (sum(pattern) >= 2, np.prod([p if x else 1 - p for x, p in zip(pattern, row, strict=True)]))
            for pattern in product([0, 1], repeat=3)
        ]
        truth = row.sum() >= 2
        accuracy += weight * sum(p for passed, p in patterns if passed == truth)
        false_pass += weight * sum(p for passed, p in patterns if passed and not truth)
        false_fail += weight * sum(p for passed, p in patterns if truth and not passed)
        consistency += weight * sum(p * q for one, p in patterns for two, q in patterns if one == two)
    found = lee(chances, weights, [2])

    assert [found.accuracy, found.consistency, found.false_pass, found.false_fail] == pytest.approx(
        [accuracy, consistency, false_pass, false_fail]
    )


def test_lee_agrees_with_sitting_the_test_twice():
    a, d, c = a_form(20)
    nodes = np.linspace(-5, 5, 1_001)
    found = lee(probability(nodes, a, d, c), normal_weights(nodes), [10, 15])

    rng = np.random.default_rng(1)
    people = probability(rng.normal(size=200_000), a, d, c)
    true = np.searchsorted([10, 15], people.sum(axis=1), side="right")
    first, second = (
        np.searchsorted([10, 15], (rng.random(people.shape) < people).sum(axis=1), side="right")
        for _ in range(2)
    )
    assert found.accuracy == pytest.approx(np.mean(first == true), abs=0.004)
    assert found.consistency == pytest.approx(np.mean(first == second), abs=0.005)
    assert found.false_pass == pytest.approx(np.mean(first > true), abs=0.004)
    assert found.false_fail == pytest.approx(np.mean(first < true), abs=0.004)
    chance = sum(np.mean(first == k) * np.mean(second == k) for k in range(3))
    assert found.kappa == pytest.approx((np.mean(first == second) - chance) / (1 - chance), abs=0.01)


def test_the_true_class_can_go_by_the_cut_before_rounding():
    chances = [[0.5, 0.5, 0.5, 0.55]]

    assert lee(chances, [1.0], [3]).false_fail == 0.0
    assert lee(chances, [1.0], [3], true_scores=[2.04]).false_pass == 0.0


def test_rudner_agrees_with_drawing_truths_around_estimates():
    rng = np.random.default_rng(2)
    theta, se, cuts = rng.normal(size=300), rng.uniform(0.2, 0.6, 300), [-0.5, 0.8]
    found = rudner(theta, se, cuts)

    draws = [np.searchsorted(cuts, rng.normal(theta, se, (4_000, 300)), side="right") for _ in range(2)]
    given_class = np.searchsorted(cuts, theta, side="right")
    assert found.accuracy == pytest.approx(np.mean(draws[0] == given_class), abs=0.005)
    assert found.consistency == pytest.approx(np.mean(draws[0] == draws[1]), abs=0.005)
    assert found.false_pass == pytest.approx(np.mean(given_class > draws[0]), abs=0.005)
    assert found.false_fail == pytest.approx(np.mean(given_class < draws[0]), abs=0.005)


@given(st.integers(0, 999), st.integers(1, 3))
def test_every_decision_is_right_or_false_one_way(seed, count):
    rng = np.random.default_rng(seed)
    cuts = sorted(rng.choice(np.arange(1, 10), count, replace=False).tolist())
    by_score = lee(rng.random((5, 10)), rng.random(5), cuts)
    by_theta = rudner(rng.normal(size=6), rng.uniform(0.1, 1, 6), np.array(cuts) / 3 - 2)

    for found in (by_score, by_theta):
        assert found.accuracy + found.false_pass + found.false_fail == pytest.approx(1)
        assert found.consistency <= 1 + 1e-12


def test_what_cannot_be_judged_is_refused():
    with pytest.raises(ValueError, match="two judges"):
        angoff([[0.5, 0.5]])
    with pytest.raises(ValueError, match="between 0 and 1"):
        angoff([[0.5, 1.5], [0.5, 0.5]])
    with pytest.raises(ValueError, match="between 0 and 1"):
        angoff([[0.5, np.nan], [0.5, 0.5]])
    with pytest.raises(ValueError, match="not between guessing"):
        theta_of(0.3, [1, 1], [0, 0], 0.2)
    with pytest.raises(ValueError, match="positive"):
        theta_of(1, [1, -1], [0, 0])
    with pytest.raises(ValueError, match="response probability"):
        bookmark_locations([1], [0], [0.7])
    with pytest.raises(ValueError, match="from 0 to 1"):
        bookmark([0.1, 0.2], [0, 2])
    with pytest.raises(ValueError, match="two judges"):
        bookmark([0.1, 0.2], [0])
    with pytest.raises(ValueError, match="is a chance"):
        decide(1.2)
    with pytest.raises(ValueError, match="must be positive"):
        above_by_score(1, 1, 0)
    with pytest.raises(ValueError, match="ascending"):
        rudner([0], [1], [1, 0])
    with pytest.raises(ValueError, match="must be positive"):
        rudner([0], [0], [1])
    with pytest.raises(ValueError, match="2 cuts and 1"):
        lee([[0.5, 0.5]], [1], [1, 2], [1])
    with pytest.raises(ValueError, match="not all 0"):
        lee([[0.5, 0.5]], [0], [1])
    with pytest.raises(ValueError, match="chances must lie"):
        score_distribution([[1.5]])
