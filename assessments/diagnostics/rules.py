"""What a diagnosis says and advises. No database, no Django."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

LEAST_PEOPLE = 10
"""A group smaller than this gets no figures: they would speak of single persons."""

EVERYTHING = ""
"""The scale of all questions together; every other scale is a dimension."""


class Band(StrEnum):
    """Where somebody stands in one dimension. Near means undecided, which is not failed."""

    LEARN = "learn"
    NEAR = "near"
    READY = "ready"


@dataclass(frozen=True)
class RuleVersion:
    """Everything that a result depends on besides the answers. A change is a further version."""

    number: int
    cut: float
    """Share of all questions of a dimension that somebody at the boundary would answer right."""
    decided: float
    """Chance from which a band is told, on either side of the cut."""
    high: float
    """Chance from which we say that we are sure."""
    least_questions: int
    """With fewer questions reached, a dimension stays undecided."""
    general: float
    """Correlation of one dimension with ability in general, by which the other dimensions lend strength."""
    least_slope: float
    """A calibrated question that tells people apart less than this is not counted."""
    critical: float
    """|z| from which a difference between two sittings is called a change."""
    rest_days: int
    """How long after a sitting the next one may begin."""


RULE_VERSIONS = {
    1: RuleVersion(
        number=1,
        cut=0.70,
        decided=0.80,
        high=0.95,
        least_questions=3,
        general=0.8,
        least_slope=0.2,
        critical=1.645,
        rest_days=28,
    )
}
"""By number. Source: docs/rules.md, "Diagnosis". The cut is provisional until a panel of judges has met."""

CURRENT = RULE_VERSIONS[1]


@dataclass(frozen=True)
class AdaptivePlan:
    """How an adaptive sitting is put together and when it ends. A change is a further plan."""

    number: int
    least: int
    most: int
    se: float
    """The posterior's standard deviation at which all questions together are precise enough."""
    per_dimension: int
    """Questions of each dimension before it may count as decided."""
    choose_among: int
    """The next question is drawn from this many of the most informative."""
    cap: float
    """Share of sittings that may see the same question, where the bank is large enough for it."""
    pool: int
    """Questions in use that each dimension needs before the form may be adaptive."""


PLANS = {
    1: AdaptivePlan(number=1, least=12, most=20, se=0.30, per_dimension=3, choose_among=5, cap=0.20, pool=10)
}
"""By number. Source: docs/rules.md, "Diagnosis"."""

CURRENT_PLAN = PLANS[1]


def exposure_cap(plan: AdaptivePlan, bank: int) -> float:
    """The plan's cap; in a small bank, which must show its questions more often, twice an even share."""
    return min(1.0, max(plan.cap, 2 * plan.most / bank))


def thin(in_use: Mapping[str, int], plan: AdaptivePlan) -> dict[str, int]:
    """The dimensions that have fewer questions than an adaptive sitting needs, and how many they have."""
    return {dimension: count for dimension, count in in_use.items() if count < plan.pool}


@dataclass(frozen=True)
class DataNeed:
    """How much must have been answered before a calibration says anything."""

    people: int
    per_item: int
    items: int


DATA_NEEDS = {"1PL": DataNeed(people=200, per_item=30, items=10), "2PL": DataNeed(300, 100, 10)}
"""By model. With 100 answers a slope is still drawn to the usual one by its prior, and a rule can use it."""


@dataclass(frozen=True)
class Candidate:
    """A capability that might be suggested."""

    pk: int
    dimension: str
    position: int
    has_lessons: bool
    share_right: float | None
    """Of the questions about it that this person had; None if there was none."""


@dataclass(frozen=True)
class Standing:
    """Where somebody stands in a dimension, as far as advice needs it."""

    band: Band
    above: float
    """Chance of being at or above the cut."""
    own_rating: int
    """1 to 5, as the person sees it."""


def suggest(candidates: Iterable[Candidate], standings: Mapping[str, Standing], count: int = 3) -> list[int]:
    """Ids of the capabilities to begin with: at most `count`, from the weakest dimension first, in turn.

    A dimension that is there already gives some only when the others have no more. Within a dimension come
    first those with lessons, then those about which least was right, then the order of the framework.
    """
    waiting: dict[str, list[Candidate]] = {dimension: [] for dimension in standings}
    for candidate in sorted(candidates, key=_urgency):
        waiting.setdefault(candidate.dimension, []).append(candidate)
    ranked = sorted(standings, key=lambda name: (standings[name].above, standings[name].own_rating))
    gaps = [name for name in ranked if standings[name].band is not Band.READY]
    chosen: list[int] = []
    for group in (gaps, [name for name in ranked if name not in gaps]):
        while len(chosen) < count and any(waiting[name] for name in group):
            for name in group:
                if waiting[name] and len(chosen) < count:
                    chosen.append(waiting[name].pop(0).pk)
    return chosen


def _urgency(candidate: Candidate) -> tuple[bool, float, int]:
    known = 0.5 if candidate.share_right is None else candidate.share_right
    return not candidate.has_lessons, known, candidate.position


def next_sitting_on(last: datetime.date, rule: RuleVersion = CURRENT) -> datetime.date:
    """The first day on which the diagnosis may be taken again."""
    return last + datetime.timedelta(days=rule.rest_days)


def shortage(model: str, people: int, per_item: Iterable[int]) -> DataNeed | None:
    """What a calibration needs, if these data fall short of it: answers of each item, and people in all."""
    need = DATA_NEEDS[model]
    enough = sum(count >= need.per_item for count in per_item)
    return need if people < need.people or enough < need.items else None


def distribution(people: Mapping[Band, int]) -> dict[Band, int] | None:
    """How many people are in each band, none left out; None for a group too small to speak of."""
    if sum(people.values()) < LEAST_PEOPLE:
        return None
    return {band: people.get(band, 0) for band in Band}
