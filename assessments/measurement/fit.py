"""Does the model hold? For each item, for the whole test, for pairs of items, and for each person.

All but Q3 and person fit need complete responses and leave out people who did not answer everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import chi2, ncx2

from .ability import eap
from .arrays import Floats
from .curves import GRID, for_each_item, log_probabilities, normal_weights, probability
from .responses import CHUNK, Codes, encode
from .scores import score_distribution

LEAST_EXPECTED = 1.0
"""People that a cell of S-X2 must be expected to hold; thinner ones join their neighbour."""

DEPENDENT = 0.2
"""Residual correlation above which two items share more than the ability."""

MOST_ITEMS = 80
"""M2 works with all pairs of items at once, and its time grows with the third power of their number."""

CONFIDENCE = 0.90
"""Of the interval of RMSEA, as is customary."""


@dataclass(frozen=True)
class ItemFit:
    """S-X2 of each item, with its degrees of freedom and p; NaN where no degree of freedom is left."""

    statistic: Floats
    df: NDArray[np.intp]
    p: Floats


@dataclass(frozen=True)
class OverallFit:
    """M2 of a test. rmsea_low, rmsea_high: the 90 % interval. srmsr: of residual correlations."""

    statistic: float
    df: int
    p: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmsr: float
    n: int


@dataclass(frozen=True)
class LocalDependence:
    """Q3. correlations: items x items, NaN on the diagonal; pairs: those above the line, strongest first."""

    correlations: Floats
    pairs: list[tuple[int, int]]


def item_fit(
    responses: ArrayLike, a: ArrayLike, d: ArrayLike, c: ArrayLike = 0.0, *, estimated: int = 2
) -> ItemFit:
    """S-X2 (Orlando & Thissen 2000): among people of equal number right, does each item go as expected?

    Abilities are N(0, 1). Degrees of freedom: cells of number right 1 to items - 1, after thin ones have
    joined their neighbours, minus `estimated` parameters of the item (1PL and 2PL: 2; 3PL: 3; known
    parameters: 0).
    """
    codes = _complete(responses)
    items = codes.shape[1]
    right = probability(GRID, *for_each_item(items, a, d, c))
    weights = normal_weights(GRID)
    total = codes.sum(axis=1)
    size = np.bincount(total, minlength=items + 1)[1:items]
    whole = weights @ score_distribution(right)[:, 1:items]
    statistic, df = np.full(items, np.nan), np.zeros(items, dtype=np.intp)
    for item in range(items):
        others = score_distribution(np.delete(right, item, axis=1))
        expected = size * ((weights * right[:, item]) @ others[:, : items - 1]) / whole
        observed = np.bincount(total[codes[:, item] == 1], minlength=items + 1)[1:items]
        cells = _joined(np.stack([observed, size - observed, expected, size - expected]))
        df[item] = cells.shape[1] - estimated
        if df[item] > 0:
            statistic[item] = ((cells[:2] - cells[2:]) ** 2 / cells[2:]).sum()
    return ItemFit(statistic=statistic, df=df, p=chi2.sf(statistic, np.where(df > 0, df, np.nan)))


def overall_fit(
    responses: ArrayLike,
    a: ArrayLike,
    d: ArrayLike,
    c: ArrayLike = 0.0,
    *,
    model: Literal["1PL", "2PL", "3PL"] = "2PL",
) -> OverallFit:
    """M2 (Maydeu-Olivares & Joe 2006) from the shares right of all items and all pairs of items.

    The parameters must be those that `model` estimated from these responses, with abilities N(0, 1); of 3PL
    the prior of c makes M2 a little too large. Degrees of freedom: items (items + 1) / 2 - estimated
    parameters. Raises ValueError if none is left, or for more than 80 items.
    """
    codes = _complete(responses)
    people, items = codes.shape
    if items > MOST_ITEMS:
        raise ValueError(f"M2 takes at most {MOST_ITEMS} items, not {items}: test a form at a time")
    slope, intercept, chance = for_each_item(items, a, d, c)
    right = probability(GRID, slope, intercept, chance)
    first, second = np.triu_indices(items, 1)
    given = codes.astype(float)
    observed = np.concatenate([given.mean(axis=0), (given.T @ given)[first, second] / people])
    weights = normal_weights(GRID)
    products = np.concatenate([right, right[:, first] * right[:, second]], axis=1)
    expected = weights @ products
    jacobian = _margin_derivatives(right, slope, intercept, chance, model)
    df = len(expected) - jacobian.shape[1]
    if df <= 0:
        raise ValueError(f"{items} items leave no degree of freedom for {model}")
    root = np.linalg.cholesky(_margin_covariance(right, products, expected))
    residual = np.linalg.solve(root, observed - expected)
    # What the estimated parameters could explain does not count: orthogonal complement of the derivatives.
    basis = np.linalg.qr(np.linalg.solve(root, jacobian))[0]
    statistic = float(people * (residual @ residual - ((basis.T @ residual) ** 2).sum()))
    low, high = _noncentrality(statistic, df)
    return OverallFit(
        statistic=statistic,
        df=df,
        p=float(chi2.sf(statistic, df)),
        rmsea=float(np.sqrt(max(statistic - df, 0) / (df * (people - 1)))),
        rmsea_low=float(np.sqrt(low / (df * (people - 1)))),
        rmsea_high=float(np.sqrt(high / (df * (people - 1)))),
        srmsr=_residual_correlation(observed, expected, first, second),
        n=people,
    )


def local_dependence(
    responses: ArrayLike, a: ArrayLike, d: ArrayLike, c: ArrayLike = 0.0, theta: ArrayLike | None = None
) -> LocalDependence:
    """Yen's Q3: correlations between what two items' answers were above expectation, over who answered both.

    theta: of each person; EAP under N(0, 1) if not given. Without any dependence Q3 lies near -1 / (items -
    1).
    """
    codes = encode(responses)
    items = codes.shape[1]
    slope, intercept, chance = for_each_item(items, a, d, c)
    theta = eap(responses, a, d, c).theta if theta is None else np.asarray(theta, dtype=float)
    both, sums, squares, products = np.zeros((4, items, items))
    for start in range(0, len(codes), CHUNK):
        part = codes[start : start + CHUNK]
        answered = (part >= 0).astype(float)
        expected = probability(theta[start : start + CHUNK], slope, intercept, chance)
        above = np.where(part >= 0, (part > 0) - expected, 0)
        both += answered.T @ answered
        sums += above.T @ answered
        squares += (above**2).T @ answered
        products += above.T @ above
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums / both
        spread = np.sqrt(squares / both - mean**2)
        correlations = (products / both - mean * mean.T) / (spread * spread.T)
    np.fill_diagonal(correlations, np.nan)
    first, second = np.nonzero(np.triu(np.nan_to_num(correlations) > DEPENDENT))
    order = np.argsort(-correlations[first, second], kind="stable")
    return LocalDependence(correlations, [(int(first[pair]), int(second[pair])) for pair in order])


def person_fit(
    responses: ArrayLike, theta: ArrayLike, a: ArrayLike, d: ArrayLike, c: ArrayLike = 0.0
) -> Floats:
    """l_z of each person (Drasgow, Levine & Williams 1985): below -2 the answers are unlike the ability.

    Standard normal at the true ability and on a long test; at an estimated one its spread is a little below
    1, so it flags too few. NaN for who answered nothing.
    """
    codes = encode(responses)
    abilities = np.asarray(theta, dtype=float)
    if abilities.shape != (len(codes),):
        raise ValueError(f"{len(codes)} people need as many abilities, not {abilities.shape}")
    slope, intercept, chance = for_each_item(codes.shape[1], a, d, c)
    found = np.empty(len(codes))
    for first in range(0, len(codes), CHUNK):
        part = slice(first, first + CHUNK)
        logs = log_probabilities(abilities[part], slope, intercept, chance)
        found[part] = _standardised(codes[part], *logs)
    return found


def _standardised(codes: Codes, log_right: Floats, log_wrong: Floats) -> Floats:
    """Log-likelihood of what each person answered, less its expectation, over its standard deviation."""
    answered = codes >= 0
    right, wrong = np.exp(log_right), np.exp(log_wrong)
    surprise = np.where(codes > 0, log_right, log_wrong) - right * log_right - wrong * log_wrong
    variance = np.where(answered, right * wrong * (log_right - log_wrong) ** 2, 0).sum(axis=1)
    scale = np.sqrt(np.where(variance > 0, variance, np.nan))
    return np.where(answered, surprise, 0).sum(axis=1) / scale


def _complete(responses: ArrayLike) -> Codes:
    codes = encode(responses)
    codes = codes[(codes >= 0).all(axis=1)]
    if len(codes) < 2:
        raise ValueError("fewer than 2 people answered everything")
    return codes


def _joined(cells: Floats) -> Floats:
    """Neighbours put together until each expects enough. Rows: two observed, two expected; columns: cells."""
    joined: list[Floats] = []
    waiting = np.zeros(4)
    for cell in cells.T:
        waiting = waiting + cell
        if waiting[2:].min() >= LEAST_EXPECTED:
            joined.append(waiting)
            waiting = np.zeros(4)
    if joined:
        joined[-1] = joined[-1] + waiting
    return np.array(joined).reshape(-1, 4).T


def _margin_derivatives(right: Floats, a: Floats, d: Floats, c: Floats, model: str) -> Floats:
    """Of the expected shares of items and of pairs, by each estimated parameter: margins x parameters."""
    items = right.shape[1]
    known = expit(GRID[:, None] * a + d)
    by_intercept = (1 - c) * known * (1 - known)
    kinds = [by_intercept * GRID[:, None], by_intercept]
    if model == "3PL":
        kinds.append(1 - known)
    weights = normal_weights(GRID)[:, None]
    first, second = np.triu_indices(items, 1)
    pairs = np.arange(len(first)) + items
    blocks = []
    for change in kinds:
        block = np.zeros((items + len(first), items))
        block[np.arange(items), np.arange(items)] = (weights * change).sum(axis=0)
        together = (weights * change).T @ right
        block[pairs, first] = together[first, second]
        block[pairs, second] = together[second, first]
        blocks.append(block)
    if model == "1PL":
        blocks[0] = blocks[0].sum(axis=1, keepdims=True)
    return np.concatenate(blocks, axis=1)


def _margin_covariance(right: Floats, products: Floats, expected: Floats) -> Floats:
    """Of the observed shares of items and of pairs, times the number of people."""
    items = right.shape[1]
    weights = normal_weights(GRID)[:, None]
    joint = products.T @ (weights * products)
    first, second = np.triu_indices(items, 1)
    for item in range(items):
        own = np.concatenate([[item], items + np.flatnonzero((first == item) | (second == item))])
        # Both margins contain the item, but it is answered only once: its probability enters once.
        joint[np.ix_(own, own)] = products[:, own].T @ (weights / right[:, [item]] * products[:, own])
    np.fill_diagonal(joint, expected)
    return joint - np.outer(expected, expected)


def _noncentrality(statistic: float, df: int) -> tuple[float, float]:
    """The two ends of the confidence interval of the noncentrality."""

    def end(share: float) -> float:
        if chi2.cdf(statistic, df) <= share:
            return 0.0
        highest = 10 * statistic + 100
        return float(brentq(lambda value: ncx2.cdf(statistic, df, value) - share, 1e-9, highest))

    return end((1 + CONFIDENCE) / 2), end((1 - CONFIDENCE) / 2)


def _residual_correlation(
    observed: Floats, expected: Floats, first: NDArray[np.intp], second: NDArray[np.intp]
) -> float:
    items = len(observed) - len(first)

    def correlations(shares: Floats) -> Floats:
        one, spread = shares[:items], np.sqrt(shares[:items] * (1 - shares[:items]))
        return (shares[items:] - one[first] * one[second]) / (spread[first] * spread[second])

    return float(np.sqrt(np.mean((correlations(observed) - correlations(expected)) ** 2)))
