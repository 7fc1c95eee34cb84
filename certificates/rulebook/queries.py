"""What the pages about rules show."""

from __future__ import annotations

from dataclasses import dataclass

from courses.models import Cohort, Enrollment
from organizations.jobs.models import Job
from organizations.models import Organization

from ..claims import families
from ..models import RulePack, SignOff, Simulation, chosen
from ..queries import current_packs
from ..rules import Kind, RulesError
from .actions import pack_to_try


@dataclass(frozen=True)
class Confirmable:
    """Something that rules ask a school's lead to confirm, of each person or of the school itself."""

    name: str
    is_of_school: bool


@dataclass(frozen=True)
class SignOffLine:
    """One person (None: the school) and the last word said of them, if any."""

    enrollment: Enrollment | None
    last: SignOff | None

    @property
    def is_given(self) -> bool:
        return self.last is not None and self.last.is_given


def confirmables(cohort: Cohort) -> list[Confirmable]:
    """What the rules in force ask to be confirmed in this cohort. Two queries."""
    pack = current_packs([cohort]).get(cohort.pk)
    found = [Confirmable(name, False) for name in (pack.parsed.sign_offs if pack else ())]
    for packs in families(Kind.SCHOOL, programme=cohort.programme_id):
        school = chosen(packs, cohort.school.path)
        found += [Confirmable(name, True) for name in (school.parsed.sign_offs if school else ())]
    return found


def sign_off_lines(cohort: Cohort, what: Confirmable) -> list[SignOffLine]:
    """Everybody of the cohort, or the school alone, with what was said of them last. Two queries."""
    said = SignOff.objects.filter(cohort=cohort, name=what.name).select_related("by").order_by("pk")
    last = {row.enrollment_id: row for row in said}
    if what.is_of_school:
        return [SignOffLine(None, last.get(None))]
    people = Enrollment.objects.active().filter(cohort=cohort).select_related("learner")
    lines = [SignOffLine(one, last.get(one.pk)) for one in people.order_by("learner__name", "pk")]
    return sorted(lines, key=lambda line: line.is_given)


def pack_of(simulation: Simulation) -> RulePack | None:
    """The pack that was tried out; None if what it names is no longer there."""
    try:
        return pack_to_try(simulation.document)
    except RulesError:
        return None


def has_stopped(simulation: Simulation) -> bool:
    """Whether the job that counts has given up."""
    return Job.objects.filter(key=simulation.job_key, status=Job.Status.FAILED).exists()


def packs_listed() -> list[RulePack]:
    """All packs, by kind, the newest first; drafts too. One query."""
    packs = RulePack.objects.select_related("programme", "county")
    return list(packs.order_by("kind", "programme", "code", "county", "-version"))


def packs_in_force() -> set[int]:
    """Ids of the packs that hold today, each somewhere in the city. Three queries."""
    everywhere = RulePack.objects.in_force()
    counties = list(Organization.objects.filter(kind=Organization.Kind.COUNTY).values_list("path", flat=True))
    found: dict[tuple[str, int | None, str], list[RulePack]] = {}
    for pack in everywhere:
        found.setdefault((pack.kind, *pack.family), []).append(pack)
    holding = [chosen(packs, path) for packs in found.values() for path in ["", *counties]]
    return {pack.pk for pack in holding if pack}
