"""Put two calibrations on one scale by the questions they share, and notice anchors that moved.

The new calibration's ability goes over to the old scale as θ_old = A θ_new + B. Anchors whose
difficulty or slope moved otherwise than the others' are dropped, and the rest are linked anew.
Source: Kolen and Brennan (2004), chapter 6; robust z as in Huynh and Meyer (2010).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from .arrays import Floats, vector
from .curves import GRID, normal_weights, probability

DRIFT = 2.7
"""Robust z above which an anchor's difference in difficulty, or in the logarithm of its slope, is drift."""
FEWEST = 8
"""Anchors below which a link is refused."""
NEGLIGIBLE = 1e-3
"""Robust standard deviation that is assumed at least: below it, differences are those of rounding."""


class TooFewAnchors(ValueError):
    """A link would rest on too few anchors, at first or after those that drifted were dropped."""


@dataclass(frozen=True, eq=False)
class Items:
    """Parameters of the anchors on one scale, in one order on both: P = c + (1-c)/(1+exp(-(aθ+d)))."""

    a: Floats
    d: Floats
    c: Floats

    @classmethod
    def of(cls, a: ArrayLike, d: ArrayLike, c: ArrayLike = 0.0) -> "Items":
        """Parameters as arrays. Raises ValueError unless all slopes are positive and lengths agree."""
        slope = vector(a, "a")
        if (slope <= 0).any():
            raise ValueError("anchors need positive slopes")
        guess = np.broadcast_to(np.asarray(c, dtype=float), slope.shape)
        return cls(slope, vector(d, "d", len(slope)), vector(guess, "c"))

    @property
    def b(self) -> Floats:
        """Difficulty: where the curve is steepest."""
        return -self.d / self.a

    def __len__(self) -> int:
        return len(self.a)

    def pick(self, places: ArrayLike) -> "Items":
        """The items at these places."""
        at = np.asarray(places, dtype=np.int64)
        return Items(self.a[at], self.d[at], self.c[at])


@dataclass(frozen=True)
class Line:
    """θ_old = slope · θ_new + intercept."""

    slope: float
    intercept: float

    def ability(self, theta: ArrayLike) -> Floats:
        """Abilities of the new scale on the old one. A standard error is multiplied by the slope alone."""
        return self.slope * np.asarray(theta, dtype=float) + self.intercept

    def items(self, new: Items) -> Items:
        """Items of the new scale on the old one: the same chances for the same people."""
        a = new.a / self.slope
        return Items(a, new.d - a * self.intercept, new.c)

    def inverse(self) -> "Line":
        return Line(1.0 / self.slope, -self.intercept / self.slope)


@dataclass(frozen=True, eq=False)
class Population:
    """For whom curves should agree: abilities and their weights, on the scale of one calibration."""

    nodes: Floats
    weights: Floats


STANDARD = Population(GRID, normal_weights(GRID))
"""N(0, 1), as a calibration leaves the group it was made with."""

Method = Callable[[Items, Items], Line]
"""From anchors on the new and on the old scale to a line."""


@dataclass(frozen=True)
class Dropped:
    """An anchor that was left out, by its place from 0, and the robust z that speak against it."""

    anchor: int
    z_difficulty: float
    z_slope: float


@dataclass(frozen=True)
class Link:
    """A link as it is kept on record: what was dropped is as much a result as the line."""

    line: Line
    kept: tuple[int, ...]
    dropped: tuple[Dropped, ...]


def mean_sigma(new: Items, old: Items) -> Line:
    """The line that gives the anchors' difficulties the same mean and standard deviation.

    Raises ValueError for fewer than two anchors, or if all are equally difficult.
    """
    _check(new, old)
    if np.ptp(new.b) == 0 or np.ptp(old.b) == 0:
        raise ValueError("anchors of one difficulty say nothing about the slope")
    slope = float(old.b.std() / new.b.std())
    return Line(slope, float(old.b.mean() - slope * new.b.mean()))


def haebara(
    new: Items, old: Items, new_group: Population = STANDARD, old_group: Population = STANDARD
) -> Line:
    """The line for which the curves of each anchor differ least: sum of squares over anchors and groups.

    Differences are taken on both scales, each weighted by its group, so that linking the other way
    gives the inverse line.
    """
    return _closest(new, old, new_group, old_group, lambda difference: (difference**2).sum(axis=1))


def stocking_lord(
    new: Items, old: Items, new_group: Population = STANDARD, old_group: Population = STANDARD
) -> Line:
    """The line for which the curves of the whole anchor test differ least; otherwise as `haebara`."""
    return _closest(new, old, new_group, old_group, lambda difference: difference.sum(axis=1) ** 2)


def robust_z(differences: ArrayLike) -> Floats:
    """How far each difference is from their median, in robust standard deviations (0.74 · IQR)."""
    values = vector(differences, "differences")
    quarters = np.percentile(values, [25, 75])
    return (values - np.median(values)) / max(0.74 * float(quarters[1] - quarters[0]), NEGLIGIBLE)


def link(
    new: Items, old: Items, method: Method = stocking_lord, drift: float = DRIFT, fewest: int = FEWEST
) -> Link:
    """Link by `method`, drop anchors whose |robust z| is above `drift`, and link the rest anew.

    Anchors are judged once, by the first line: a robust z is not masked by those that moved, and judging
    again what is left would drop sound ones. Raises TooFewAnchors if fewer than `fewest` are there, or
    would remain.
    """
    _check(new, old)
    line = method(new, old)
    moved = line.items(new)
    z_difficulty, z_slope = robust_z(old.b - moved.b), robust_z(np.log(old.a / moved.a))
    drifted = np.maximum(np.abs(z_difficulty), np.abs(z_slope)) > drift
    kept = np.flatnonzero(~drifted)
    if len(kept) < fewest:
        raise TooFewAnchors(f"{len(kept)} anchors left of {len(new)}, at least {fewest} are needed")
    return Link(
        line=method(new.pick(kept), old.pick(kept)) if drifted.any() else line,
        kept=tuple(kept.tolist()),
        dropped=tuple(
            Dropped(place, float(z_difficulty[place]), float(z_slope[place]))
            for place in np.flatnonzero(drifted).tolist()
        ),
    )


def _check(new: Items, old: Items) -> None:
    if len(new) != len(old):
        raise ValueError(f"{len(new)} anchors on the new scale and {len(old)} on the old")
    if len(new) < 2:
        raise ValueError("a line needs at least two anchors")


def _closest(
    new: Items,
    old: Items,
    new_group: Population,
    old_group: Population,
    squares: Callable[[Floats], Floats],
) -> Line:
    """Minimise over lines the weighted `squares` (nodes, items) -> (nodes,) of differences of curves."""
    _check(new, old)
    on_old = probability(old_group.nodes, old.a, old.d, old.c)
    on_new = probability(new_group.nodes, new.a, new.d, new.c)

    def loss(parameters: Floats) -> float:
        # The slope's logarithm keeps it positive.
        line = Line(float(np.exp(parameters[0])), float(parameters[1]))
        there, back = line.items(new), line.inverse().items(old)
        forward = squares(on_old - probability(old_group.nodes, there.a, there.d, there.c))
        backward = squares(on_new - probability(new_group.nodes, back.a, back.d, back.c))
        return float(old_group.weights @ forward + new_group.weights @ backward)

    found = minimize(loss, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-15})
    if not found.success:
        raise ValueError(f"no line found: {found.message}")
    return Line(float(np.exp(found.x[0])), float(found.x[1]))
