"""Has somebody, or a group, grown between two occasions, and is the difference more than noise?

Estimates should be WLE, or EAP under each occasion's own prior: EAP under one N(0, 1) prior for
both understates growth by the unreliability. The three words are shown as they are defined here;
"unclear" does not mean "no progress".
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Floats, vector
from .linking import Items, Method, stocking_lord

CRITICAL = 1.645
"""|z| from which a change is called one: 5 % of people who did not change would be called improved."""


class Change(StrEnum):
    """What may be said about a difference."""

    IMPROVED = "improved"
    UNCLEAR = "unclear"
    DECLINED = "declined"


@dataclass(frozen=True)
class ReliableChange:
    """A person's difference, later less earlier, in the unit of the scores."""

    difference: float
    se: float
    z: float
    change: Change


@dataclass(frozen=True)
class GroupGrowth:
    """A group's mean difference on the earlier scale, with the two reasons to doubt it."""

    people: int
    difference: float
    se_sampling: float
    """From who was in the group and how precisely each was measured."""
    se_linking: float
    """From which anchors the scales were linked by; more people do not make it smaller."""
    se: float
    z: float
    change: Change


def change_of(z: float, critical: float = CRITICAL) -> Change:
    """The word for a standardised difference; at exactly `critical` it counts as a change."""
    if z >= critical:
        return Change.IMPROVED
    return Change.DECLINED if z <= -critical else Change.UNCLEAR


def reliable_change(
    before: float, se_before: float, after: float, se_after: float, critical: float = CRITICAL
) -> ReliableChange:
    """Jacobson and Truax's index: the difference in units of its standard error.

    Raises ValueError for a standard error below 0, or if both are 0.
    """
    if min(se_before, se_after) < 0 or not np.hypot(se_before, se_after) > 0:
        raise ValueError("standard errors are not negative, and one of them is above 0")
    difference, se = after - before, float(np.hypot(se_before, se_after))
    return ReliableChange(difference, se, difference / se, change_of(difference / se, critical))


def jackknife(left_out: ArrayLike) -> float:
    """Standard error of a statistic from its values with each unit left out in turn."""
    values = vector(left_out, "left_out")
    if len(values) < 2:
        raise ValueError("a jackknife needs at least two units")
    return float(np.sqrt((len(values) - 1) * values.var()))


def linking_error(theta: ArrayLike, new: Items, old: Items, method: Method = stocking_lord) -> float:
    """Standard error that linking adds to the mean of `theta` (new scale) once on the old scale.

    Each anchor is left out in turn and the rest are linked by `method`; give the anchors that were kept.
    Raises ValueError for fewer than three.
    """
    if len(new) < 3:
        raise ValueError("linking error needs at least three anchors")
    mean = vector(theta, "theta").mean()
    places = np.arange(len(new))
    means = [
        float(method(new.pick(rest), old.pick(rest)).ability(mean))
        for rest in (np.delete(places, place) for place in places)
    ]
    return jackknife(means)


def group_growth(
    before: ArrayLike,
    after: ArrayLike,
    new: Items,
    old: Items,
    method: Method = stocking_lord,
    critical: float = CRITICAL,
) -> GroupGrowth:
    """Mean growth of the same people, in the same order, on two occasions.

    `before` is on the old scale, `after` on the new one; `new` and `old` are the anchors kept by
    `linking.link`. Raises ValueError for fewer than two people or three anchors, or if all differences
    are equal and linking is exact, which leaves no standard error.
    """
    earlier: Floats = vector(before, "before")
    later = vector(after, "after", len(earlier))
    if len(earlier) < 2:
        raise ValueError("a group is at least two people")
    differences = method(new, old).ability(later) - earlier
    sampling = float(differences.std(ddof=1) / np.sqrt(len(differences)))
    linking = linking_error(later, new, old, method)
    se = float(np.hypot(sampling, linking))
    if not se > 0:
        raise ValueError("differences without any spread have no standard error")
    mean = float(differences.mean())
    return GroupGrowth(
        people=len(differences),
        difference=mean,
        se_sampling=sampling,
        se_linking=linking,
        se=se,
        z=mean / se,
        change=change_of(mean / se, critical),
    )
