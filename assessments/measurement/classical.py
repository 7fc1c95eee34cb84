"""Classical item statistics: how hard a question is, whether it tells people apart, what each option does.

A score is 0 to 1 (part marks as a share); nan means not reached. An omitted question scores 0.
Statistics of a pair of questions use the people who reached both, so that a slow finish does not
look like a wrong answer; with nothing missing they are the textbook's.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Bools, Floats, matrix

TAIL = 0.27
"""Share of people in the upper and in the lower group. Source: Kelley (1939)."""


class Flag(StrEnum):
    """Why an author should look at a question again."""

    WRONG_KEY = "wrong_key"
    TOO_EASY = "too_easy"
    TOO_HARD = "too_hard"
    WEAK_DISCRIMINATION = "weak_discrimination"
    ATTRACTIVE_DISTRACTOR = "attractive_distractor"
    DEAD_DISTRACTOR = "dead_distractor"


@dataclass(frozen=True)
class Limits:
    """Where a flag is raised. Shares and facilities from 0 to 1, correlations from -1 to 1."""

    discrimination: float = 0.15
    easy: float = 0.95
    above_chance: float = 0.05
    """A facility less than this above guessing is too hard."""
    attractive: float = 0.10
    """Share from which a distractor that stronger people prefer is flagged."""
    dead: float = 0.02


@dataclass(frozen=True)
class ItemStatistics:
    """One question. Correlations are nan where one side does not vary."""

    people: int
    """Who reached it."""
    facility: float
    point_biserial: float
    """Correlation with the mean score on the other questions reached ("corrected")."""
    discrimination: float
    """Facility in the upper 27 % by mean score less that in the lower 27 %; ties share the last places."""
    alpha_if_deleted: float
    """nan for a form of two questions."""


@dataclass(frozen=True)
class FormStatistics:
    """A form: its questions, and how reliably they add up. The SD and the SEM are in raw score points."""

    people: int
    mean: float
    sd: float
    alpha: float
    sem: float
    items: tuple[ItemStatistics, ...]


@dataclass(frozen=True)
class OptionStatistics:
    """One option of a question, among the people who reached the question."""

    count: int
    share: float
    mean_rest: float
    """Mean rest score of those who chose it; nan if nobody did."""
    correlation: float
    """Of choosing it with the rest score; nan if nobody or everybody chose it."""


def covariances(scores: ArrayLike) -> Floats:
    """Covariances over the people who reached both questions, (items, items); nan below two such people."""
    table = matrix(scores, "scores")
    reached = ~np.isnan(table)
    shown = reached.astype(float)
    # Centred first: sums of squares of large numbers would lose the digits that matter.
    centre = np.divide(
        np.nansum(table, axis=0), shown.sum(axis=0), where=reached.any(axis=0), out=np.zeros(table.shape[1])
    )
    values = np.where(reached, table - centre, 0.0)
    together = shown.T @ shown
    sums = values.T @ shown
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(together > 1, (values.T @ values - sums * sums.T / together) / (together - 1), np.nan)


def alpha(scores: ArrayLike) -> float:
    """Cronbach's alpha of a (people, items) table on any scale; nan if the total does not vary.

    Raises ValueError for fewer than two questions.
    """
    return _alpha(covariances(scores))


def _alpha(covariance: Floats) -> float:
    items = len(covariance)
    if items < 2:
        raise ValueError("alpha needs at least two questions")
    total = covariance.sum()
    return float(items / (items - 1) * (1.0 - np.trace(covariance) / total)) if total > 0 else float("nan")


def _alpha_if_deleted(covariance: Floats) -> Floats:
    items = len(covariance) - 1
    if items < 2:
        return np.full(len(covariance), np.nan)
    diagonal = np.diag(covariance)
    totals = covariance.sum() - 2 * covariance.sum(axis=0) + diagonal
    with np.errstate(invalid="ignore", divide="ignore"):
        left = items / (items - 1) * (1.0 - (diagonal.sum() - diagonal) / totals)
    return np.where(totals > 0, left, np.nan)


def rest_scores(scores: ArrayLike) -> Floats:
    """Mean score on the *other* questions reached, (people, items); nan if there is none, or not reached."""
    table = _scored(scores)
    reached = ~np.isnan(table)
    others = reached.sum(axis=1, keepdims=True) - 1
    totals = np.nansum(table, axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(reached & (others > 0), (totals - table) / others, np.nan)


def correlations(left: Floats, right: Floats) -> Floats:
    """Pearson correlation of each column of two tables, over rows where both are known."""
    known = ~(np.isnan(left) | np.isnan(right))
    count = np.maximum(known.sum(axis=0), 1)

    def centred(values: Floats) -> Floats:
        kept = np.where(known, values, 0.0)
        return np.where(known, kept - kept.sum(axis=0) / count, 0.0)

    x, y = centred(left), centred(right)
    spread = np.sqrt((x * x).sum(axis=0) * (y * y).sum(axis=0))
    # A constant column leaves rounding behind, not zero.
    varies = spread > 1e-12 * count
    return np.divide((x * y).sum(axis=0), spread, where=varies, out=np.full(spread.shape, np.nan))


def analyse(scores: ArrayLike) -> FormStatistics:
    """Statistics of a (people, items) table of scores from 0 to 1, nan for not reached.

    Raises ValueError for other values, fewer than two people or questions, or a question nobody reached.
    """
    table = _scored(scores)
    if min(table.shape) < 2:
        raise ValueError("item statistics need at least two people and two questions")
    reached = ~np.isnan(table)
    if not reached.any(axis=0).all():
        raise ValueError("a question that nobody reached has no statistics")
    covariance = covariances(table)
    reliability = _alpha(covariance)
    sd = float(np.sqrt(np.maximum(covariance.sum(), 0.0)))
    columns = zip(
        reached.sum(axis=0).tolist(),
        np.nanmean(table, axis=0).tolist(),
        correlations(table, rest_scores(table)).tolist(),
        _tail_difference(table).tolist(),
        _alpha_if_deleted(covariance).tolist(),
        strict=True,
    )
    return FormStatistics(
        people=len(table),
        mean=float(np.nanmean(table, axis=0).sum()),
        sd=sd,
        alpha=reliability,
        sem=float(sd * np.sqrt(np.maximum(1.0 - reliability, 0.0))),
        items=tuple(ItemStatistics(*column) for column in columns),
    )


def option_statistics(chosen: ArrayLike, rest: ArrayLike) -> tuple[OptionStatistics, ...]:
    """What each option of one question does.

    `chosen` is (people, options), true where somebody chose it: for numbered single choices,
    `choices[:, None] == np.arange(options)`. `rest` is that question's column of `rest_scores`; people
    whose rest score is nan are left out. Raises ValueError if shapes differ or nobody is left.
    """
    picks = matrix(chosen, "chosen").astype(bool)
    score = np.asarray(rest, dtype=float)
    if score.shape != (len(picks),):
        raise ValueError(f"rest must have {len(picks)} numbers, not shape {score.shape}")
    known = ~np.isnan(score)
    if not known.any():
        raise ValueError("nobody reached this question")
    picks, score = picks[known].astype(float), score[known]
    counts = picks.sum(axis=0)
    means = np.divide(score @ picks, counts, where=counts > 0, out=np.full(counts.shape, np.nan))
    related = correlations(picks, np.broadcast_to(score[:, None], picks.shape))
    return tuple(
        OptionStatistics(int(count), float(count / len(score)), float(mean), float(correlation))
        for count, mean, correlation in zip(counts, means, related, strict=True)
    )


def flags(
    item: ItemStatistics,
    options: Sequence[OptionStatistics] = (),
    keys: Collection[int] = (),
    limits: Limits = Limits(),
) -> frozenset[Flag]:
    """What is wrong with a question, as far as numbers can say.

    `keys` are the positions of right options. Guessing is allowed for where one option is right.
    A correlation that is nan raises no flag: it says nothing.
    """
    if any(not 0 <= key < len(options) for key in keys):
        raise ValueError(f"keys {sorted(keys)} must be positions among {len(options)} options")
    chance = 1.0 / len(options) if len(keys) == 1 else 0.0
    distractors = [option for place, option in enumerate(options) if place not in keys]
    # An option that hardly anybody chose has a correlation of luck.
    alive = [option for option in distractors if option.share >= limits.dead]
    weakest_key = min((options[key].correlation for key in keys), default=float("nan"))
    raised = {
        Flag.WRONG_KEY: any(option.correlation > weakest_key for option in alive),
        Flag.TOO_EASY: item.facility > limits.easy,
        Flag.TOO_HARD: item.facility < chance + limits.above_chance,
        Flag.WEAK_DISCRIMINATION: item.point_biserial < limits.discrimination,
        Flag.ATTRACTIVE_DISTRACTOR: any(
            option.correlation > 0 and option.share > limits.attractive for option in alive
        ),
        Flag.DEAD_DISTRACTOR: len(alive) < len(distractors),
    }
    return frozenset(flag for flag, is_raised in raised.items() if is_raised)


def _scored(scores: ArrayLike) -> Floats:
    table = matrix(scores, "scores")
    if np.nanmin(table, initial=0.0) < 0 or np.nanmax(table, initial=0.0) > 1:
        raise ValueError("scores must lie between 0 and 1, or be nan for not reached")
    return table


def _tail_difference(table: Floats) -> Floats:
    reached = ~np.isnan(table)
    some = reached.any(axis=1)
    means = np.nanmean(table[some], axis=1)
    return _tail_mean(table[some], means) - _tail_mean(table[some], -means)


def _tail_mean(table: Floats, rank_by: Floats) -> Floats:
    """Mean of each column among the 27 % with the highest `rank_by`."""
    size = max(1, round(TAIL * len(rank_by)))
    last = np.partition(rank_by, -size)[-size]
    inside, level = rank_by > last, rank_by == last
    # People level at the boundary share the places left, so the order of rows does not matter.
    weights = inside + level * ((size - inside.sum()) / level.sum())
    reached: Bools = ~np.isnan(table)
    shown = weights @ reached
    return np.divide(
        weights @ np.where(reached, table, 0.0), shown, where=shown > 0, out=np.full(shown.shape, np.nan)
    )
