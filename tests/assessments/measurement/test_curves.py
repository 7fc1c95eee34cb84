from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.measurement.curves import (
    GRID,
    graded_probability,
    information,
    log_probabilities,
    normal_weights,
    probability,
)

from .golden import column, needs_golden, values

slopes = st.floats(0.1, 4)
intercepts = st.floats(-6, 6)
chances = st.floats(0, 0.5)
abilities = st.floats(-4, 4)


@given(abilities, slopes, intercepts, chances)
def test_information_is_the_squared_slope_of_the_curve_over_its_variance(theta, a, d, c):
    step = 1e-5
    low, right, high = probability([theta - step, theta, theta + step], a, d, c)[:, 0]

    fisher = ((high - low) / (2 * step)) ** 2 / (right * (1 - right))

    assert information(theta, a, d, c)[0, 0] == pytest.approx(fisher, rel=1e-4, abs=1e-9)


@given(st.floats(-800, 800), chances)
def test_right_and_wrong_share_one_at_any_distance(theta, c):
    log_right, log_wrong = log_probabilities(theta, 1, 0, c)

    assert np.isfinite([log_right, log_wrong]).all()
    assert np.exp(log_right) + np.exp(log_wrong) == pytest.approx(1)
    assert np.exp(log_right) == pytest.approx(probability(theta, 1, 0, c))


def test_information_stays_finite_and_right_where_the_curve_is_flat():
    far = np.array([-700.0, 700.0])

    assert information(far, 2, 0).max() < 1e-300
    assert information(far, 2, 0, 0.25) == pytest.approx(0, abs=1e-300)
    assert information(-100, 1, 0)[0, 0] == pytest.approx(np.exp(-100))


def test_curves_have_a_row_for_each_ability_and_a_column_for_each_item():
    a, d, c = [1, 2, 0.5], [0, 1, -1], [0, 0.2, 0.25]

    assert probability([-1, 1], a, d, c).shape == (2, 3)
    assert information([-1, 1], a, d, c).shape == (2, 3)
    assert probability(0, a, d, c).tolist() == [
        pytest.approx([0.5, 0.2 + 0.8 / (1 + np.exp(-1)), 0.25 + 0.75 / (1 + np.e)])
    ]


@given(slopes, st.lists(intercepts, min_size=1, max_size=5, unique=True), abilities)
def test_scores_of_a_graded_item_share_one(a, thresholds, theta):
    shares = graded_probability(theta, a, [sorted(thresholds, reverse=True)])

    assert (shares >= 0).all()
    assert shares.sum() == pytest.approx(1)


def test_a_graded_item_of_two_scores_is_an_item_of_right_and_wrong():
    shares = graded_probability(GRID, [1.3, 0.7], [[0.4], [-1.1]])

    assert shares[:, :, 1] == pytest.approx(probability(GRID, [1.3, 0.7], [0.4, -1.1]))


def test_a_shorter_graded_item_never_has_the_scores_it_lacks():
    shares = graded_probability(GRID, [1.0, 1.0], [[2, 0, -2], [1, -1, np.nan]])

    assert (shares[:, 1, 3] == 0).all()
    assert shares[:, 1, :3] == pytest.approx(graded_probability(GRID, 1, [[1, -1]])[:, 0])


def test_rare_scores_keep_their_digits_far_out():
    rare = graded_probability(40, 1, [[2, 0, -2]])[0, 0]

    assert rare[0] == pytest.approx(np.exp(-42), rel=1e-9)
    assert rare[1] == pytest.approx(np.exp(-40) - np.exp(-42), rel=1e-9)


@pytest.mark.parametrize(("mean", "sd"), [(0, 1), (0.7, 0.8), (-1, 1.2)])
def test_weights_have_the_moments_of_their_distribution(mean, sd):
    weights = normal_weights(GRID, mean, sd)

    assert weights.sum() == pytest.approx(1)
    assert weights @ GRID == pytest.approx(mean, abs=1e-3)
    assert np.sqrt(weights @ (GRID - weights @ GRID) ** 2) == pytest.approx(sd, abs=1e-3)


@needs_golden
@pytest.mark.parametrize("model", ["1PL", "2PL"])
def test_information_of_the_law_school_test_is_as_published(model):
    known = values("lsat6.json")[model]
    items = known["items_slope_intercept"]

    total = information(known["test_information"]["theta"], column(items, "a1"), column(items, "d")).sum(
        axis=1
    )

    assert total == pytest.approx(known["test_information"]["info"], abs=1e-12)
