"""Where the pass mark lies, and how often decisions by it are right.

Judges give a cut (Angoff, bookmark); a test then decides people against it, above, below or not yet.
Accuracy is agreement with the truth, consistency with a second test of the same kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import ndtr

from .arrays import Bools, Floats, Ints, matrix, vector
from .curves import probability
from .scores import score_distribution

RESPONSE_PROBABILITY = 0.67
"""Chance of a right answer that a judge has in mind when setting a bookmark."""


class Verdict(StrEnum):
    """Three-way: undecided is not failed."""

    ABOVE = "above"
    BELOW = "below"
    UNDECIDED = "undecided"


class Confidence(StrEnum):
    """How sure a verdict is; shown as a word, never as a number."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class Decision:
    verdict: Verdict
    confidence: Confidence


@dataclass(frozen=True)
class JudgedCut:
    """A panel's cut, in the unit of its judgements: raw score (Angoff) or θ (bookmark)."""

    cut: float
    se: float
    """From how much judges differ."""
    judges: tuple[float, ...]
    """Each judge's own cut."""


@dataclass(frozen=True)
class Classification:
    """How good decisions by a set of cuts are. All are shares of all people, but kappa."""

    accuracy: float
    consistency: float
    kappa: float
    """Consistency beyond chance; nan if everybody is in one class."""
    false_pass: float
    """Classified above the true class."""
    false_fail: float
    """Classified below the true class."""


def angoff(judgements: ArrayLike) -> JudgedCut:
    """The modified Angoff cut from (judges, items) chances that a borderline teacher answers right.

    Raises ValueError for fewer than two judges or chances outside 0 to 1. A judgement is never missing:
    a judge who skipped a question would seem to be strict or lenient.
    """
    chances = matrix(judgements, "judgements")
    if not ((chances >= 0) & (chances <= 1)).all():
        raise ValueError("judgements must lie between 0 and 1")
    return _panel(chances.sum(axis=1), float(chances.sum(axis=1).mean()))


def theta_of(cut: float, a: ArrayLike, d: ArrayLike, c: ArrayLike = 0.0) -> float:
    """The θ whose expected score on these items is `cut`: T(θ) = cut.

    Raises ValueError unless slopes are positive and the cut lies between guessing and all right.
    """
    slope = vector(a, "a")
    if (slope <= 0).any():
        raise ValueError("slopes must be positive")
    lowest = float(np.broadcast_to(np.asarray(c, dtype=float), slope.shape).sum())
    if not lowest < cut < len(slope):
        raise ValueError(
            f"a cut of {cut} is not between guessing ({lowest:.2f}) and all right ({len(slope)})"
        )

    def excess(theta: float) -> float:
        return float(probability([theta], slope, d, c).sum() - cut)

    reach = 8.0
    while excess(-reach) > 0 or excess(reach) < 0:
        reach *= 2
    return float(brentq(excess, -reach, reach, xtol=1e-12))


def bookmark_locations(
    a: ArrayLike, d: ArrayLike, c: ArrayLike = 0.0, response_probability: float = RESPONSE_PROBABILITY
) -> Floats:
    """The θ at which each item is answered right with `response_probability`: the order of the booklet.

    Raises ValueError if guessing alone reaches that chance.
    """
    slope = vector(a, "a")
    guess = np.broadcast_to(np.asarray(c, dtype=float), slope.shape)
    if not ((guess < response_probability) & (response_probability < 1)).all():
        raise ValueError("the response probability must lie between guessing and 1")
    odds = (response_probability - guess) / (1.0 - response_probability)
    return (np.log(odds) - vector(d, "d", len(slope))) / slope


def bookmark(locations: ArrayLike, pages: Sequence[int]) -> JudgedCut:
    """The panel's cut, the median of judges' own: each bookmarked a page, counted from 0 by location.

    A page is the first item that a borderline teacher need not master. Its location is the cut.
    """
    booklet = np.sort(vector(locations, "locations"))
    if any(not 0 <= page < len(booklet) for page in pages):
        raise ValueError(f"pages must be from 0 to {len(booklet) - 1}")
    own = booklet[list(pages)]
    return _panel(own, float(np.median(own)) if len(own) else 0.0)


def decide(above: float, *, decided: float = 0.80, high: float = 0.95) -> Decision:
    """What may be said if the chance of being at or above a cut is `above`.

    Decided from `decided` on either side (a false pass weighs decided / (1 - decided) times a delay);
    high confidence from `high`, medium from `decided`, low below, where nothing is decided yet.
    """
    if not 0 <= above <= 1 or not 0.5 < decided <= high <= 1:
        raise ValueError("above is a chance, and 0.5 < decided <= high <= 1")
    # 1 - 0.2 is a little less than 0.8 in floating point, and both sides should be treated alike.
    sure = max(above, 1.0 - above) + 1e-12
    if sure < decided:
        return Decision(Verdict.UNDECIDED, Confidence.LOW)
    verdict = Verdict.ABOVE if above > 0.5 else Verdict.BELOW
    return Decision(verdict, Confidence.HIGH if sure >= high else Confidence.MEDIUM)


def decide_finally(above: float, *, decided: float = 0.80, high: float = 0.95) -> Decision:
    """After the last chance to learn more: as `decide`, but the undecided go by .50, at low confidence."""
    decision = decide(above, decided=decided, high=high)
    if decision.verdict is not Verdict.UNDECIDED:
        return decision
    return Decision(Verdict.ABOVE if above >= 0.5 else Verdict.BELOW, Confidence.LOW)


def above_by_score(score: float, cut: float, sem: float) -> float:
    """Chance of a true score at or above `cut` before there is a calibration: Φ((score - cut) / SEM)."""
    if not sem > 0:
        raise ValueError("the standard error of measurement must be positive")
    return float(ndtr((score - cut) / sem))


def rudner(theta: ArrayLike, se: ArrayLike, cuts: ArrayLike) -> Classification:
    """Accuracy and consistency of classes by θ estimates, taken as normal with their SEs.

    `theta` and `se` are (people,), `cuts` the boundaries of classes in ascending order.
    Source: Rudner (2001), Guo (2006).
    """
    estimate = vector(theta, "theta")
    errors = vector(se, "se", len(estimate))
    if (errors <= 0).any():
        raise ValueError("standard errors must be positive")
    bounds = _ascending(cuts)
    below = ndtr((bounds[None, :] - estimate[:, None]) / errors[:, None])
    chances = np.diff(below, prepend=0.0, append=1.0, axis=1)
    # What is uncertain here is the truth: the estimate has classified already.
    classified = np.searchsorted(bounds, estimate, side="right")
    weights = np.full(len(estimate), 1.0 / len(estimate))
    swapped = _classification(chances, classified, weights)
    return Classification(
        accuracy=swapped.accuracy,
        consistency=swapped.consistency,
        kappa=swapped.kappa,
        false_pass=swapped.false_fail,
        false_fail=swapped.false_pass,
    )


def lee(
    chances: ArrayLike, weights: ArrayLike, cuts: Sequence[int], true_scores: ArrayLike | None = None
) -> Classification:
    """Accuracy and consistency of classes by number-right scores under an item response model.

    `chances` (nodes, items) of right answers, `weights` (nodes,) of a population, which are normed.
    A score of at least `cuts[k]` is class k + 1. The true class goes by the expected score against
    `true_scores`, the cuts before they were rounded up; without them against `cuts`. Each node is of one
    class, so nodes should lie close: some hundreds, not the 41 of a calibration.
    Source: Lee (2010).
    """
    right = matrix(chances, "chances")
    share = vector(weights, "weights", len(right))
    if (share < 0).any() or not share.sum() > 0:
        raise ValueError("weights must not be negative, and not all 0")
    bounds = _ascending(cuts)
    truth = bounds if true_scores is None else _ascending(true_scores)
    if len(truth) != len(bounds):
        raise ValueError(f"{len(bounds)} cuts and {len(truth)} true scores")
    reached = np.searchsorted(bounds, np.arange(right.shape[1] + 1), side="right")
    member = reached[:, None] == np.arange(len(bounds) + 1)
    true_class = np.searchsorted(truth, right.sum(axis=1), side="right")
    return _classification(score_distribution(right) @ member, true_class, share / share.sum())


def _classification(chances: Floats, true_class: Ints, weights: Floats) -> Classification:
    """From the chances of each class (people, classes), the true class and the weight of each person."""
    classes = np.arange(chances.shape[1])
    higher: Bools = classes > true_class[:, None]
    lower: Bools = classes < true_class[:, None]
    consistency = float(weights @ (chances**2).sum(axis=1))
    by_chance = float(((weights @ chances) ** 2).sum())
    false_pass = float(weights @ (chances * higher).sum(axis=1))
    false_fail = float(weights @ (chances * lower).sum(axis=1))
    return Classification(
        accuracy=float(weights @ chances[np.arange(len(chances)), true_class]),
        consistency=consistency,
        kappa=(consistency - by_chance) / (1.0 - by_chance) if by_chance < 1 else float("nan"),
        false_pass=false_pass,
        false_fail=false_fail,
    )


def _ascending(cuts: ArrayLike) -> Floats:
    bounds = vector(cuts, "cuts")
    if (np.diff(bounds) <= 0).any():
        raise ValueError("cuts must be in ascending order")
    return bounds


def _panel(own: Floats, cut: float) -> JudgedCut:
    if len(own) < 2:
        raise ValueError("a panel has at least two judges")
    return JudgedCut(cut, float(own.std(ddof=1) / np.sqrt(len(own))), tuple(own.tolist()))
