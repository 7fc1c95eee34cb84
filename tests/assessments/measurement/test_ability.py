from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from assessments.measurement.ability import eap, graded_eap, probability_above, share_above, wle
from assessments.measurement.curves import GRID, information, log_probabilities, normal_weights, probability

from .golden import column, needs_golden, values

A = np.array([0.8, 1.4, 1.1, 0.6, 2.0, 1.3, 0.9, 1.7])
D = np.array([1.0, -0.5, 0.2, 0.0, -1.5, 0.8, -0.3, 0.4])
patterns = st.lists(st.sampled_from([0.0, 1.0, np.nan]), min_size=8, max_size=8)


@needs_golden
@pytest.mark.parametrize(("model", "factor"), [("1PL", "F"), ("2PL", "F1")])
def test_answers_to_the_law_school_test_give_the_published_abilities(model, factor):
    known = values("lsat6.json")[model]
    items, people = known["items_slope_intercept"], known["EAP_by_pattern"]
    responses = [[person[name] for name in items] for person in people]

    found = eap(responses, column(items, "a1"), column(items, "d"))

    assert found.theta == pytest.approx([person[factor] for person in people], abs=1e-5)
    assert found.se == pytest.approx([person[f"SE_{factor}"] for person in people], abs=1e-5)


@settings(deadline=None)
@given(patterns, st.floats(0, 0.4), st.floats(-0.5, 0.5), st.floats(0.5, 1.2))
def test_eap_is_bayes_theorem_on_a_finer_grid(pattern, c, mean, sd):
    theta = np.linspace(-9, 9, 2001)
    right = probability(theta, A, D, c)
    likelihood = np.where(np.isnan(pattern), 1, np.where(np.array(pattern) == 1, right, 1 - right)).prod(
        axis=1
    )
    posterior = likelihood * normal_weights(theta, mean, sd)
    posterior /= posterior.sum()
    expected = posterior @ theta

    found = eap([pattern], A, D, c, mean, sd)

    assert found.theta[0] == pytest.approx(expected, abs=2e-3)
    assert found.se[0] == pytest.approx(np.sqrt(posterior @ (theta - expected) ** 2), abs=5e-3)


def test_one_number_stands_for_all_items_and_a_wrong_number_of_them_is_refused():
    assert eap(np.eye(3), 1.2, 0.3).theta == pytest.approx(eap(np.eye(3), [1.2] * 3, [0.3] * 3).theta)
    for estimate in (eap, wle):
        with pytest.raises(ValueError, match="shape"):
            estimate(np.eye(3), [1.2, 1.2], 0.3)


def test_who_answered_nothing_has_the_prior():
    found = eap(np.full((2, 8), np.nan), A, D, mean=[0.3, -0.4], sd=[0.9, 0.7], keep_posterior=True)

    assert found.theta == pytest.approx([0.3, -0.4], abs=1e-6)
    assert found.se == pytest.approx([0.9, 0.7], abs=1e-6)
    assert found.posterior[0] == pytest.approx(normal_weights(GRID, 0.3, 0.9), abs=1e-3)


def test_a_posterior_is_stored_small():
    found = eap(np.eye(8), A, D, keep_posterior=True)

    assert found.posterior.dtype == np.float16
    assert found.posterior.nbytes == 8 * 82
    assert found.posterior.astype(float).sum(axis=1) == pytest.approx(1, abs=2e-3)
    assert found.posterior.astype(float) @ GRID == pytest.approx(found.theta, abs=2e-3)
    assert eap(np.eye(8), A, D).posterior is None


def test_each_person_is_estimated_alone():
    """More people than are handled at a time, in another order."""
    random = np.random.default_rng(2)
    responses = (random.random((9000, 8)) < 0.5).astype(float)
    responses[random.random(responses.shape) < 0.2] = np.nan
    order = random.permutation(9000)

    for estimate in (eap, wle):
        together, apart = estimate(responses, A, D), estimate(responses[order], A, D)
        np.testing.assert_allclose(apart.theta, together.theta[order], atol=1e-8)
        np.testing.assert_allclose(apart.se, together.se[order], atol=1e-8)


def test_graded_abilities_agree_with_right_and_wrong_ones():
    responses = np.array([[1, 0, 1, np.nan, 1, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 0]])

    binary, graded = eap(responses, A, D, mean=0.2), graded_eap(responses, A, D[:, None], mean=0.2)

    assert graded.theta == pytest.approx(binary.theta)
    assert graded.se == pytest.approx(binary.se)


def test_a_higher_grade_shows_a_higher_ability():
    thresholds = [[2.0, 0.0, -2.0], [1.0, -1.0, np.nan]]

    found = graded_eap([[0, 0], [1, 0], [2, 1], [3, 2]], [1.2, 0.9], thresholds, keep_posterior=True)

    assert (np.diff(found.theta) > 0).all()
    with pytest.raises(ValueError, match="item at position 1: found 3, but its thresholds end at 2"):
        graded_eap([[3, 3]], [1.2, 0.9], thresholds)


@settings(deadline=None)
@given(patterns.filter(lambda pattern: not np.isnan(pattern).all()))
def test_wle_is_the_maximum_of_likelihood_times_root_of_information(pattern):
    """Warm's definition, which holds without guessing."""
    given_ = ~np.isnan(pattern)
    right = np.array(pattern)[given_] == 1

    def loss(theta):
        logs = np.where(right, *(part[0] for part in log_probabilities(theta, A[given_], D[given_])))
        return -logs.sum() - 0.5 * np.log(information(theta, A[given_], D[given_]).sum())

    expected = min(
        (
            minimize_scalar(loss, bounds=(low, low + 4), method="bounded", options={"xatol": 1e-9})
            for low in range(-10, 8, 2)
        ),
        key=lambda found: found.fun,
    )
    found = wle([pattern], A, D)

    assert found.theta[0] == pytest.approx(expected.x, abs=1e-5)
    assert found.se[0] == pytest.approx(information(expected.x, A[given_], D[given_]).sum() ** -0.5, abs=1e-5)


def test_wle_has_a_closed_form_where_all_items_are_alike():
    """x of n right gives the proportion (x + 1/2) / (n + 1)."""
    responses = np.tri(9, 8, -1)
    proportion = (np.arange(9) + 0.5) / 9

    found = wle(responses, 1.5, 0.6)

    assert 1 / (1 + np.exp(-(1.5 * found.theta + 0.6))) == pytest.approx(proportion)


def test_wle_is_all_but_unbiased_where_eap_shrinks():
    random = np.random.default_rng(4)
    a, b = np.exp(random.normal(0, 0.2, 30)), random.normal(0, 1, 30)
    responses = random.random((4000, 30)) < probability(1.5, a, -a * b, 0.2)

    likely, drawn = wle(responses, a, -a * b, 0.2), eap(responses, a, -a * b, 0.2)

    assert likely.theta.mean() == pytest.approx(1.5, abs=0.04)
    assert drawn.theta.mean() < 1.35
    assert likely.se.mean() == pytest.approx(likely.theta.std(), rel=0.1)


def test_nothing_answered_gives_no_likelihood_estimate():
    found = wle([[np.nan] * 8, [1] * 8, [0] * 8], A, D)

    assert np.isnan(found.theta).tolist() == [True, False, False]
    assert np.isnan(found.se).tolist() == [True, False, False]
    assert -10 < found.theta[2] < found.theta[1] < 10


def test_no_weight_on_guessing_finds_the_lowest_end():
    """All wrong, with guessing: the estimate stays within its bounds and is no error."""
    found = wle([[0] * 8], A, D, 0.3)

    assert -10 <= found.theta[0] < -1


@given(st.floats(-1.5, 1.5), st.floats(0.2, 1.2), st.floats(-2.5, 2.5))
def test_what_lies_above_a_cut_is_that_of_the_normal_distribution(mean, sd, cut):
    stored = normal_weights(GRID, mean, sd).astype(np.float16)

    assert probability_above([stored], cut)[0] == pytest.approx(norm.sf(cut, mean, sd), abs=3e-4)


def test_everything_is_above_the_lowest_cut_and_nothing_above_the_highest():
    posterior = eap(np.eye(8), A, D, keep_posterior=True).posterior

    assert probability_above(posterior, -6).tolist() == [1] * 8
    assert probability_above(posterior, 6).tolist() == [0] * 8


def test_the_share_above_a_cut_is_that_of_the_people_and_not_of_their_estimates():
    random = np.random.default_rng(6)
    theta = random.normal(size=20_000)
    found = eap(random.random((20_000, 8)) < probability(theta, A, D), A, D, keep_posterior=True)

    assert share_above(found.posterior, 1) == pytest.approx((theta >= 1).mean(), abs=0.01)
    assert (found.theta >= 1).mean() < 0.145


def test_the_share_of_nobody_is_no_number():
    assert np.isnan(share_above(np.empty((0, len(GRID))), 0))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"sd": 0}, "the prior's standard deviation must be positive"),
        ({"mean": [0, 0, 0]}, "priors must be one for all or one for each of 8 people"),
    ],
)
def test_a_prior_must_make_sense(arguments, said):
    with pytest.raises(ValueError, match=said):
        eap(np.eye(8), A, D, **arguments)


def test_a_posterior_must_lie_on_the_grid():
    with pytest.raises(ValueError, match="posteriors must be people x 41"):
        share_above(np.ones((2, 21)), 0)
