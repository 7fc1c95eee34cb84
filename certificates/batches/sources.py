"""Whom a batch is about, for each kind of rule pack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from certificates.candidates import people_holding, people_shown
from certificates.claims import capability_claims, school_claims, team_claims
from certificates.models import RulePack
from certificates.queries import Claim, claims_of
from courses.models import Cohort, Enrollment
from organizations.models import Organization, User

from .models import Batch


@dataclass(frozen=True)
class Case:
    """One certificate that somebody, or a school, might get; None for the claim: no rule pack holds there."""

    learner: User | None
    school: Organization
    claim: Claim | None


@dataclass(frozen=True)
class Source:
    """Rows to be looked at in the order of their ids, and what they may have a claim on."""

    rows: Callable[[Batch], models.QuerySet[Any]]
    cases: Callable[[Sequence[Any]], list[Case]]


def source_of(batch: Batch) -> Source:
    """Where the people, or schools, of a batch come from."""
    return SOURCES[batch.rule_pack.kind]


def _enrollments(batch: Batch) -> models.QuerySet[Enrollment]:
    rows = Enrollment.objects.active().filter(
        cohort__programme=batch.rule_pack.programme, cohort__school__path__startswith=batch.place.path
    )
    return rows.select_related("learner", "cohort__programme", "cohort__school")


def _of_enrollments(enrollments: Sequence[Enrollment]) -> list[Case]:
    claims = {claim.enrollment: claim for claim in claims_of(enrollments)}
    return [Case(one.learner, one.cohort.school, claims.get(one)) for one in enrollments]


def _cohorts(batch: Batch) -> models.QuerySet[Cohort]:
    rows = Cohort.objects.filter(
        programme=batch.rule_pack.programme, school__path__startswith=batch.place.path
    )
    return rows.select_related("school", "programme")


def _of_cohorts(cohorts: Sequence[Cohort]) -> list[Case]:
    claims = {claim.school: claim for claim in school_claims(cohorts)}
    return [Case(None, cohort.school, claims.get(cohort.school)) for cohort in cohorts]


def _team(batch: Batch) -> models.QuerySet[User]:
    return _posted_in(batch.place, people_holding(batch.rule_pack.parsed.roles))


def _of_team(people: Sequence[User]) -> list[Case]:
    return [Case(claim.learner, claim.school, claim) for claim in team_claims(people)]


def _capable(batch: Batch) -> models.QuerySet[User]:
    return _posted_in(batch.place, people_shown([batch.rule_pack.parsed.framework]))


def _of_capable(people: Sequence[User]) -> list[Case]:
    return [Case(claim.learner, claim.school, claim) for claim in capability_claims(people)]


def _posted_in(place: Organization, people: models.QuerySet[User]) -> models.QuerySet[User]:
    within = Organization.objects.below([place.path])
    return people.filter(pk__in=User.objects.in_organizations(within).values("pk"))


SOURCES: dict[str, Source] = {
    RulePack.Kind.TEACHER: Source(_enrollments, _of_enrollments),
    RulePack.Kind.SCHOOL: Source(_cohorts, _of_cohorts),
    RulePack.Kind.TEAM: Source(_team, _of_team),
    RulePack.Kind.CAPABILITY: Source(_capable, _of_capable),
}
"""Kinds that are issued in batches. Statements of hours are for days that somebody chooses."""
