"""Item response curves: P = c + (1 - c) / (1 + exp(-(a θ + d))), logistic metric, D = 1."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

GRID: NDArray[np.float64] = np.linspace(-6.0, 6.0, 41)
"""Abilities at which distributions are held."""


def probability(theta: ArrayLike, a: ArrayLike, d: ArrayLike, c: ArrayLike = 0.0) -> NDArray[np.float64]:
    """Chance of a right answer, (len(theta), items)."""
    at = np.atleast_1d(np.asarray(theta, dtype=float))[:, None]
    guess = np.atleast_1d(np.asarray(c, dtype=float))
    return guess + (1.0 - guess) * expit(np.atleast_1d(a) * at + np.atleast_1d(d))


def information(theta: ArrayLike, a: ArrayLike, d: ArrayLike, c: ArrayLike = 0.0) -> NDArray[np.float64]:
    """Fisher information I = a²(P - c)²(1 - P) / ((1 - c)² P), (len(theta), items)."""
    chance = probability(theta, a, d, c)
    guess = np.atleast_1d(np.asarray(c, dtype=float))
    slope = np.atleast_1d(np.asarray(a, dtype=float))
    return (slope * (chance - guess) / (1.0 - guess)) ** 2 * (1.0 - chance) / chance


def normal_weights(nodes: ArrayLike, mean: float = 0.0, sd: float = 1.0) -> NDArray[np.float64]:
    """Weights of a normal distribution at `nodes`; they sum to 1."""
    density = np.exp(-0.5 * ((np.asarray(nodes, dtype=float) - mean) / sd) ** 2)
    return density / density.sum()
