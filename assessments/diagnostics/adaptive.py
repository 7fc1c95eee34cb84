"""Which question an adaptive sitting asks next, and when it ends. No database.

The engine of `assessments.measurement.adaptive` chooses; a dimension that the result's own rule calls decided
gets no further question, so that questions go where they are needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assessments.measurement.adaptive import Bank as Tables
from assessments.measurement.adaptive import Plan, Session, Stop, answered, begin, next_step, within_cap
from assessments.measurement.arrays import Bools, Ints

from .rules import AdaptivePlan, Band, RuleVersion, exposure_cap
from .scoring import RIGHT, Answer, Bank, Item, estimates

ENOUGH_SITTINGS = 20
"""In the window of exposure; with fewer, shares say nothing yet."""


@dataclass(frozen=True, eq=False)
class Pool:
    """A calibration made ready: the bank as scoring takes it, and the tables of the engine."""

    bank: Bank
    tables: Tables
    dimensions: Sequence[str]
    """By the number that the tables give to each."""
    places: dict[Item, int]


@dataclass(frozen=True)
class Asked:
    """The next question, or why there is none, and what is believed now."""

    step: Item | Stop
    theta: float
    se: float


@dataclass(frozen=True, eq=False)
class Limits:
    """What may be asked, by place in the pool: only what is `usable`, and first what is `fresh`.

    `showings` counts for each question how many of the last `sittings` saw it.
    """

    usable: Bools
    fresh: Bools
    showings: Ints
    sittings: int


def pool_of(bank: Bank) -> Pool:
    """The pool of a calibration; its tables take a moment, so they are made once."""
    dimensions = list(dict.fromkeys(bank.scales))
    areas = [dimensions.index(scale) for scale in bank.scales]
    tables = Tables.of(bank.a, bank.d, bank.c, areas)
    return Pool(bank, tables, dimensions, {item: place for place, item in enumerate(bank.items)})


def ask(
    pool: Pool,
    paper: Sequence[Answer],
    limits: Limits,
    plan: AdaptivePlan,
    rule: RuleVersion,
    rng: np.random.Generator,
) -> Asked:
    """What comes after `paper`, all of which was answered: a question, or why the sitting ends."""
    session = _session(pool, paper)
    wanted = _undecided(pool, paper, plan, rule) if len(paper) >= plan.least else pool.dimensions
    step: int | Stop = Stop.DECIDED
    if wanted:
        shares = {pool.dimensions.index(dimension): 1 / len(wanted) for dimension in wanted}
        engine = Plan(
            shares=shares, least=plan.least, most=plan.most, se=plan.se, choose_among=plan.choose_among
        )
        step = next_step(session, pool.tables, engine, rng, _allowed(pool, limits, plan, session))
    found = step if isinstance(step, Stop) else pool.bank.items[step]
    return Asked(found, session.eap, session.se)


def _session(pool: Pool, paper: Sequence[Answer]) -> Session:
    session = begin()
    for answer in paper:
        session = answered(session, pool.tables, pool.places[answer.item], right=answer.score >= RIGHT)
    return session


def _undecided(pool: Pool, paper: Sequence[Answer], plan: AdaptivePlan, rule: RuleVersion) -> list[str]:
    """The dimensions that need more questions: too few asked yet, or no band by the rule of the result."""
    asked = pool.bank.among([pool.places[answer.item] for answer in paper])
    [found] = estimates([paper], pool.dimensions, rule, asked, weighted=False)
    return [
        dimension
        for dimension in pool.dimensions
        if found[dimension].questions < plan.per_dimension or found[dimension].band is Band.NEAR
    ]


def _allowed(pool: Pool, limits: Limits, plan: AdaptivePlan, session: Session) -> Bools:
    allowed = limits.usable.copy()
    allowed[list(session.shown)] = False
    allowed = _narrowed(allowed, limits.fresh, pool.tables.area)
    if limits.sittings < ENOUGH_SITTINGS:
        return allowed
    capped = within_cap(limits.showings, limits.sittings, exposure_cap(plan, len(pool.tables)))
    return _narrowed(allowed, capped, pool.tables.area)


def _narrowed(allowed: Bools, wanted: Bools, area: Ints) -> Bools:
    """Only what is wanted; an area in which that would leave nothing keeps what it has."""
    both = allowed & wanted
    return np.where(np.isin(area, area[both]), both, allowed)
