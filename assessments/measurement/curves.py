"""Item response curves: how likely each answer is at each ability.

Logistic metric (D = 1), slope and intercept: a right answer has the probability P = c + (1 - c) / (1 +
exp(-(a theta + d))), so the difficulty is b = -d / a. A score of k or more on a graded item has 1 / (1 +
exp(-(a theta + d_k))) (Samejima 1969).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, log_expit

from .arrays import Floats

GRID: Floats = np.linspace(-6.0, 6.0, 41)
"""Nodes of ability. 21 on [-4, 4] would cost 0.03 of log-likelihood; more than these gain nothing, unless a
test is so long that standard errors fall below a quarter: with 85 questions and .19, EAP and its standard
error are off by up to .002."""


def normal_weights(nodes: ArrayLike, mean: float = 0.0, sd: float = 1.0) -> Floats:
    """Weights of a normal distribution at equally spaced nodes; they sum to 1."""
    exponent = -0.5 * ((np.asarray(nodes, dtype=float) - mean) / sd) ** 2
    weights = np.exp(exponent - exponent.max())
    return weights / weights.sum()


def probability(theta: ArrayLike, a: ArrayLike, d: ArrayLike, c: ArrayLike = 0.0) -> Floats:
    """Probability of a right answer, abilities x items."""
    return np.asarray(c) + (1 - np.asarray(c)) * expit(_linear(theta, a, d))


def log_probabilities(
    theta: ArrayLike, a: ArrayLike, d: ArrayLike, c: ArrayLike = 0.0
) -> tuple[Floats, Floats]:
    """Logarithms of the probabilities of a right and of a wrong answer, each abilities x items.

    Exact far out too, where the probability itself would round to 0 or 1.
    """
    z, c = _linear(theta, a, d), np.asarray(c, dtype=float)
    with np.errstate(divide="ignore"):
        guessed = np.log(c)
    return np.logaddexp(guessed, np.log1p(-c) + log_expit(z)), np.log1p(-c) + log_expit(-z)


def information(theta: ArrayLike, a: ArrayLike, d: ArrayLike, c: ArrayLike = 0.0) -> Floats:
    """Fisher information of each item, a^2 (P - c)^2 (1 - P) / ((1 - c)^2 P), abilities x items."""
    z, c = _linear(theta, a, d), np.asarray(c, dtype=float)
    known = expit(z)
    right = c + (1 - c) * known
    # Without guessing the ratio is 1 however small both are.
    ratio = np.divide(known, right, out=np.ones_like(right), where=right > 0)
    return np.asarray(a) ** 2 * ratio * known * (1 - c) * expit(-z)


def graded_probability(theta: ArrayLike, a: ArrayLike, thresholds: ArrayLike) -> Floats:
    """Probability of each score on graded items, abilities x items x scores.

    `thresholds` is items x (scores - 1): d_1 > d_2 > ..., where P(score >= k) = 1 / (1 + exp(-(a theta +
    d_k))). Items with fewer scores are filled up with NaN; their missing scores have probability 0.
    """
    return np.exp(log_graded_probability(theta, a, thresholds))


def log_graded_probability(theta: ArrayLike, a: ArrayLike, thresholds: ArrayLike) -> Floats:
    """Logarithm of `graded_probability`; NaN where thresholds of an item do not fall."""
    boundaries = graded_boundaries(theta, a, thresholds)
    upper, lower = boundaries[..., :-1], boundaries[..., 1:]
    # expit(u) - expit(v) = expit(u) expit(-v) (1 - exp(v - u)): no cancellation where both are near 0 or 1.
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = np.where(upper == -np.inf, np.inf, upper - lower)
        return log_expit(upper) + log_expit(-lower) + np.log(-np.expm1(-gap))


def graded_boundaries(theta: ArrayLike, a: ArrayLike, thresholds: ArrayLike) -> Floats:
    """Logits of scoring k or more for k = 0 (infinite) to the number of scores (minus infinite)."""
    thresholds = np.atleast_2d(np.asarray(thresholds, dtype=float))
    theta = np.atleast_1d(np.asarray(theta, dtype=float))
    inner = np.multiply.outer(theta, np.atleast_1d(np.asarray(a, dtype=float)))[..., None] + thresholds
    inner = np.where(np.isnan(thresholds), -np.inf, inner)
    ends = np.full((*inner.shape[:2], 1), np.inf)
    return np.concatenate([ends, inner, -ends], axis=2)


def for_each_item(items: int, a: ArrayLike, d: ArrayLike, c: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """The parameters with one value for each item; a single number stands for all. Else raises ValueError."""
    slope, intercept, chance = (
        np.broadcast_to(np.asarray(each, dtype=float), (items,)) for each in (a, d, c)
    )
    return slope, intercept, chance


def _linear(theta: ArrayLike, a: ArrayLike, d: ArrayLike) -> Floats:
    theta = np.atleast_1d(np.asarray(theta, dtype=float))
    a, d = np.atleast_1d(np.asarray(a, dtype=float)), np.atleast_1d(np.asarray(d, dtype=float))
    return np.multiply.outer(theta, a) + d
