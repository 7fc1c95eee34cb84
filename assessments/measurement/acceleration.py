"""SQUAREM: reach the end of a slow fixed-point iteration, such as EM, in far fewer steps.

Varadhan & Roland (2008), Scandinavian Journal of Statistics 35, 335-353, scheme S3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .arrays import Floats

Step = Callable[[Floats], tuple[Floats, float]]
"""From a point to the next one and the value of the former, which steps never lower; -inf if it has none."""

FIRST_REACH = 4.0
"""How far the first leap may go, in steps; fourfold after each leap that would have gone further."""


@dataclass(frozen=True)
class Optimum:
    """Where the iteration ended. steps: how often the step was taken."""

    point: Floats
    steps: int
    converged: bool


def accelerate(step: Step, start: Floats, *, tolerance: float, limit: int) -> Optimum:
    """Iterate until a step changes no coordinate by more than `tolerance`, or `limit` steps are taken.

    Two steps show the direction and the curvature; the leap along them is kept only if it does not lower the
    value. Ends without having converged if an ordinary step leads to a point that has no value.
    """
    point, steps, reach = start, 0, FIRST_REACH
    while steps < limit:
        first, value = step(point)
        steps += 1
        if not np.isfinite(value):
            break
        if _change(point, first) < tolerance:
            return Optimum(point=first, steps=steps, converged=True)
        second, value = step(first)
        steps += 1
        if not np.isfinite(value):
            break
        if _change(first, second) < tolerance:
            return Optimum(point=second, steps=steps, converged=True)
        slope, bend = first - point, second - 2 * first + point
        length = float(np.linalg.norm(slope)) / max(float(np.linalg.norm(bend)), np.finfo(float).tiny)
        used = min(max(length, 1.0), reach)
        landed, reached = step(point + 2 * used * slope + used**2 * bend)
        steps += 1
        if reached >= value:
            point = landed
            reach = reach * 4 if length > reach else reach
        else:
            point, reach = second, max(reach / 4, 1.0)
    return Optimum(point=point, steps=steps, converged=False)


def _change(before: Floats, after: Floats) -> float:
    return float(np.abs(after - before).max(initial=0.0))
