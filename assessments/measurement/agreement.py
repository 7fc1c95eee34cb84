"""Do raters agree? Krippendorff's alpha, the kappas, and intraclass correlation.

Coefficients are nan where ratings do not vary: agreement cannot then be told from having no choice.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Floats, matrix


class Scale(StrEnum):
    """What differences between two ratings mean."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


class Action(StrEnum):
    """What an alpha means for a criterion of a rubric."""

    KEEP = "keep"
    RETRAIN = "retrain"
    UNUSABLE = "unusable"
    """Nothing may be decided by this criterion."""


@dataclass(frozen=True)
class AlphaInterval:
    """Krippendorff's alpha with a percentile bootstrap interval over clusters."""

    alpha: float
    low: float
    high: float
    clusters: int


@dataclass(frozen=True)
class IntraclassCorrelation:
    """Agreement of raters who are a sample of all raters. Source: Shrout and Fleiss (1979)."""

    single: float
    """ICC(2,1): of one rater's mark."""
    average: float
    """ICC(2,k): of the mean of as many raters as there are here."""


@dataclass(frozen=True)
class PlainAgreement:
    """Shares of pairs of ratings of one thing, from 0 to 1."""

    exact: float
    adjacent: float
    """Same or next to each other on the scale."""


def krippendorff_alpha(ratings: ArrayLike, scale: Scale = Scale.ORDINAL) -> float:
    """Krippendorff's alpha of (raters, units) ratings; nan for not rated.

    Raises ValueError if no unit was rated twice, or on a ratio scale with negative values.
    """
    values, pairs = _coincidences(ratings)
    return float(_alphas(values, pairs.sum(axis=0)[None], scale)[0])


def krippendorff_interval(
    ratings: ArrayLike,
    scale: Scale = Scale.ORDINAL,
    clusters: Sequence[Hashable] | None = None,
    *,
    confidence: float = 0.95,
    draws: int = 2_000,
    seed: int = 0,
) -> AlphaInterval:
    """Alpha with an interval from resampling clusters of units: artefacts, or all artefacts of a teacher.

    `clusters` names each unit's cluster; without it each unit is one. Draws in which nothing varies are
    left out. Raises ValueError as `krippendorff_alpha`, or for fewer than two clusters.
    """
    values, pairs = _coincidences(ratings)
    names = list(range(len(pairs))) if clusters is None else list(clusters)
    if len(names) != len(pairs):
        raise ValueError(f"clusters must name {len(pairs)} units, not {len(names)}")
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    if len(places) < 2:
        raise ValueError("a bootstrap needs at least two clusters")
    if not 0 < confidence < 1 or draws < 1:
        raise ValueError("confidence lies between 0 and 1, draws is at least 1")
    sums = np.zeros((len(places), *pairs.shape[1:]))
    np.add.at(sums, [places[name] for name in names], pairs)
    rng = np.random.default_rng(seed)
    times = rng.multinomial(len(places), np.full(len(places), 1.0 / len(places)), size=draws)
    drawn = _alphas(values, np.tensordot(times.astype(float), sums, axes=1), scale)
    tail = (1.0 - confidence) / 2
    defined = drawn[~np.isnan(drawn)]
    low, high = np.quantile(defined, [tail, 1 - tail]) if len(defined) else (np.nan, np.nan)
    alpha = float(_alphas(values, sums.sum(axis=0)[None], scale)[0])
    return AlphaInterval(alpha, float(low), float(high), len(places))


def action_for(alpha: float, *, keep: float = 0.80, usable: float = 0.667) -> Action:
    """What to do about a criterion; an alpha that is nan is not enough. Source: Krippendorff (2004)."""
    if alpha >= keep:
        return Action.KEEP
    return Action.RETRAIN if alpha >= usable else Action.UNUSABLE


def contingency(first: ArrayLike, second: ArrayLike, categories: Sequence[float]) -> Floats:
    """How often one rater gave a and the other b, (categories, categories); pairs with a nan are left out.

    Raises ValueError for a rating that is not a category, or different lengths.
    """
    one, two = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if one.ndim != 1 or one.shape != two.shape:
        raise ValueError("both raters need a list of the same length")
    both = ~(np.isnan(one) | np.isnan(two))
    rows, columns = (side[both][:, None] == np.asarray(categories, dtype=float) for side in (one, two))
    if not (rows.any(axis=1).all() and columns.any(axis=1).all()):
        raise ValueError(f"ratings must be among {list(categories)}")
    return rows.T.astype(float) @ columns.astype(float)


def quadratic(categories: int) -> Floats:
    """Disagreement weights (i - j)²: two steps apart are four times as bad as one."""
    places = np.arange(categories, dtype=float)
    return (places[:, None] - places[None, :]) ** 2


def cohen_kappa(table: ArrayLike, disagreement: ArrayLike | None = None) -> float:
    """Cohen's kappa of a (categories, categories) contingency table, in counts or shares.

    With `disagreement` weights of the same shape (0 on the diagonal; `quadratic`) the weighted kappa.
    """
    counts = matrix(table, "table")
    size = len(counts)
    if counts.shape != (size, size) or not np.isfinite(counts).all() or (counts < 0).any():
        raise ValueError("the table must be square, and its counts not negative")
    weights = matrix(1.0 - np.eye(size) if disagreement is None else disagreement, "disagreement")
    if weights.shape != counts.shape or np.diag(weights).any() or (weights < 0).any():
        raise ValueError("weights must have the table's shape, zeros on the diagonal, and none negative")
    total = counts.sum()
    if total == 0:
        raise ValueError("nothing was rated by both")
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / total
    return _beyond_chance(float((weights * counts).sum()), float((weights * expected).sum()))


def fleiss_kappa(counts: ArrayLike) -> float:
    """Fleiss's kappa of (units, categories) counts of ratings.

    Raises ValueError unless each unit has the same number of ratings, at least two.
    """
    table = matrix(counts, "counts")
    raters = table.sum(axis=1)
    if (table < 0).any() or (raters != raters[0]).any() or not raters[0] >= 2:
        raise ValueError("each unit needs the same number of ratings, at least two")
    agreeing = ((table**2).sum(axis=1) - raters) / (raters * (raters - 1))
    shares = table.sum(axis=0) / table.sum()
    return _beyond_chance(1.0 - float(agreeing.mean()), 1.0 - float((shares**2).sum()))


def intraclass_correlation(ratings: ArrayLike) -> IntraclassCorrelation:
    """Two-way random effects, absolute agreement, of complete (targets, raters) ratings.

    Raises ValueError for missing ratings or fewer than two targets or raters.
    """
    table = matrix(ratings, "ratings")
    targets, raters = table.shape
    if min(table.shape) < 2 or not np.isfinite(table).all():
        raise ValueError("at least two targets and two raters are needed, with every rating given")
    rows, columns = table.mean(axis=1), table.mean(axis=0)
    residual = table - rows[:, None] - columns[None, :] + table.mean()
    between = raters * float(rows.var(ddof=1))
    judges = targets * float(columns.var(ddof=1))
    error = float((residual**2).sum()) / ((targets - 1) * (raters - 1))
    noise = (judges - error) / targets
    single, average = between + (raters - 1) * error + raters * noise, between + noise
    return IntraclassCorrelation(
        single=(between - error) / single if single > 0 else float("nan"),
        average=(between - error) / average if average > 0 else float("nan"),
    )


def spearman_brown(reliability: float, times: float) -> float:
    """Reliability of the mean of `times` as many raters: kρ / (1 + (k - 1)ρ)."""
    return times * reliability / (1.0 + (times - 1.0) * reliability)


def plain_agreement(ratings: ArrayLike) -> PlainAgreement:
    """Agreement over all pairs of ratings of a unit, from (raters, units); nan for not rated."""
    table = matrix(ratings, "ratings")
    left, right = np.triu_indices(len(table), k=1)
    apart = np.abs(table[left] - table[right])
    known = apart[~np.isnan(apart)]
    if not len(known):
        raise ValueError("no unit was rated twice")
    return PlainAgreement(exact=float((known == 0).mean()), adjacent=float((known <= 1).mean()))


def _coincidences(ratings: ArrayLike) -> tuple[Floats, Floats]:
    """The values given, ascending, and each unit's coincidences of them, (units, values, values)."""
    table = matrix(ratings, "ratings")
    values = np.unique(table[~np.isnan(table)])
    counts = (table[:, :, None] == values).sum(axis=0).astype(float)
    raters = counts.sum(axis=1)
    if not (raters >= 2).any():
        raise ValueError("no unit was rated twice")
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(len(values))
    share = np.divide(1.0, raters - 1, where=raters >= 2, out=np.zeros(len(raters)))
    return values, pairs * share[:, None, None]


def _alphas(values: Floats, coincidences: Floats, scale: Scale) -> Floats:
    """Alpha of each of (draws, values, values) coincidence matrices."""
    totals = coincidences.sum(axis=2)
    apart = _distances(values, totals, scale)
    pairs = totals.sum(axis=1)
    observed = (coincidences * apart).sum(axis=(1, 2))
    expected = np.einsum("di,dij,dj->d", totals, apart, totals)
    out = np.full(len(totals), np.nan)
    return 1.0 - np.divide(observed * (pairs - 1), expected, where=expected > 0, out=out)


def _distances(values: Floats, totals: Floats, scale: Scale) -> Floats:
    """Squared differences of values, (draws or 1, values, values)."""
    if scale is Scale.NOMINAL:
        return (1.0 - np.eye(len(values)))[None]
    if scale is Scale.INTERVAL:
        return ((values[:, None] - values[None, :]) ** 2)[None]
    if scale is Scale.RATIO:
        if values[0] < 0:
            raise ValueError("a ratio scale has no negative values")
        sums = values[:, None] + values[None, :]
        gaps = values[:, None] - values[None, :]
        return (np.divide(gaps, sums, where=sums > 0, out=np.zeros(sums.shape)) ** 2)[None]
    # How many ratings lie between two values, each end counted half.
    middle = np.cumsum(totals, axis=1) - totals / 2
    return (middle[:, :, None] - middle[:, None, :]) ** 2


def _beyond_chance(observed: float, expected: float) -> float:
    """1 - observed / expected disagreement; nan if none could be expected."""
    return 1.0 - observed / expected if expected > 0 else float("nan")
