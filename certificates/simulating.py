"""What a rule pack would change for everybody, if it came into force. Reads much, and writes nothing.

Goes through everybody in lots, with a constant number of queries for each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from courses.models import Cohort, Enrollment
from organizations.models import Organization

from .candidates import (
    capability_candidates,
    people_holding,
    people_shown,
    school_candidates,
    team_candidates,
)
from .claims import families, given_to
from .lifecycle import ENDED
from .models import RulePack, Simulation, SimulationLine, chosen
from .queries import Candidate, teacher_candidates
from .rules import Kind, Missing, explain

LOT = 2000
"""Candidates looked at together: so many records fit into memory with ease."""

STAYS, OPEN = "stays", "open"
"""Who earns it before and after, and who earns it neither before nor after: counted, and not named."""

KINDS = (*SimulationLine.Kind.values, STAYS, OPEN)


class NotSimulated(Exception):
    """There is nobody to try the pack on: hours are stated for days that somebody will choose."""


@dataclass(frozen=True)
class Line:
    """One for whom the pack would change something."""

    kind: str
    county: str
    candidate: Candidate
    missing: list[Missing]


@dataclass
class Outcome:
    """How many gain, lose, and stay as they are, by county."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    people: int = 0

    @property
    def totals(self) -> Counter[str]:
        return sum(self.counts.values(), Counter())


def simulate(
    pack: RulePack, outcome: Outcome, *, tell: Callable[[float], None] = lambda _share: None
) -> Iterator[list[Line]]:
    """Try an unsaved pack on everybody it is for, lot by lot: the lines of each, while `outcome` counts all.

    `tell` hears after each lot what share is done. Raises NotSimulated.
    """
    current = _current(pack)
    counties = _counties()
    rows, candidates_of = _everybody(pack, current)
    total, last = rows.count(), 0
    while lot := list(rows.filter(pk__gt=last).order_by("pk")[:LOT]):
        last = lot[-1].pk
        outcome.people += len(lot)
        yield list(_compare(pack, current, candidates_of(lot), counties, outcome))
        tell(min(outcome.people / total, 1))


def _current(pack: RulePack) -> list[RulePack]:
    """The packs in force of which it would be another version, or that it would stand in for."""
    found = families(pack.kind, programme=pack.programme)
    return next((packs for packs in found if packs[0].family == pack.family), [])


def _everybody(
    pack: RulePack, current: Sequence[RulePack]
) -> tuple[QuerySet, Callable[[Sequence], list[Candidate]]]:
    """The rows of all whom the pack could concern, and how a lot of them becomes candidates."""
    asked = {pack.parsed, *(one.parsed for one in current)}
    if pack.kind == Kind.TEACHER:
        enrollments = Enrollment.objects.active().filter(cohort__programme=pack.programme)
        return (
            _within(enrollments, pack, "cohort__school").select_related(
                "learner", "cohort__programme", "cohort__school"
            ),
            lambda lot: teacher_candidates(lot, asked),
        )
    if pack.kind == Kind.SCHOOL:
        cohorts = Cohort.objects.filter(programme=pack.programme)
        return _within(cohorts, pack, "school").select_related("school"), school_candidates
    if pack.kind == Kind.CAPABILITY:
        frameworks = {pack.parsed.framework}
        return people_shown(frameworks), lambda lot: capability_candidates(lot, frameworks)
    if pack.kind == Kind.TEAM:
        roles = {role for rules in asked for role in rules.roles}
        return people_holding(roles), lambda lot: team_candidates(lot, roles)
    raise NotSimulated


def _within(rows: QuerySet, pack: RulePack, school: str) -> QuerySet:
    return rows.filter(**{f"{school}__path__startswith": pack.county.path}) if pack.county else rows


def _counties() -> dict[str, str]:
    """Tree path of each county to its name."""
    rows = Organization.objects.filter(kind=Organization.Kind.COUNTY)
    return dict(rows.values_list("path", "name"))


def _compare(
    pack: RulePack,
    current: Sequence[RulePack],
    candidates: Sequence[Candidate],
    counties: dict[str, str],
    outcome: Outcome,
) -> Iterator[Line]:
    within = [
        one for one in candidates if pack.county is None or one.school.path.startswith(pack.county.path)
    ]
    given = given_to(within, pack)
    for candidate in within:
        key = (*candidate.holder, candidate.subject)
        has_live = any(row.status not in ENDED for row in given[key])
        rules = chosen(current, candidate.school.path)
        earned = rules is not None and not explain(candidate.record, rules.parsed)
        missing = explain(candidate.record, pack.parsed)
        kind = kind_of(has_live=has_live, earned=earned, earns=not missing)
        county = counties.get(_county_path(candidate.school, counties), "")
        outcome.counts[county][kind] += 1
        if kind not in {STAYS, OPEN}:
            yield Line(kind, county, candidate, missing)


def kind_of(*, has_live: bool, earned: bool, earns: bool) -> str:
    """What new rules mean for one who has a certificate, had earned it before, and would earn it now."""
    if earns:
        return STAYS if has_live or earned else SimulationLine.Kind.GAINS.value
    if has_live:
        return SimulationLine.Kind.LOSES.value
    return SimulationLine.Kind.FORFEITS.value if earned else OPEN


def _county_path(school: Organization, counties: dict[str, str]) -> str:
    step = Organization.steplen
    ends = range(step, len(school.path) + 1, step)
    return next((school.path[:end] for end in ends if school.path[:end] in counties), "")


def rows_of(lines: Sequence[Line], simulation: Simulation) -> list[SimulationLine]:
    """Unsaved rows that keep these lines."""
    return [
        SimulationLine(
            simulation=simulation,
            kind=line.kind,
            county=line.county,
            school=line.candidate.school.name,
            holder=line.candidate.learner.name if line.candidate.learner else line.candidate.school.name,
            number=(line.candidate.learner.number or "") if line.candidate.learner else "",
            subject=line.candidate.subject,
            missing=[_plain(one) for one in line.missing],
        )
        for line in lines
    ]


def _plain(missing: Missing) -> dict[str, object]:
    return {
        "kind": missing.kind,
        "have": float(missing.have),
        "need": float(missing.need),
        "grade": missing.grade,
        "names": list(missing.names),
    }
