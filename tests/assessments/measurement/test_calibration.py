from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import lognorm, norm

from assessments.measurement.calibration import Anchors, calibrate
from assessments.measurement.curves import GRID, graded_probability, normal_weights, probability

from .golden import column, needs_golden, table, values


def answers(people, a, d, c=0.0, *, mean=0.0, sd=1.0, seed=1):
    """Responses of people drawn from a normal distribution."""
    random = np.random.default_rng(seed)
    theta = random.normal(mean, sd, people)
    return (random.random((people, len(a))) < probability(theta, a, d, c)).astype(np.int8)


def bank(items, seed=7):
    random = np.random.default_rng(seed)
    return np.exp(random.normal(0, 0.3, items)), random.normal(0, 1, items)


@needs_golden
@pytest.mark.parametrize("model", ["1PL", "2PL"])
def test_the_law_school_test_gives_the_published_parameters(model):
    known = values("lsat6.json")[model]
    items, errors = known["items_slope_intercept"], known["SE_oakes"]

    found = calibrate(table("lsat6.csv"), model, tolerance=1e-8)

    assert found.converged
    assert found.log_likelihood == pytest.approx(known["logLik"], abs=1e-6)
    assert found.aic == pytest.approx(known["AIC"], abs=1e-5)
    assert found.a == pytest.approx(column(items, "a1"), abs=1e-6)
    assert found.d == pytest.approx(column(items, "d"), abs=1e-6)
    assert found.b == pytest.approx(column(known["items_IRT"], "b"), abs=1e-6)
    assert found.se_a == pytest.approx(column(errors, "a1"), abs=1e-6)
    assert found.se_d == pytest.approx(column(errors, "d"), abs=1e-6)


@needs_golden
def test_guessing_is_estimated_as_published():
    known = values("lsat6.json")["3PL_logitnormal_prior"]
    items = known["items_slope_intercept"]

    found = calibrate(table("lsat6.csv"), "3PL", options=5, tolerance=1e-8)

    assert found.log_likelihood == pytest.approx(known["logLik"], abs=1e-6)
    assert found.a == pytest.approx(column(items, "a1"), abs=1e-5)
    assert found.d == pytest.approx(column(items, "d"), abs=1e-5)
    assert found.c == pytest.approx(column(items, "g"), abs=1e-5)
    assert found.parameters == 15


@needs_golden
def test_the_second_law_school_section_gives_the_published_parameters():
    """Bock & Aitkin's second example; values as the manual of mirt prints them."""
    found = calibrate(table("lsat7.csv"), tolerance=1e-8)

    assert found.log_likelihood == pytest.approx(-2658.805, abs=5e-4)
    assert found.a == pytest.approx([0.988, 1.081, 1.706, 0.765, 0.736], abs=2e-3)
    assert found.d == pytest.approx([1.856, 0.808, 1.804, 0.486, 1.855], abs=2e-3)


@needs_golden
def test_a_miskeyed_item_keeps_its_absurd_difficulty():
    """Item 32 of SAT12 tells nothing: a search that bounds b hides what the key got wrong."""
    found = calibrate(table("sat12_scored.csv"), tolerance=1e-7)

    assert found.converged
    assert found.a[31] == pytest.approx(0.13, abs=5e-3)
    assert found.b[31] == pytest.approx(12.75, abs=5e-3)


@needs_golden
def test_attitudes_to_science_give_the_published_graded_parameters():
    """Values as the manual of mirt prints them, which stops a little before the maximum."""
    found = calibrate(table("science.csv") - 1, "GRM", tolerance=1e-7)

    assert found.log_likelihood == pytest.approx(-1608.870, abs=1e-3)
    assert found.a == pytest.approx([1.042, 1.226, 2.293, 1.095], abs=1e-2)
    assert found.d[0] == pytest.approx([4.864, 2.640, -1.466], abs=5e-3)
    assert found.parameters == 16


@needs_golden
@pytest.mark.parametrize(("model", "width"), [("2PL", 2), ("GRM", 4)])
def test_no_other_search_finds_a_higher_likelihood(model, width):
    """L-BFGS on the marginal likelihood of all people, without EM, chunks or collapsed patterns."""
    responses = (table("lsat7.csv") if model == "2PL" else table("science.csv") - 1).astype(int)
    weights, people = normal_weights(GRID), np.arange(responses.shape[1])

    def loss(flat):
        a, steps = flat.reshape(-1, width)[:, 0], flat.reshape(-1, width)[:, 1:]
        d = steps[:, :1] - np.concatenate([0 * steps[:, :1], np.exp(steps[:, 1:]).cumsum(axis=1)], axis=1)
        curves = graded_probability(GRID, a, d)
        return -np.log(weights @ curves[:, people, responses].prod(axis=2)).sum()

    found = calibrate(responses, model, tolerance=1e-7)
    start = np.tile([1.0, 2.0, 0.5, 0.5][:width], responses.shape[1])
    other = minimize(loss, start, method="L-BFGS-B", options={"maxiter": 2000, "ftol": 1e-13, "gtol": 1e-6})

    assert found.log_likelihood == pytest.approx(-other.fun, abs=1e-4)
    assert found.a == pytest.approx(other.x.reshape(-1, width)[:, 0], abs=5e-3)


@pytest.mark.parametrize(
    ("model", "prior"), [("1PL", False), ("2PL", False), ("2PL", True), ("3PL", False), ("GRM", False)]
)
def test_parameters_are_at_the_top_and_standard_errors_are_its_curvature(model, prior):
    """By brute force: first and second differences of the log posterior of all parameters."""
    a, b = np.array([1.5, 1.2, 0.9, 1.3, 1.1, 1.6]), np.array([-0.5, 0.2, 0.6, -0.1, 0.3, -0.8])
    drawn = answers(1000, a, -a * b, 0.2 if model == "3PL" else 0.0, seed=2)
    responses = drawn[:, :4]
    if model == "GRM":
        responses[:, :2] += drawn[:, 4:]
    found = calibrate(responses, model, slope_prior=prior, tolerance=1e-9, limit=5000)
    patterns, people = np.unique(responses, axis=0, return_counts=True)
    slopes = 1 if model == "1PL" else 4
    has = ~np.isnan(found.d)
    places = [slopes, slopes + has.sum()]
    logit = np.log(found.c / (1 - found.c)) if model == "3PL" else []

    def value(flat):
        slope, intercept, g = np.split(flat, places)
        d = np.full(found.d.shape, np.nan)
        d[has] = intercept
        if model == "GRM":
            curves = graded_probability(GRID, slope, d)
        else:
            right = probability(GRID, np.broadcast_to(slope, 4), d, 1 / (1 + np.exp(-g)) if len(g) else 0.0)
            curves = np.stack([1 - right, right], axis=2)
        each = normal_weights(GRID) @ curves[:, np.arange(4), patterns].prod(axis=2)
        log_prior = norm.logpdf(g, -np.log(3), 0.5).sum()
        return people @ np.log(each) + log_prior + prior * lognorm.logpdf(slope, 0.5).sum()

    top = np.concatenate([found.a[:slopes], found.d[has], logit])
    slope = [(value(top + move) - value(top - move)) / 2e-4 for move in 1e-4 * np.eye(len(top))]
    curvature = hessian(value, top)
    errors = np.split(np.sqrt(np.diag(np.linalg.inv(-curvature))), places)

    assert slope == pytest.approx(np.zeros(len(top)), abs=1e-4)
    assert found.se_a == pytest.approx(np.broadcast_to(errors[0], 4), rel=1e-3)
    assert found.se_d[has] == pytest.approx(errors[1], rel=1e-3)
    if model == "3PL":
        assert found.se_c == pytest.approx(errors[2] * found.c * (1 - found.c), rel=1e-3)


def hessian(value, point, step=1e-3):
    """Central second differences."""
    moves = np.eye(len(point)) * step
    return np.array(
        [
            [
                (value(point + p + q) - value(point + p - q) - value(point - p + q) + value(point - p - q))
                / (4 * step**2)
                for q in moves
            ]
            for p in moves
        ]
    )


def test_parameters_come_back_from_simulated_answers():
    a, b = bank(30)

    found = calibrate(answers(4000, a, -a * b))

    assert found.converged
    assert found.n == 4000
    assert np.sqrt(np.mean((found.a - a) ** 2)) < 0.07
    assert np.sqrt(np.mean((found.d + a * b) ** 2)) < 0.07
    # Errors are as large as they claim to be.
    assert np.std((found.a - a) / found.se_a) == pytest.approx(1, abs=0.35)


def test_guessing_comes_back_from_simulated_answers():
    a, b = bank(20)

    found = calibrate(answers(8000, a, -a * b, 0.2), "3PL", options=5)

    assert np.sqrt(np.mean((found.a - a) ** 2)) < 0.16
    assert np.sqrt(np.mean((found.c - 0.2) ** 2)) < 0.06


def test_graded_parameters_come_back_from_simulated_answers():
    random = np.random.default_rng(5)
    a, d = bank(12)[0], np.sort(random.normal(0, 1.5, (12, 3)))[:, ::-1] + [0.3, 0, -0.3]
    d[4:, 2] = np.nan
    reached = graded_probability(random.normal(size=4000), a, d).cumsum(axis=2)
    scores = (random.random((4000, 12, 1)) > reached).sum(axis=2).astype(float)
    scores[random.random(scores.shape) < 0.2] = np.nan

    found = calibrate(scores, "GRM")

    assert found.converged
    assert np.sqrt(np.mean((found.a - a) ** 2)) < 0.09
    assert np.sqrt(np.nanmean((found.d - d) ** 2)) < 0.11
    assert np.isnan(found.d).tolist() == np.isnan(d).tolist()
    assert np.nanstd((found.d - d) / found.se_d) == pytest.approx(1, abs=0.35)


def test_what_was_not_asked_is_passed_over():
    a, b = bank(30)
    responses = answers(6000, a, -a * b).astype(float)
    asked = np.random.default_rng(3).random(responses.shape) < 0.4

    found = calibrate(np.where(asked, responses, np.nan))
    masked = calibrate(np.ma.masked_array(responses, ~asked), standard_errors=False)

    assert np.sqrt(np.mean((found.a - a) ** 2)) < 0.13
    assert masked.a == pytest.approx(found.a, abs=1e-12)


@pytest.mark.parametrize("model", ["1PL", "2PL", "GRM"])
def test_a_large_bank_of_which_each_answers_little_is_no_other_case(model, monkeypatch):
    """Sparse matrices and sums person by person give what dense ones and sums node by node do."""
    a, b = np.full(24, 1.2), bank(24)[1]
    responses = answers(1500, a, -a * b).astype(float)
    if model == "GRM":
        responses[:, :8] += responses[:, 8:16]
    responses[np.random.default_rng(3).random(responses.shape) < 0.6] = np.nan
    groups = np.arange(1500) % 2
    found = []
    for share in (0.0, 1.0):
        monkeypatch.setattr("assessments.measurement.responses.SPARSE", share)
        found.append(calibrate(responses, model, groups=groups, tolerance=1e-7))
    dense, sparse = found

    assert sparse.log_likelihood == pytest.approx(dense.log_likelihood, abs=1e-6)
    for name in ("a", "d", "mean", "sd", "se_a", "se_d", "se_mean", "se_sd"):
        assert getattr(sparse, name) == pytest.approx(getattr(dense, name), abs=1e-5, nan_ok=True), name


def test_people_who_answered_nothing_change_nothing():
    a, b = bank(5)
    responses = answers(500, a, -a * b).astype(float)

    found = calibrate(np.vstack([responses, np.full((50, 5), np.nan)]), tolerance=1e-8)
    without = calibrate(responses, tolerance=1e-8)

    assert found.n == 500
    assert found.a == pytest.approx(without.a, abs=1e-6)
    assert found.se_d == pytest.approx(without.se_d, abs=1e-6)


@pytest.mark.parametrize("items", [6, 25])
def test_the_order_of_people_and_items_changes_nothing(items):
    a, b = bank(items)
    responses = answers(800, a, -a * b)
    random = np.random.default_rng(5)
    people, places = random.permutation(800), random.permutation(items)

    found = calibrate(responses, tolerance=1e-8, limit=2000)
    shuffled = calibrate(responses[people][:, places], tolerance=1e-8, limit=2000)

    assert shuffled.log_likelihood == pytest.approx(found.log_likelihood, abs=1e-6)
    assert shuffled.a == pytest.approx(found.a[places], abs=1e-5)
    assert shuffled.se_a == pytest.approx(found.se_a[places], abs=1e-4)


def test_single_precision_is_good_enough_for_a_first_look():
    a, b = bank(25)
    responses = answers(3000, a, -a * b)

    rough = calibrate(responses, dtype=np.float32)
    fine = calibrate(responses)

    assert rough.converged
    assert rough.a == pytest.approx(fine.a, abs=2e-3)
    assert rough.log_likelihood == pytest.approx(fine.log_likelihood, abs=1e-2)


def test_a_prior_keeps_slopes_of_small_samples_in_reach():
    a, b = bank(8)
    responses = answers(60, a, -a * b)

    free, held = calibrate(responses), calibrate(responses, slope_prior=True)

    assert np.abs(np.log(held.a)).max() < np.abs(np.log(np.maximum(free.a, 1e-3))).max()
    assert (held.se_a < free.se_a).all()


def test_a_reversed_item_has_a_negative_slope():
    a, b = bank(12)
    a[4] = -0.8

    found = calibrate(answers(3000, a, -a * b))

    assert found.a[4] == pytest.approx(-0.8, abs=0.15)


def test_a_later_group_has_its_own_distribution():
    a, b = bank(20)
    before, after = answers(3000, a, -a * b), answers(3000, a, -a * b, mean=0.5, sd=1.2, seed=2)

    found = calibrate(np.vstack([before, after]), groups=np.repeat([0, 1], 3000))

    assert found.mean == pytest.approx([0, 0.5], abs=0.08)
    assert found.sd == pytest.approx([1, 1.2], abs=0.08)
    assert found.se_mean[0] != found.se_mean[0]
    assert 0.02 < found.se_mean[1] < 0.05
    assert 0.02 < found.se_sd[1] < 0.05
    assert found.parameters == 42


def test_the_same_people_once_more_are_a_group_like_the_first():
    """A later group of the same people has the first group's distribution, and changes no item."""
    a, b = np.full(8, 1.4), bank(8)[1]
    responses = answers(1500, a, -a * b)

    once = calibrate(responses, "1PL", tolerance=1e-8)
    twice = calibrate(np.vstack([responses] * 2), "1PL", groups=np.repeat([0, 1], 1500), tolerance=1e-8)

    assert twice.a == pytest.approx(once.a, abs=1e-5)
    assert twice.mean == pytest.approx([0, 0], abs=1e-5)
    assert twice.sd == pytest.approx([1, 1], abs=1e-5)


def test_anchors_hold_the_scale_of_an_earlier_calibration():
    a, b = bank(25)
    later = answers(4000, a, -a * b, mean=0.6, sd=0.9)

    found = calibrate(later, anchors=Anchors(items=range(10), a=a[:10], d=(-a * b)[:10]))

    assert found.a[:10] == pytest.approx(a[:10], abs=0)
    assert np.isnan(found.se_a[:10]).all()
    assert np.isfinite(found.se_a[10:]).all()
    assert found.mean == pytest.approx([0.6], abs=0.06)
    assert found.sd == pytest.approx([0.9], abs=0.06)
    assert np.sqrt(np.mean((found.d + a * b)[10:] ** 2)) < 0.12
    assert found.parameters == 32


def test_a_group_on_known_items_has_the_likeliest_mean_and_sd_with_their_errors():
    """By brute force, as above."""
    a, b = bank(10)
    responses = answers(600, a, -a * b, mean=0.4, sd=0.8)
    right = probability(GRID, a, -a * b)
    likelihood = np.where(responses[:, None], right, 1 - right)

    def value(group):
        return np.log(likelihood.prod(axis=2) @ normal_weights(GRID, group[0], np.exp(group[1]))).sum()

    found = calibrate(responses, anchors=Anchors(items=range(10), a=a, d=-a * b), tolerance=1e-9)
    top = np.array([found.mean[0], np.log(found.sd[0])])
    slope = [(value(top + move) - value(top - move)) / 2e-4 for move in 1e-4 * np.eye(2)]
    errors = np.sqrt(np.diag(np.linalg.inv(-hessian(value, top))))

    assert slope == pytest.approx([0, 0], abs=1e-4)
    assert [found.se_mean[0], found.se_sd[0]] == pytest.approx([errors[0], errors[1] * found.sd[0]], rel=1e-3)
    assert found.log_likelihood == pytest.approx(value(top))
    assert found.parameters == 2


@pytest.mark.parametrize("model", ["1PL", "3PL", "GRM"])
def test_every_model_can_be_anchored(model):
    a, b = np.full(20, 1.2), bank(20)[1]
    later = answers(4000, a, -a * b, 0.2 if model == "3PL" else 0.0, mean=0.6, sd=0.9)
    d = -a * b
    held = Anchors(
        items=range(10),
        a=a[:10],
        d=d[:10, None] if model == "GRM" else d[:10],
        c=0.2 if model == "3PL" else 0.0,
    )

    found = calibrate(later, model, anchors=held, options=5)

    assert found.mean == pytest.approx([0.6], abs=0.08)
    assert found.sd == pytest.approx([0.9], abs=0.08)
    assert found.c[:10] == pytest.approx(0.2 if model == "3PL" else 0)


def test_anchors_may_be_answered_alike_by_all():
    a, b = bank(12)
    later = answers(1500, a, -a * b, mean=0.6)
    later[:, 0] = 1

    binary = calibrate(later, anchors=Anchors(items=range(6), a=a[:6], d=[9, *(-a * b)[1:6]]))
    thresholds = np.column_stack([[9, *(-a * b)[1:6]], np.full(6, np.nan)])
    graded = calibrate(later, "GRM", anchors=Anchors(items=range(6), a=a[:6], d=thresholds))

    assert binary.mean == pytest.approx([0.6], abs=0.12)
    assert graded.mean == pytest.approx(binary.mean, abs=1e-3)
    assert graded.d[:, 0] == pytest.approx(binary.d, abs=1e-3)


def test_a_slope_without_bounds_is_not_called_converged():
    """Two items answered alike by everyone: the likelihood rises with the slope for ever."""
    twins = np.repeat([[0, 0], [1, 1]], 40, axis=0)

    found = calibrate(twins, limit=60)

    assert not found.converged


@pytest.mark.parametrize(
    ("responses", "model", "said"),
    [
        ([[1, 1], [1, 0]], "2PL", "item listening: everybody answered it right"),
        ([[0, 1], [0, 0]], "2PL", "item listening: nobody answered it right"),
        ([[np.nan, 1], [np.nan, 0]], "2PL", "item listening: nobody answered it"),
        ([[0, 0], [2, 1]], "GRM", "item listening: nobody scored 1; merge it with the next score first"),
        ([[1, 0]], "2PL", "calibration needs at least 2 people, not 1"),
        (np.zeros((3, 0)), "2PL", "calibration needs at least 1 item"),
        ([1, 0, 1], "2PL", "responses must be people x items"),
        ([[2, 0], [1, 1]], "2PL", "responses must be from 0 to 1, found 0 to 2"),
        ([[0.5, 0], [1, 1]], "2PL", "responses must be whole numbers"),
        ([["a", "b"], ["c", "d"]], "2PL", "responses must be numbers"),
        ([[0, 1], [1, 0]], "4PL", "unknown model '4PL'"),
    ],
)
def test_what_cannot_be_calibrated_is_refused_by_name(responses, model, said):
    with pytest.raises(ValueError, match=said):
        calibrate(responses, model, labels=["listening", "seeing"][: np.shape(responses)[-1]])


def test_items_without_labels_are_named_by_position():
    with pytest.raises(ValueError, match="item at position 1: nobody answered it right"):
        calibrate([[0, 0], [1, 0]])


@pytest.mark.parametrize("groups", [[0], [1, 1], [0, 2], [0.5, 1]])
def test_groups_are_counted_from_zero(groups):
    with pytest.raises(ValueError, match="groups must give each person a number"):
        calibrate([[0, 1], [1, 0]], groups=groups)
