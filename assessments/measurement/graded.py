"""Graded items, as calibration sees them (Samejima's model): parameters a, d_1 > d_2 > ... of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from .arrays import Floats
from .binary import LARGEST, Layer
from .curves import GRID, graded_boundaries, log_graded_probability
from .newton import Local, ascend
from .responses import Codes, Design

RAREST = 300.0
"""Minus the logarithm of a probability is cut here: a leap of the acceleration may go anywhere."""


@dataclass(frozen=True)
class Graded:
    """free: items x scores: the slope, then the thresholds; those that an item lacks are not free."""

    design: Design
    free: NDArray[np.bool_]

    def is_valid(self, items: Floats) -> bool:
        falls = np.diff(items[:, 1:], axis=1)
        return bool((np.abs(items[self.free]) < LARGEST).all() and (np.isnan(falls) | (falls < 0)).all())

    def log_curves(self, items: Floats) -> Floats:
        """Log-likelihood of each score of each item, (items x scores) x nodes."""
        logs = log_graded_probability(GRID, items[:, 0], items[:, 1:])
        # Scores that an item does not have: nobody has them, and 0 times infinity would spoil the product.
        logs = np.where(logs == -np.inf, 0, logs)
        return logs.reshape(len(GRID), -1).T

    def log_prior(self, items: Floats) -> float:
        return 0.0

    def maximise(self, items: Floats, counts: Floats) -> Floats:
        return ascend(lambda items: self.local(items, counts), items, self.free)

    def local(self, items: Floats, counts: Floats) -> Local:
        """Expected log-likelihood of the complete data. counts: (items x scores) x nodes."""
        count, width = items.shape
        shaped = counts.reshape(count, width, len(GRID))
        logs = log_graded_probability(GRID, items[:, 0], items[:, 1:]).transpose(1, 2, 0)
        value = np.where(shaped > 0, shaped * np.where(shaped > 0, logs, 0), 0).sum(axis=(1, 2))
        scores = self.scores(items)
        gradient = np.einsum("icq,icqk->ik", shaped, scores)
        expected = np.exp(np.where(np.isnan(logs), -np.inf, logs)) * shaped.sum(axis=1, keepdims=True)
        information = np.einsum("icq,icqk,icql->ikl", expected, scores, scores, optimize=True)
        return Local(value, gradient, information)

    def layers(self, items: Floats) -> list[Layer]:
        """The score of each item's parameters (flat) by columns of the design, at each node."""
        count, width = items.shape
        scores = self.scores(items)
        first = width * np.repeat(np.arange(count), width)
        return [
            (first + score, scores[:, score].transpose(1, 0, 2).reshape(len(GRID), -1))
            for score in range(width)
        ]

    def scores(self, items: Floats) -> Floats:
        """d log P(score) / d parameter: items x scores x nodes x parameters."""
        count, width = items.shape
        boundaries = graded_boundaries(GRID, items[:, 0], items[:, 1:]).transpose(1, 2, 0)
        logs = log_graded_probability(GRID, items[:, 0], items[:, 1:]).transpose(1, 2, 0)
        reached = expit(boundaries)
        density = reached * expit(-boundaries)
        has = np.isfinite(logs)
        per_unit = np.exp(np.minimum(-np.where(has, logs, 0), RAREST))
        scores = np.zeros((count, width, len(GRID), width))
        # (w_k - w_k+1) / (P_k) = 1 - F_k - F_k+1, without the division.
        scores[..., 0] = np.where(has, (1 - reached[:, :-1] - reached[:, 1:]) * GRID, 0)
        for score in range(width):
            if score > 0:
                scores[:, score, :, score] = np.where(has, density[:, :-1] * per_unit, 0)[:, score]
            if score < width - 1:
                scores[:, score, :, score + 1] = -np.where(has, density[:, 1:] * per_unit, 0)[:, score]
        return scores


def starting_items(codes: Codes, scores: int) -> Floats:
    """Slope 1 and the thresholds that the shares of each score suggest; NaN for scores that an item lacks."""
    start = np.full((codes.shape[1], scores), np.nan)
    start[:, 0] = 1
    for item, column in enumerate(codes.T):
        given = column[column >= 0]
        reached = [(given >= score).mean() for score in range(1, int(given.max(initial=0)) + 1)]
        start[item, 1 : len(reached) + 1] = 1.2 * logit(np.array(reached))
    return start
