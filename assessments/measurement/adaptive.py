"""Adaptive tests: which question next, what an answer changes, when to stop.

A `Bank` holds tables made once for each calibration; a `Session` is one person's test so far.
Standard errors are posterior standard deviations, which include what the prior says; information
alone would stop far too early.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Bools, Floats, Ints, vector
from .curves import information, normal_weights, probability

NODES: Floats = np.linspace(-6.0, 6.0, 161)
"""Finer than the grid of calibration: chances of being above a cut are read off between nodes."""
STEP = float(NODES[1] - NODES[0])


class Stop(StrEnum):
    """Why a test ended."""

    PRECISE = "precise"
    DECIDED = "decided"
    LONG_ENOUGH = "long_enough"
    EXHAUSTED = "exhausted"
    """No question may be shown: all were seen, or are shown too often already."""


@dataclass(frozen=True, eq=False)
class Bank:
    """The questions of one calibration. Tables are (nodes, items)."""

    area: Ints
    """For each question the part of the content it belongs to, counted from 0."""
    right: Floats
    """Chance of a right answer."""
    information: Floats

    @classmethod
    def of(cls, a: ArrayLike, d: ArrayLike, c: ArrayLike = 0.0, area: ArrayLike | None = None) -> "Bank":
        """A bank from item parameters (P = c + (1-c)/(1+exp(-(aθ+d)))); one area if none is given."""
        slope = vector(a, "a")
        items = len(slope)
        guess = vector(np.broadcast_to(np.asarray(c, dtype=float), items), "c")
        place = np.zeros(items, dtype=np.int64) if area is None else np.asarray(area, dtype=np.int64)
        if place.shape != (items,) or place.min() < 0:
            raise ValueError(f"area must be {items} whole numbers from 0")
        intercept = vector(d, "d", items)
        return cls(
            area=place,
            right=probability(NODES, slope, intercept, guess),
            information=information(NODES, slope, intercept, guess),
        )

    def __len__(self) -> int:
        return len(self.area)


@dataclass(frozen=True)
class Plan:
    """How a test is put together and when it ends. Everything here is for the bureau to sign."""

    shares: Mapping[int, float] = field(default_factory=dict)
    """Area to the share of questions it should have; an area that is not named gets none. Empty: no plan."""
    least: int = 5
    most: int = 30
    se: float | None = None
    """Stop when the posterior SD is no larger."""
    cut: float | None = None
    confidence: float = 0.90
    """Stop when the level (above or below `cut`) is this sure."""
    choose_among: int = 5
    """The next question is drawn from this many of the most informative ("randomesque")."""

    def __post_init__(self) -> None:
        if not 1 <= self.least <= self.most:
            raise ValueError("a test has at least one question, and not more at least than at most")
        if self.choose_among < 1 or not 0.5 < self.confidence < 1:
            raise ValueError("choose_among is at least 1, confidence between 0.5 and 1")
        if self.shares and (min(self.shares.values()) < 0 or abs(sum(self.shares.values()) - 1) > 1e-9):
            raise ValueError("shares of areas add up to 1 and are not negative")


@dataclass(frozen=True, eq=False)
class Session:
    """One person's test so far: what is believed about θ, as weights of `NODES`, and what was shown."""

    posterior: Floats
    shown: tuple[int, ...] = ()

    @property
    def eap(self) -> float:
        """Posterior mean of θ."""
        return float(self.posterior @ NODES)

    @property
    def se(self) -> float:
        """Posterior standard deviation of θ."""
        return float(np.sqrt(self.posterior @ (NODES - self.eap) ** 2))

    def above(self, cut: float) -> float:
        """Chance that θ is at or above `cut`; each node's weight is spread evenly over its cell."""
        inside = np.clip((NODES + STEP / 2 - cut) / STEP, 0.0, 1.0)
        return float(self.posterior @ inside)


def begin(mean: float = 0.0, sd: float = 1.0) -> Session:
    """A session that knows only the group: θ ~ N(mean, sd²). Raises ValueError unless sd > 0."""
    if not sd > 0:
        raise ValueError("the prior needs a positive standard deviation")
    return Session(normal_weights(NODES, mean, sd))


def answered(session: Session, bank: Bank, item: int, *, right: bool) -> Session:
    """The session after an answer. Raises ValueError for a question that was shown before."""
    if item in session.shown:
        raise ValueError(f"question {item} was answered before")
    chance = bank.right[:, item]
    posterior = session.posterior * (chance if right else 1.0 - chance)
    return replace(session, posterior=posterior / posterior.sum(), shown=(*session.shown, item))


def within_cap(showings: ArrayLike, sessions: int, cap: float = 0.20) -> Bools:
    """Which questions may still be shown if none is to be seen in more than `cap` of sessions.

    `showings` counts for each question the sessions that saw it, `sessions` all of them with this one.
    A question's first showing is always allowed, so the cap holds from 1 / `cap` sessions on.
    """
    if not 0 < cap <= 1 or sessions < 1:
        raise ValueError("cap is above 0 and not above 1, sessions at least 1")
    return vector(showings, "showings") + 1 <= max(1.0, cap * sessions)


def next_item(
    session: Session, bank: Bank, plan: Plan, rng: np.random.Generator, allowed: Bools | None = None
) -> int | None:
    """The question to show next, or None if there is none.

    The area furthest behind its share comes first, among those with a question left; in it, one of the
    `plan.choose_among` most informative questions at the EAP. `allowed` (items,) leaves out what must not
    be shown: over its cap (`within_cap`), seen in an earlier test, or by many of the same school today.
    """
    free = np.ones(len(bank), dtype=bool) if allowed is None else allowed.copy()
    if free.shape != (len(bank),):
        raise ValueError(f"allowed must have {len(bank)} places")
    free[list(session.shown)] = False
    if plan.shares:
        free &= bank.area == _area_behind(session, bank, plan, free)
    places = np.flatnonzero(free)
    if not len(places):
        return None
    useful = bank.information[_nearest(session.eap), places]
    few = min(plan.choose_among, len(places))
    best = np.argpartition(useful, -few)[-few:]
    return int(places[best[rng.integers(few)]])


def stop(session: Session, plan: Plan) -> Stop | None:
    """Why the test should end now; None if another question should be asked."""
    asked = len(session.shown)
    if asked < plan.least:
        return None
    if plan.se is not None and session.se <= plan.se:
        return Stop.PRECISE
    if plan.cut is not None:
        above = session.above(plan.cut)
        if max(above, 1.0 - above) >= plan.confidence:
            return Stop.DECIDED
    return Stop.LONG_ENOUGH if asked >= plan.most else None


def next_step(
    session: Session, bank: Bank, plan: Plan, rng: np.random.Generator, allowed: Bools | None = None
) -> int | Stop:
    """The question to show next as `next_item` chooses it, or why the test ends here."""
    reason = stop(session, plan)
    if reason is not None:
        return reason
    item = next_item(session, bank, plan, rng, allowed)
    return Stop.EXHAUSTED if item is None else item


def _nearest(theta: float) -> int:
    return round((min(max(theta, NODES[0]), NODES[-1]) - NODES[0]) / STEP)


def _area_behind(session: Session, bank: Bank, plan: Plan, free: Bools) -> int:
    """The area whose count is furthest below its share of the test with one question more; -1 if none."""
    areas = max(int(bank.area.max()), *plan.shares) + 1
    counts = np.bincount(bank.area[list(session.shown)], minlength=areas)
    left = np.bincount(bank.area[free], minlength=areas)
    deficits = {
        area: share * (len(session.shown) + 1) - counts[area]
        for area, share in plan.shares.items()
        if share > 0 and left[area]
    }
    return max(deficits, key=lambda area: deficits[area], default=-1)
