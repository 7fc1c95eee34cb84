"""Calibration: the parameters of items from what people answered, by marginal maximum likelihood.

EM over a fixed grid of abilities (Bock & Aitkin 1981), accelerated. What was not answered is passed over, not
counted as wrong. The latent distribution of the first group is N(0, 1) unless anchors fix the scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from scipy.special import expit, logit

from . import binary, graded
from .acceleration import accelerate
from .arrays import Floats
from .curves import GRID
from .expectation import Expectation, expect
from .responses import Codes, Design, design, encode, refuse_unusable
from .uncertainty import observed_information

Model = binary.Binary | graded.Graded
ModelName = Literal["1PL", "2PL", "3PL", "GRM"]
MOST_SCORES = 20
WIDEST = 3.0
"""Of log(sd) of ability: far beyond the grid, reached only by a leap that went astray."""

NARROWEST = 0.1
"""A standard deviation of ability below this lies between the nodes of the grid."""


@dataclass(frozen=True)
class Anchors:
    """Items whose parameters are known and held. items: their positions; a, d, c as in `Calibration`.

    Anchors need not be answered both right and wrong.
    """

    items: Sequence[int]
    a: ArrayLike
    d: ArrayLike
    c: ArrayLike = 0.0


@dataclass(frozen=True)
class Calibration:
    """What was estimated. Arrays by item; of a graded model d and se_d are items x thresholds, NaN last.

    mean, sd: of ability in each group. Standard errors are NaN for what was held, and for all if the
    information is not positive definite or was not asked for. parameters: how many were estimated. cycles:
    passes of EM.
    """

    model: ModelName
    a: Floats
    d: Floats
    c: Floats
    se_a: Floats
    se_d: Floats
    se_c: Floats
    mean: Floats
    sd: Floats
    se_mean: Floats
    se_sd: Floats
    log_likelihood: float
    parameters: int
    cycles: int
    converged: bool
    n: int

    @property
    def b(self) -> Floats:
        """Difficulty, -d / a: where the curve crosses (1 + c) / 2; of a graded item, of each threshold."""
        return (-self.d.T / self.a).T

    @property
    def aic(self) -> float:
        return 2 * self.parameters - 2 * self.log_likelihood


def calibrate(
    responses: ArrayLike,
    model: ModelName = "2PL",
    *,
    options: ArrayLike = 4,
    slope_prior: bool = False,
    groups: ArrayLike | None = None,
    anchors: Anchors | None = None,
    labels: Sequence[str] | None = None,
    standard_errors: bool = True,
    dtype: DTypeLike = np.float64,
    tolerance: float = 1e-4,
    limit: int = 500,
) -> Calibration:
    """Estimate item parameters from people x items: 0, 1 (GRM: 2, ...), NaN or masked where not answered.

    options: how many answers an item offers, one number or one for each item; 3PL draws logit(c) to that of
    guessing blindly. slope_prior draws log(a) to N(0, 0.5^2): for items with fewer than 500 answers; not
    for GRM. groups: of each person, counted from 0; the mean and sd of all but group 0 are estimated, with
    anchors of group 0 too. labels: names of the items for messages. dtype: float32 is twice as fast and
    good to about 1e-3. tolerance: the largest change of a parameter (of c: of its logit) in one cycle that
    counts as standing still.

    Raises ValueError, naming the item, for an item that nobody answered or all answered alike, for a score
    that nobody has, for fewer than 2 people, and for values that are no scores.
    """
    codes = encode(responses, highest=MOST_SCORES - 1 if model == "GRM" else 1)
    refuse_unusable(codes, labels, () if anchors is None else anchors.items)
    made = _design(codes, groups, model, anchors)
    rules, start = _model(model, codes, made, np.asarray(options, dtype=float), slope_prior)
    rules, start = _held(rules, start, anchors)
    free_groups = np.arange(made.group_count) > (0 if anchors is None else -1)
    fit = _Fit(rules, start, free_groups, np.dtype(dtype))
    found = accelerate(fit.step, fit.start, tolerance=tolerance, limit=limit)
    items, mean, sd = fit.unpack(found.point)
    expected = expect(made, rules.log_curves(items), mean, sd)
    errors = _Errors.nothing(items, mean)
    if standard_errors:
        errors = _standard_errors(rules, items, mean, sd, free_groups, expected)
    a, d, g = _by_kind(rules, items, absent=-np.inf)
    se_a, se_d, se_g = _by_kind(rules, errors.items, absent=np.nan)
    c = expit(g)
    return Calibration(
        model=model,
        a=a,
        d=d,
        c=c,
        se_a=se_a,
        se_d=se_d,
        se_c=se_g * c * (1 - c),
        mean=mean,
        sd=sd,
        se_mean=errors.mean,
        se_sd=errors.log_sd * sd,
        log_likelihood=expected.log_likelihood,
        parameters=_count(rules, free_groups),
        cycles=found.steps,
        converged=found.converged,
        n=int((codes >= 0).any(axis=1).sum()),
    )


def _by_kind(rules: Model, items: Floats, absent: float) -> tuple[Floats, Floats, Floats]:
    """Slopes, intercepts or thresholds, and logits of guessing, `absent` where the model has none."""
    if isinstance(rules, graded.Graded):
        return items[:, 0], items[:, 1:], np.full(len(items), absent)
    return items[:, 0], items[:, 1], items[:, 2]


def _count(rules: Model, free_groups: NDArray[np.bool_]) -> int:
    """How many parameters are estimated."""
    slopes = int(rules.free[:, 0].sum())
    once = min(slopes, 1) if _is_shared(rules) else slopes
    return once + int(rules.free[:, 1:].sum() + 2 * free_groups.sum())


def _design(codes: Codes, groups: ArrayLike | None, model: ModelName, anchors: Anchors | None) -> Design:
    if model != "GRM":
        return design(codes, groups, "binary", scores=2)
    known = 0 if anchors is None else np.atleast_2d(np.asarray(anchors.d)).shape[1] + 1
    return design(codes, groups, "graded", scores=max(int(codes.max()) + 1, known))


def _model(
    model: ModelName, codes: Codes, made: Design, options: Floats, slope_prior: bool
) -> tuple[Model, Floats]:
    """The model and where to begin."""
    if model == "GRM":
        start = graded.starting_items(codes, made.scores)
        return graded.Graded(made, ~np.isnan(start)), start
    if model not in ("1PL", "2PL", "3PL"):
        raise ValueError(f"unknown model {model!r}: choose 1PL, 2PL, 3PL or GRM")
    if (options < 2).any():
        raise ValueError("an item offers at least 2 options")
    chance = np.broadcast_to(1 / options, (codes.shape[1],))
    start = binary.starting_items(codes, chance if model == "3PL" else None)
    free = np.ones(start.shape, dtype=bool)
    free[:, 2] = model == "3PL"
    return binary.Binary(made, free, logit(chance), model == "1PL", slope_prior), start


def _held(rules: Model, start: Floats, anchors: Anchors | None) -> tuple[Model, Floats]:
    """The model with its anchors held."""
    if anchors is None:
        return rules, start
    start, free, places = start.copy(), rules.free.copy(), np.asarray(anchors.items, dtype=int)
    free[places] = False
    start[places, 0] = anchors.a
    if isinstance(rules, binary.Binary):
        start[places, 1] = anchors.d
        start[places, 2] = logit(np.asarray(anchors.c, dtype=float))
    else:
        thresholds = np.atleast_2d(np.asarray(anchors.d, dtype=float))
        start[places, 1:] = np.nan
        start[places, 1 : thresholds.shape[1] + 1] = thresholds
    return replace(rules, free=free), start


def _is_shared(rules: Model) -> bool:
    return isinstance(rules, binary.Binary) and rules.shared_slope


class _Fit:
    """One EM cycle as a step from a flat vector of what is free to the next one."""

    def __init__(self, rules: Model, items: Floats, free_groups: NDArray[np.bool_], dtype: np.dtype) -> None:
        self.rules, self.items, self.free_groups, self.dtype = rules, items, free_groups, dtype
        self.start = self._pack(items, np.zeros(len(free_groups)), np.ones(len(free_groups)))

    def step(self, point: Floats) -> tuple[Floats, float]:
        items, mean, sd = self.unpack(point)
        if not self.rules.is_valid(items) or (sd < NARROWEST).any() or (np.abs(mean) > GRID[-1]).any():
            return point, -np.inf
        expected = expect(self.rules.design, self.rules.log_curves(items), mean, sd, self.dtype)
        people = expected.people / expected.people.sum(axis=1, keepdims=True)
        centre = people @ GRID
        spread = np.sqrt((people * (GRID - centre[:, None]) ** 2).sum(axis=1))
        after = self.rules.maximise(items, expected.counts)
        return self._pack(after, centre, spread), expected.log_likelihood + self.rules.log_prior(items)

    def unpack(self, point: Floats) -> tuple[Floats, Floats, Floats]:
        items, groups = self.items.copy(), int(self.free_groups.sum())
        items[self.rules.free] = point[: len(point) - 2 * groups]
        mean, sd = np.zeros(len(self.free_groups)), np.ones(len(self.free_groups))
        mean[self.free_groups] = point[len(point) - 2 * groups : len(point) - groups]
        sd[self.free_groups] = np.exp(np.minimum(point[len(point) - groups :], WIDEST))
        return items, mean, sd

    def _pack(self, items: Floats, mean: Floats, sd: Floats) -> Floats:
        return np.concatenate([items[self.rules.free], mean[self.free_groups], np.log(sd[self.free_groups])])


@dataclass(frozen=True)
class _Errors:
    items: Floats
    mean: Floats
    log_sd: Floats

    @classmethod
    def nothing(cls, items: Floats, mean: Floats) -> _Errors:
        return cls(np.full(items.shape, np.nan), np.full(len(mean), np.nan), np.full(len(mean), np.nan))


def _standard_errors(
    rules: Model,
    items: Floats,
    mean: Floats,
    sd: Floats,
    free_groups: NDArray[np.bool_],
    expected: Expectation,
) -> _Errors:
    errors = _Errors.nothing(items, mean)
    free = np.concatenate([rules.free.ravel(), np.repeat(free_groups, 2)])
    information = observed_information(rules, items, mean, sd, expected)[np.ix_(free, free)]
    # A slope that all items share is one parameter: its rows and columns add up.
    place = np.cumsum(free) - 1
    if _is_shared(rules):
        slopes = np.zeros(len(free), dtype=bool)
        slopes[: items.size : items.shape[1]] = True
        place = np.where(slopes, 0, np.cumsum(free & ~slopes))
    place = place[free]
    merge = np.zeros((len(place), place.max(initial=0) + 1))
    merge[np.arange(len(place)), place] = 1
    try:
        root = np.linalg.cholesky(merge.T @ information @ merge)
    except np.linalg.LinAlgError:
        return errors
    spread = np.sqrt((np.linalg.inv(root) ** 2).sum(axis=0))[place]
    everything = np.full(len(free), np.nan)
    everything[free] = spread
    groups = everything[items.size :].reshape(-1, 2)
    return _Errors(everything[: items.size].reshape(items.shape), groups[:, 0], groups[:, 1])
