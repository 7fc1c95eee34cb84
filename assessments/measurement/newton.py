"""Newton steps for many items at once, each with a few parameters of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .arrays import Floats

ROUNDS = 10
HALVINGS = 10
PRECISION = 1e-8
"""Changes smaller than this are none."""

RIDGE = 1e-9
"""Keeps an item's information invertible where its answers say nothing about one of its parameters."""


@dataclass(frozen=True)
class Local:
    """An objective near a point. value: items; gradient: items x k; information: items x k x k."""

    value: Floats
    gradient: Floats
    information: Floats


Objective = Callable[[Floats], Local]
Steps = Callable[[Local, NDArray[np.bool_]], Floats]


def ascend(objective: Objective, start: Floats, free: NDArray[np.bool_], *, shared: bool = False) -> Floats:
    """Climb from `start` (items x k) along the free parameters; no item ends lower than it began.

    With `shared`, all free first parameters move together, and the sum over the items never falls.
    """
    items, here = start, objective(start)
    for _ in range(ROUNDS):
        step = _shared_steps(here, free) if shared else _own_steps(here, free)
        for _ in range(HALVINGS):
            there = objective(items + step)
            # Not "<": a value that is no number is worse too.
            worse = ~(_compared(there, shared) >= _compared(here, shared) - PRECISION)
            if not worse.any():
                break
            step = np.where(worse[:, None], step / 2, step)
        else:
            step = np.where(worse[:, None], 0, step)
            there = objective(items + step)
        items, here = items + step, there
        if np.abs(step).max() < PRECISION:
            break
    return items


def _compared(local: Local, shared: bool) -> Floats:
    return np.full_like(local.value, local.value.sum()) if shared else local.value


def _own_steps(local: Local, free: NDArray[np.bool_]) -> Floats:
    """Each item by itself; a fixed parameter stays."""
    both = free[:, :, None] & free[:, None, :]
    identity = np.eye(free.shape[1])
    information = np.where(both, local.information + RIDGE * identity, identity)
    gradient = np.where(free, local.gradient, 0)
    return np.linalg.solve(information, gradient[..., None])[..., 0]


def _shared_steps(local: Local, free: NDArray[np.bool_]) -> Floats:
    """One step in the common first parameter, each item's second one following (Schur complement)."""
    slope, intercept = free[:, 0], free[:, 1]
    across = np.where(slope & intercept, local.information[:, 0, 1], 0)
    own = np.where(intercept, local.information[:, 1, 1] + RIDGE, 1)
    pull = np.where(intercept, local.gradient[:, 1], 0)
    rise = np.where(slope, local.gradient[:, 0], 0) - across * pull / own
    bend = np.where(slope, local.information[:, 0, 0] + RIDGE, 0) - across**2 / own
    common = rise.sum() / bend.sum() if slope.any() else 0.0
    step = np.zeros_like(local.gradient)
    step[:, 0] = np.where(slope, common, 0)
    step[:, 1] = (pull - across * common) / own
    return step
