"""Items that are right or wrong, as calibration sees them: parameters a, d and g = logit(c) of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from .arrays import Floats
from .curves import GRID, log_probabilities
from .newton import Local, ascend
from .responses import Codes, Design

GUESSING_SD = 0.5
"""Of logit(c) around the logit of blind guessing. Without a prior c is all but unknown from real data."""

SLOPE_SD = 0.5
"""Of log(a) around 0, where few people answered: slopes of small samples run away."""

WIDEST = 200.0
"""Logits beyond this are cut: a leap of the acceleration may go anywhere for a moment."""

LARGEST = 1000.0
"""No parameter is this large but in a leap that went astray."""

Layer = tuple[NDArray[np.intp], Floats]
"""For each parameter its column of the design, and, nodes x parameters, the score per unit of that column."""


@dataclass(frozen=True)
class Binary:
    """free: items x 3, what is estimated; guessing: items, prior mean of g where g is free."""

    design: Design
    free: NDArray[np.bool_]
    guessing: Floats
    shared_slope: bool
    slope_prior: bool

    def is_valid(self, items: Floats) -> bool:
        bounded = bool((np.abs(items[self.free]) < LARGEST).all())
        return bounded and not (self.slope_prior and (items[self.free[:, 0], 0] <= 0).any())

    def log_curves(self, items: Floats) -> Floats:
        """Log-likelihood of one unit of each column of the design, columns x nodes."""
        right, wrong = log_probabilities(GRID, items[:, 0], _within(items[:, 1]), expit(items[:, 2]))
        base = wrong.sum(axis=1, keepdims=True) if self.design.is_complete else wrong
        return np.concatenate([(right - wrong), base], axis=1).T

    def log_prior(self, items: Floats) -> float:
        return float(self._priors(items).value.sum())

    def maximise(self, items: Floats, counts: Floats) -> Floats:
        return ascend(lambda items: self.local(items, counts), items, self.free, shared=self.shared_slope)

    def local(self, items: Floats, counts: Floats) -> Local:
        """Expected log-likelihood of the complete data, with priors. counts: columns x nodes."""
        right, answered = self._split(counts)
        slope, intercept, guessing = items.T
        z = _within(np.multiply.outer(slope, GRID) + intercept[:, None])
        known, c = expit(z), expit(guessing)[:, None]
        log_right, log_wrong = (
            part.T for part in log_probabilities(GRID, slope, _within(intercept), c[:, 0])
        )
        p, q = c + (1 - c) * known, (1 - c) * expit(-z)
        # d log P / d(a, d, g) = (theta s, s, c) (1 - P) / P with s = expit(z), and minus (theta s, s, c)
        # for 1 - P.
        towards = np.stack([known * GRID, known, np.broadcast_to(c, known.shape)], axis=1)
        value = (right * log_right + (answered - right) * log_wrong).sum(axis=1)
        gradient = np.einsum("iq,ikq->ik", (right - answered * p) / p, towards)
        information = np.einsum("iq,ikq,ilq->ikl", answered * q / p, towards, towards)
        prior = self._priors(items)
        return Local(value + prior.value, gradient + prior.gradient, information + prior.information)

    def scores(self, items: Floats) -> Floats:
        """d log P(answer) / d parameter, wrong and right: items x 2 x nodes x parameters."""
        right, wrong = self._scores_per_unit(items)
        return np.stack([wrong, wrong + right], axis=1)

    def layers(self, items: Floats) -> list[Layer]:
        """The score of each item's parameters (flat, items x 3) by columns of the design, at each node."""
        count = len(items)
        own = np.repeat(np.arange(count), 3)
        answered = np.full(3 * count, count) if self.design.is_complete else count + own
        right, wrong = (
            part.transpose(1, 0, 2).reshape(len(GRID), -1) for part in self._scores_per_unit(items)
        )
        return [(own, right), (answered, wrong)]

    def _scores_per_unit(self, items: Floats) -> tuple[Floats, Floats]:
        """What a right answer adds to the score of a wrong one, and the latter: items x nodes x 3."""
        known = expit(_within(np.multiply.outer(items[:, 0], GRID) + items[:, 1][:, None]))
        c = expit(items[:, 2])[:, None]
        towards = np.stack([known * GRID, known, np.broadcast_to(c, known.shape)], axis=2)
        return towards / (c + (1 - c) * known)[..., None], -towards

    def _split(self, counts: Floats) -> tuple[Floats, Floats]:
        """Right answers and all answers, each items x nodes (or one line of all answers for all items)."""
        items = len(self.free)
        return counts[:items], counts[items:]

    def _priors(self, items: Floats) -> Local:
        count = len(items)
        value, gradient, information = np.zeros(count), np.zeros((count, 3)), np.zeros((count, 3, 3))
        guessed = self.free[:, 2]
        away = np.where(guessed, items[:, 2] - self.guessing, 0) / GUESSING_SD
        value += np.where(guessed, _log_normal_density(away, GUESSING_SD), 0)
        gradient[:, 2] = -away / GUESSING_SD
        information[guessed, 2, 2] = GUESSING_SD**-2
        if self.slope_prior:
            sloped = self.free[:, 0]
            slope = np.where(sloped, items[:, 0], 1)
            with np.errstate(invalid="ignore"):
                log_slope = np.log(np.where(slope > 0, slope, np.nan))
            value += np.where(sloped, _log_normal_density(log_slope / SLOPE_SD, SLOPE_SD) - log_slope, 0)
            gradient[:, 0] = np.where(sloped, -(1 + log_slope / SLOPE_SD**2) / slope, 0)
            # The exact curvature turns negative for steep items; this part of it never does.
            information[sloped, 0, 0] = 1 / (SLOPE_SD * slope[sloped]) ** 2
        return Local(value, gradient, information)


def starting_items(codes: Codes, guessing: Floats | None) -> Floats:
    """Slope 1 and the intercept that the share of right answers suggests. guessing: of each item, 0 to 1."""
    answered = codes >= 0
    share = (codes > 0).sum(axis=0) / np.maximum(answered.sum(axis=0), 1)
    chance = np.zeros(codes.shape[1]) if guessing is None else guessing
    known = np.clip((share - chance) / (1 - chance), 0.05, 0.99)
    with np.errstate(divide="ignore"):
        return np.column_stack([np.ones(len(share)), 1.2 * logit(known), logit(chance)])


def _within(z: Floats) -> Floats:
    return np.clip(z, -WIDEST, WIDEST)


def _log_normal_density(z: Floats, sd: float) -> Floats:
    return -0.5 * z**2 - np.log(sd * np.sqrt(2 * np.pi))
