"""Ability of each person from their responses, with its standard error.

EAP is the mean of the posterior, drawn to the mean of the group: for decisions about one person. WLE
(Warm 1989) is all but unbiased: for growth, and for means of schools. What was not answered counts as
nothing, not as wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import elementwise
from scipy.special import expit

from .arrays import Floats
from .curves import GRID, for_each_item, log_graded_probability, log_probabilities
from .responses import CHUNK, Codes, Design, encode, uncollapsed

FARTHEST = 10.0
"""Weighted likelihood estimates are looked for from minus this to this."""

SEARCH: Floats = np.linspace(-FARTHEST, FARTHEST, 81)
PRECISION = 1e-10
SMALLEST = float(np.finfo(float).tiny)
FLOOR = 3e-8
"""Of a stored posterior: float16 knows nothing smaller."""

FINE = 0.05
"""Distance of the nodes between which posteriors are integrated."""


@dataclass(frozen=True)
class Abilities:
    """theta and se of each person. Who answered nothing has the prior's (EAP) or NaN (WLE).

    posterior: people x `GRID`, if asked for; rows sum to 1. As float16 it takes 82 bytes a person.
    """

    theta: Floats
    se: Floats
    posterior: Floats | None = None


def eap(
    responses: ArrayLike,
    a: ArrayLike,
    d: ArrayLike,
    c: ArrayLike = 0.0,
    mean: ArrayLike = 0.0,
    sd: ArrayLike = 1.0,
    *,
    keep_posterior: bool = False,
) -> Abilities:
    """Posterior mean and standard deviation from people x items: 0, 1, or NaN or masked if not answered.

    mean, sd: of the normal prior, one for all or one for each person; what of it lies beyond `GRID` is cut
    off, so 3 sd should not. With `keep_posterior` the posteriors come too, as float16. Raises ValueError
    for values that are no scores.
    """
    made = uncollapsed(encode(responses), "binary", scores=2)
    items = for_each_item(made.codes.shape[1], a, d, c)
    right, wrong = (part.T for part in log_probabilities(GRID, *items))
    base = wrong.sum(axis=0, keepdims=True) if made.is_complete else wrong
    return _eap(made, np.concatenate([right - wrong, base]), mean, sd, keep_posterior)


def graded_eap(
    responses: ArrayLike,
    a: ArrayLike,
    thresholds: ArrayLike,
    mean: ArrayLike = 0.0,
    sd: ArrayLike = 1.0,
    *,
    keep_posterior: bool = False,
) -> Abilities:
    """As `eap`, for graded items: scores 0, 1, 2, ...; thresholds as in `curves.graded_probability`."""
    logs = log_graded_probability(GRID, a, thresholds)
    scores = logs.shape[2]
    codes = encode(responses, highest=scores - 1)
    _refuse_scores_without_threshold(codes, logs[0])
    curves = np.where(logs == -np.inf, 0, logs).reshape(len(GRID), -1).T
    return _eap(uncollapsed(codes, "graded", scores), curves, mean, sd, keep_posterior)


def wle(responses: ArrayLike, a: ArrayLike, d: ArrayLike, c: ArrayLike = 0.0) -> Abilities:
    """Warm's weighted likelihood estimate from people x items, with standard error 1 / sqrt(information).

    Finite for all right and all wrong too; within -10 and 10. Of several maxima, which guessing can cause,
    the highest one is taken. NaN for who answered nothing.
    """
    codes = encode(responses)
    items = for_each_item(codes.shape[1], a, d, c)
    theta, se = np.full(len(codes), np.nan), np.full(len(codes), np.nan)
    answered = np.flatnonzero((codes >= 0).any(axis=1))
    for first in range(0, len(answered), CHUNK):
        people = answered[first : first + CHUNK]
        part = codes[people]
        theta[people] = _weighted_maximum(part, *items)
        se[people] = 1 / np.sqrt(_weighted_score(theta[people], part, *items)[1])
    return Abilities(theta=theta, se=se)


def probability_above(posterior: ArrayLike, cut: float) -> Floats:
    """P(theta >= cut) of each person, from posteriors on `GRID` (people x nodes).

    Between the nodes the logarithm of the density is taken for a cubic through the nearest four. Of a normal
    posterior stored as float16 it is good to 1e-4 if its standard deviation is 0.2 or more, to 1e-3 at 0.15.
    """
    rows = np.asarray(posterior, dtype=float)
    if rows.ndim != 2 or rows.shape[1] != len(GRID):
        raise ValueError(f"posteriors must be people x {len(GRID)}, not of shape {rows.shape}")
    if cut <= GRID[0] or cut >= GRID[-1]:
        return np.full(len(rows), float(cut <= GRID[0]))
    below, above = (_quadrature(*ends) for ends in ((GRID[0], cut), (cut, GRID[-1])))
    share = np.empty(len(rows))
    for first in range(0, len(rows), CHUNK):
        part = rows[first : first + CHUNK]
        logs = np.log(np.maximum(part / part.max(axis=1, keepdims=True), FLOOR))
        low, high = (np.exp(logs @ _interpolation(nodes)) @ weights for nodes, weights in (below, above))
        share[first : first + CHUNK] = high / (low + high)
    return share


def share_above(posterior: ArrayLike, cut: float) -> float:
    """Expected share of these people at or above the cut: the mean of P(theta >= cut).

    Not the share of estimates above it, which shrinkage draws to one side. NaN for nobody.
    """
    above = probability_above(posterior, cut)
    return float(above.mean()) if len(above) else float("nan")


def _eap(made: Design, curves: Floats, mean: ArrayLike, sd: ArrayLike, keep: bool) -> Abilities:
    people = len(made.codes)
    centre, spread = (np.asarray(part, dtype=float).reshape(-1, 1) for part in (mean, sd))
    if (spread <= 0).any():
        raise ValueError("the prior's standard deviation must be positive")
    if {len(centre), len(spread)} - {1, people}:
        raise ValueError(f"priors must be one for all or one for each of {people} people")
    each = max(len(centre), len(spread)) > 1
    prior = -0.5 * ((GRID - centre) / spread) ** 2
    total, theta, square = np.empty((3, people))
    stored = np.empty((people, len(GRID)), dtype=np.float16) if keep else None
    for part, columns in made.chunks():
        logs = columns @ curves
        logs += prior[part] if each else prior
        logs -= logs.max(axis=1, keepdims=True)
        posterior = np.exp(logs, out=logs)
        total[part], theta[part], square[part] = (
            posterior.sum(axis=1),
            posterior @ GRID,
            posterior @ GRID**2,
        )
        if stored is not None:
            stored[part] = posterior / total[part, None]
    theta, square = theta / total, square / total
    return Abilities(theta=theta, se=np.sqrt(np.maximum(square - theta**2, 0)), posterior=stored)


def _refuse_scores_without_threshold(codes: Codes, logs: Floats) -> None:
    """logs: items x scores, at any ability."""
    for item, column in enumerate(codes.T):
        highest = int(np.isfinite(logs[item]).sum()) - 1
        if column.max(initial=0) > highest:
            raise ValueError(
                f"item at position {item}: found {column.max()}, but its thresholds end at {highest}"
            )


def _weighted_maximum(codes: Codes, a: Floats, d: Floats, c: Floats) -> Floats:
    """Where the weighted likelihood of each person is highest: a search over nodes, then a root."""
    right, pull, weight, bias = _pieces(SEARCH, a, d, c)
    correct, answered = (codes > 0).astype(float), (codes >= 0).astype(float)
    total = np.maximum(answered @ weight.T, SMALLEST)
    score = correct @ pull.T - answered @ (right * pull).T + (answered @ bias.T) / (2 * total)
    climbed = np.cumsum(score[:, :-1] + score[:, 1:], axis=1)
    turns = (score[:, :-1] > 0) & (score[:, 1:] <= 0)
    place = np.where(turns, climbed, -np.inf).argmax(axis=1)
    theta = np.where(score[:, 0] > 0, FARTHEST, -FARTHEST)
    found = np.flatnonzero(turns.any(axis=1))
    root = elementwise.find_root(
        lambda theta, person: _weighted_score(theta, codes[person], a, d, c)[0],
        (SEARCH[place[found]], SEARCH[place[found] + 1]),
        args=(found,),
        tolerances={"xatol": PRECISION},
    )
    theta[found] = root.x
    return theta


def _weighted_score(theta: Floats, codes: Codes, a: Floats, d: Floats, c: Floats) -> tuple[Floats, Floats]:
    """Warm's estimating function and the information of what each person answered, both at their theta."""
    right, pull, weight, bias = _pieces(theta, a, d, c)
    answered = codes >= 0
    total = np.maximum(np.where(answered, weight, 0).sum(axis=1), SMALLEST)
    score = np.where(answered, ((codes > 0) - right) * pull, 0).sum(axis=1)
    return score + np.where(answered, bias, 0).sum(axis=1) / (2 * total), total


def _pieces(theta: Floats, a: Floats, d: Floats, c: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """P, P' / (P Q), P'^2 / (P Q) and P' P'' / (P Q), each abilities x items."""
    z = np.multiply.outer(theta, a) + d
    known, unknown = expit(z), expit(-z)
    right = c + (1 - c) * known
    pull = a * np.divide(known, right, out=np.ones_like(right), where=right > 0)
    weight = pull * a * (1 - c) * known * unknown
    return right, pull, weight, weight * a * (unknown - known)


def _quadrature(low: float, high: float) -> tuple[Floats, Floats]:
    """Nodes and weights of Simpson's rule."""
    nodes = np.linspace(low, high, 2 * int(np.ceil((high - low) / (2 * FINE))) + 1)
    weights = np.where(np.arange(len(nodes)) % 2, 4.0, 2.0)
    weights[[0, -1]] = 1
    return nodes, weights * (nodes[1] - nodes[0]) / 3


def _interpolation(points: Floats) -> Floats:
    """Weights of the nodes of `GRID` for cubics through the nearest four: nodes x points."""
    place = (points - GRID[0]) / (GRID[1] - GRID[0])
    cell = np.clip(place.astype(int), 1, len(GRID) - 3)
    u = place - cell
    weights = np.zeros((len(GRID), len(points)))
    columns = np.arange(len(points))
    weights[cell - 1, columns] = -u * (u - 1) * (u - 2) / 6
    weights[cell, columns] = (u + 1) * (u - 1) * (u - 2) / 2
    weights[cell + 1, columns] = -(u + 1) * u * (u - 2) / 2
    weights[cell + 2, columns] = (u + 1) * u * (u - 1) / 6
    return weights
