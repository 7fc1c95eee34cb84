"""What in times and answers looks unlike honest work.

Every result here is a reason for a person to look, never a sanction and never proof: a fast reader,
a broken connection and two colleagues who learned together all look irregular too.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Bools, Floats, Ints, matrix, vector
from .scores import score_distribution

RAPID_SHARE, RAPID_LEAST, RAPID_MOST = 0.10, 3.0, 10.0
"""An answer is rapid below this share of the question's mean time, but within these seconds.

Source: Wise and Ma (2012), the 10 % rule with a floor.
"""
LEAST_EFFORT = 0.90
"""Response time effort below which an attempt is in doubt. Source: Wise and Kong (2005)."""
UNUSUAL = 3.0
"""|z| from which somebody's speed is worth a look."""
CHANCE_OF_FALSE_ALARM = 0.01
"""Over all pairs compared; for a million pairs this asks for p < 1e-8 of each."""


@dataclass(frozen=True, eq=False)
class Effort:
    """Response time effort. A doubtful attempt is looked at by a person and kept out of calibration."""

    thresholds: Floats
    """Seconds below which an answer to each question is rapid, (items,)."""
    effort: Floats
    """Share of answers that were not rapid, (people,); nan for nobody's answers."""
    doubtful: Bools


@dataclass(frozen=True, eq=False)
class ResponseTimes:
    """The lognormal model of response times: ln t_ij ~ N(β_i - τ_j, 1 / α_i²), τ ~ N(0, σ²).

    Its residuals are a reason for a person to look, never a sanction. Source: van der Linden (2006).
    """

    intensity: Floats
    """β, (items,): mean log seconds a question takes."""
    discrimination: Floats
    """α, (items,): how alike people's times are, their speed allowed for."""
    speed_sd: float
    """σ: how much people differ in speed, in log seconds."""

    def speed(self, seconds: ArrayLike) -> Floats:
        """Each person's expected τ, (people,): positive for faster than others, 0 where nothing is known."""
        weights, behind = self._behind(seconds)
        return (weights * behind).sum(axis=1) / (weights.sum(axis=1) + 1.0 / self.speed_sd**2)

    def speed_z(self, seconds: ArrayLike) -> Floats:
        """Mean residual of each person in its standard deviation over people, (people,); nan without times.

        Beyond ±`UNUSUAL` it is a reason for a person to look, never a sanction.
        """
        weights, behind = self._behind(seconds)
        total = weights.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return (weights * behind).sum(axis=1) / total / np.sqrt(self.speed_sd**2 + 1.0 / total)

    def residuals(self, seconds: ArrayLike) -> Floats:
        """How unexpected each time is given the person's speed, (people, items) in SDs; negative is fast.

        They show a reviewer which answers to look at, and are never a sanction.
        """
        times = _seconds(seconds, len(self.intensity))
        expected = self.intensity - self.speed(seconds)[:, None]
        return self.discrimination * (np.log(times) - expected)

    def _behind(self, seconds: ArrayLike) -> tuple[Floats, Floats]:
        """Weights α² of the times there are, and how far log seconds lie below β; 0 where there are none."""
        times = _seconds(seconds, len(self.intensity))
        behind = self.intensity - np.log(times)
        return np.where(np.isnan(behind), 0.0, self.discrimination**2), np.nan_to_num(behind)


@dataclass(frozen=True)
class SimilarPair:
    """Two people, by position, whose answers match more than their abilities explain.

    A reason for a person to look at the answers, the seats and the times; never a sanction.
    """

    first: int
    second: int
    compared: int
    """Questions both answered."""
    matches: int
    expected: float
    identical_wrong: int
    """Matches on a wrong option, which ability explains least."""
    p: float
    """Exact chance of at least so many matches by two who worked apart."""


def response_time_effort(seconds: ArrayLike, least: float = LEAST_EFFORT) -> Effort:
    """Who seems to have answered without reading, from (people, items) seconds; nan for not answered.

    A reason for a person to look, never a sanction. Raises ValueError for times that are not positive.
    """
    times = _seconds(seconds)
    answered = ~np.isnan(times)
    counts = answered.sum(axis=0)
    means = np.divide(np.nansum(times, axis=0), counts, where=counts > 0, out=np.zeros(len(counts)))
    thresholds = np.minimum(np.maximum(RAPID_SHARE * means, RAPID_LEAST), RAPID_MOST)
    given = answered.sum(axis=1)
    slow = (times >= thresholds).sum(axis=1)
    effort = np.divide(slow, given, where=given > 0, out=np.full(len(given), np.nan))
    return Effort(thresholds, effort, effort < least - 1e-12)


def fit_response_times(
    seconds: ArrayLike, *, tolerance: float = 1e-4, most_cycles: int = 1_000
) -> ResponseTimes:
    """Fit the lognormal model by EM to (people, items) seconds; nan for not answered.

    Speeds are averaged over, not fitted one by one, as a question that alone sets everybody's speed would
    fit perfectly. What it flags is a reason for a person to look, never a sanction. Raises ValueError for
    times that are not positive, a question with fewer than two times, times that do not vary, or no fit.
    """
    times = _seconds(seconds)
    logs = np.log(times)
    here = ~np.isnan(logs)
    counts = here.sum(axis=0)
    if (counts < 2).any():
        raise ValueError("each question needs at least two times")
    logs = np.where(here, logs, 0.0)
    intensity = logs.sum(axis=0) / counts
    variance = (here * (logs - intensity) ** 2).sum(axis=0) / counts
    if (variance <= 0).any():
        raise ValueError("times that do not vary have no model")
    speed_variance = float(variance.mean()) / 2
    variance = variance / 2
    for _ in range(most_cycles):
        before = np.concatenate([intensity, np.sqrt(variance), [np.sqrt(speed_variance)]])
        spread = 1.0 / (here @ (1.0 / variance) + 1.0 / speed_variance)
        speed = spread * ((here * (intensity - logs)) @ (1.0 / variance))
        intensity = (here * (logs + speed[:, None])).sum(axis=0) / counts
        misfit = (logs - intensity + speed[:, None]) ** 2 + spread[:, None]
        variance = (here * misfit).sum(axis=0) / counts
        speed_variance = float((speed**2 + spread).mean())
        after = np.concatenate([intensity, np.sqrt(variance), [np.sqrt(speed_variance)]])
        if np.abs(after - before).max() < tolerance:
            return ResponseTimes(intensity, 1.0 / np.sqrt(variance), float(np.sqrt(speed_variance)))
    raise ValueError(f"no fit after {most_cycles} cycles")


def wrong_concentration(choices: ArrayLike, keys: ArrayLike) -> Floats:
    """Chance, for each question, that two people who both err choose the same wrong option, (items,).

    `choices` (people, items) are option numbers from 0, negative for no answer, of *all* people; 1 where
    nobody erred, which makes a match there no surprise. For `similar_pairs`: a reason for a person to look.
    """
    table, right = _choices(choices, keys)
    wrong = _one_hot(table) & (np.arange(table.max() + 1) != right[:, None])
    counts = wrong.sum(axis=0).astype(float)
    errors = counts.sum(axis=1)
    shares = np.divide(counts, errors[:, None], where=errors[:, None] > 0, out=np.zeros(counts.shape))
    return np.where(errors > 0, (shares**2).sum(axis=1), 1.0)


def similar_pairs(
    choices: ArrayLike,
    keys: ArrayLike,
    chances: ArrayLike,
    concentration: ArrayLike,
    *,
    comparisons: int | None = None,
    false_alarm: float = CHANCE_OF_FALSE_ALARM,
    screen: float = 3.5,
    identical_wrong: int = 1,
) -> tuple[SimilarPair, ...]:
    """Pairs of one school or session whose answers match too often, least probable first.

    A reason for a person to look, never a sanction. `choices` (people, items) as option numbers from 0,
    negative for no answer; `chances` (people, items) of right answers from abilities; `concentration`
    (items,) from `wrong_concentration`. A normal approximation picks the pairs beyond `screen` SDs, and
    for those the exact generalized binomial tail decides, by Bonferroni: p ≤ `false_alarm` / `comparisons`,
    the pairs compared in *all* schools (None: those here). A pair needs `identical_wrong` matches on a
    wrong option, since two who know everything match too. Source: van der Linden and Sotaridona (2006).
    """
    table, right = _choices(choices, keys)
    people, items = table.shape
    success = matrix(chances, "chances")
    if success.shape != table.shape or not ((success >= 0) & (success <= 1)).all():
        raise ValueError(f"chances must be a table of {table.shape} between 0 and 1")
    same_error = vector(concentration, "concentration", items)
    pairs = people * (people - 1) // 2 if comparisons is None else comparisons
    if people < 2 or pairs < 1:
        return ()
    answered = table >= 0
    success, failure = success * answered, (1.0 - success) * answered
    chosen = _one_hot(table)
    matches, wrong = _matches(chosen), _matches(chosen & (np.arange(table.max() + 1) != right[:, None]))
    mean, variance = _moments(success, failure, same_error)
    suspicious = (matches - mean) ** 2 >= screen**2 * variance
    first, second = np.nonzero(np.triu(suspicious & (matches > mean) & (wrong >= identical_wrong), k=1))
    if not len(first):
        return ()
    agree = success[first] * success[second] + failure[first] * failure[second] * same_error
    found = [
        SimilarPair(*pair)
        for pair in zip(
            first.tolist(),
            second.tolist(),
            (answered[first] & answered[second]).sum(axis=1).tolist(),
            matches[first, second].astype(int).tolist(),
            mean[first, second].tolist(),
            wrong[first, second].astype(int).tolist(),
            _tail(agree, matches[first, second].astype(int)).tolist(),
            strict=True,
        )
    ]
    return tuple(sorted((pair for pair in found if pair.p <= false_alarm / pairs), key=lambda pair: pair.p))


def _seconds(seconds: ArrayLike, items: int | None = None) -> Floats:
    times = matrix(seconds, "seconds")
    if items is not None and times.shape[1] != items:
        raise ValueError(f"seconds must be of {items} questions, not {times.shape[1]}")
    if (times <= 0).any() or np.isinf(times).any():
        raise ValueError("seconds must be positive, or nan for not answered")
    return times


def _choices(choices: ArrayLike, keys: ArrayLike) -> tuple[Ints, Ints]:
    table, right = np.asarray(choices), np.asarray(keys)
    if table.ndim != 2 or table.size == 0 or not np.issubdtype(table.dtype, np.integer):
        raise ValueError("choices must be a table of whole numbers")
    if right.shape != (table.shape[1],) or not np.issubdtype(right.dtype, np.integer):
        raise ValueError(f"keys must be {table.shape[1]} whole numbers")
    return table.astype(np.int64), right.astype(np.int64)


def _one_hot(table: Ints) -> Bools:
    """(people, items, options)"""
    return table[:, :, None] == np.arange(table.max() + 1)


def _matches(marks: Bools) -> Floats:
    """On how many marks each two people agree, (people, people)."""
    flat = marks.reshape(len(marks), -1).astype(float)
    return flat @ flat.T


def _moments(success: Floats, failure: Floats, same_error: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of each pair's matches, (people, people), from products of tables alone.

    With m = PP' + sQQ' for a question, the variance is Σm - Σm².
    """
    mean = success @ success.T + (failure * same_error) @ failure.T
    crossed = success * failure
    squares = (
        success**2 @ (success**2).T
        + 2 * (crossed * same_error) @ crossed.T
        + (failure * same_error) ** 2 @ (failure**2).T
    )
    return mean, np.maximum(mean - squares, 1e-12)


def _tail(chances: Floats, counts: Ints) -> Floats:
    """Exact chance of at least `counts` (people,) successes among `chances` (people, items)."""
    scores = score_distribution(np.clip(chances, 0.0, 1.0))
    # Summed from the small end, or tails of 1e-12 would drown in the rounding of 1.
    at_least = scores[:, ::-1].cumsum(axis=1)[:, ::-1]
    return at_least[np.arange(len(counts)), counts]
