"""Claims on certificates of every kind but the programme's own, and on all that nobody need ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import DateField, QuerySet
from django.utils import timezone

from courses.models import Cohort, Enrollment
from organizations.models import Organization, User
from organizations.prepared import Given, Prepared

from .candidates import (
    Period,
    capability_candidates,
    hours_candidates,
    period_of,
    school_candidates,
    team_candidates,
)
from .models import Certificate, RulePack, chosen
from .queries import Candidate, Claim, claim_of, claims_of
from .rules import Kind


def families(kind: str, **where: object) -> list[list[RulePack]]:
    """The packs of a kind in force today, by family: of these, one holds at each place."""
    found: dict[tuple[int | None, str], list[RulePack]] = defaultdict(list)
    for pack in RulePack.objects.in_force().filter(kind=kind, **where).order_by("pk"):
        found[pack.family].append(pack)
    return list(found.values())


def capability_claims(people: Sequence[User], **where: object) -> list[Claim]:
    """For each capability that these people have shown: its statement. A constant number of queries."""
    groups = families(Kind.CAPABILITY, **where)
    frameworks = {pack.parsed.framework for packs in groups for pack in packs}
    candidates = capability_candidates(people, frameworks) if groups else []
    return [
        claim
        for packs in groups
        for claim in _claims([one for one in candidates if _speaks_of(packs, one)], packs)
        if not claim.missing
    ]


def _speaks_of(packs: Sequence[RulePack], candidate: Candidate) -> bool:
    pack = chosen(packs, candidate.school.path)
    return pack is not None and candidate.framework == pack.parsed.framework


def hours_claims(people: Sequence[User], period: Period) -> list[Claim]:
    """These people's statements of the hours of a period. A constant number of queries."""
    candidates = hours_candidates(people, period)
    return [claim for packs in families(Kind.HOURS) for claim in _claims(candidates, packs)]


def school_claims(cohorts: Iterable[Cohort]) -> list[Claim]:
    """Where these schools stand on the way to their own certificates. A constant number of queries."""
    cohorts = list(cohorts)
    programmes = {cohort.programme_id for cohort in cohorts}
    candidates: dict[int | None, list[Candidate]] = defaultdict(list)
    for cohort, candidate in zip(cohorts, school_candidates(cohorts), strict=True):
        candidates[cohort.programme_id].append(candidate)
    return [
        claim
        for packs in families(Kind.SCHOOL, programme__in=programmes)
        for claim in _claims(candidates[packs[0].programme_id], packs)
    ]


def team_claims(people: Sequence[User], **where: object) -> list[Claim]:
    """Where these people stand as members of training teams. Queries grow with the number of packs only."""
    claims = []
    for packs in families(Kind.TEAM, **where):
        roles = {role for pack in packs for role in pack.parsed.roles}
        claims += _claims(team_candidates(people, roles), packs)
    return claims


_automatic_kinds: Prepared[str] = Prepared(
    lambda: (
        RulePack.objects.automatic(on=Given("today", DateField()))
        .exclude(kind=Kind.TEACHER)
        .values_list("kind", flat=True)
    )
)


def automatic_claims(people: Sequence[User], cohorts: Sequence[Cohort]) -> list[Claim]:
    """What these people and schools have earned that is awarded without being asked for.

    All but the programmes' own certificates. One query where no rule pack in force does so.
    """
    kinds = set(_automatic_kinds.rows(today=timezone.localdate()))
    claims: list[Claim] = []
    if Kind.CAPABILITY in kinds:
        claims += capability_claims(people)
    if Kind.TEAM in kinds:
        claims += team_claims(people)
    if Kind.SCHOOL in kinds:
        claims += school_claims(cohorts)
    return [claim for claim in claims if claim.is_due and claim.pack.awards == RulePack.Awards.AT_ONCE]


def again(claim: Claim) -> Claim | None:
    """The same claim, as the facts are now; None if there is no ground for it any longer."""
    enrollments = Enrollment.objects.active().filter(pk=claim.enrollment.pk if claim.enrollment else None)
    return _found(claim.pack, claim.learner, claim.school, claim.subject, enrollments)


def claim_behind(certificate: Certificate) -> Claim | None:
    """What the holder of a certificate could claim in its place today; None if there is no ground for it."""
    pack, learner, school = certificate.rule_pack, certificate.learner, certificate.organization
    enrollments = Enrollment.objects.active().filter(learner=learner, cohort__programme=pack.programme)
    return _found(pack, learner, school, certificate.subject, enrollments.order_by("-pk"))


def _found(
    pack: RulePack,
    learner: User | None,
    school: Organization | None,
    subject: str,
    enrollments: QuerySet[Enrollment],
) -> Claim | None:
    """The claim of this learner, or else of this school, under a pack of the same family."""
    if pack.kind == Kind.TEACHER:
        found = claims_of(list(enrollments))
    elif learner is None:
        found = school_claims(Cohort.objects.filter(school=school, programme=pack.programme))
    elif pack.kind == Kind.CAPABILITY:
        found = capability_claims([learner])
    elif pack.kind == Kind.TEAM:
        found = team_claims([learner])
    else:
        found = hours_claims([learner], period_of(subject))
    same = (one for one in found if (one.pack.family, one.subject) == (pack.family, subject))
    return next(same, None)


def _claims(candidates: Sequence[Candidate], packs: Sequence[RulePack]) -> list[Claim]:
    """Where candidates stand under that of these packs, one family, which holds for them. One query."""
    given = given_to(candidates, packs[0])
    found = []
    for candidate in candidates:
        if pack := chosen(packs, candidate.school.path):
            found.append(claim_of(candidate, pack, given[(*candidate.holder, candidate.subject)]))
    return found


Key = tuple[int | None, int | None, str]
"""Ids of the learner or else of the school, and the subject."""


def given_to(candidates: Iterable[Candidate], pack: RulePack) -> dict[Key, list[Certificate]]:
    """All certificates given under any pack of the same family, by holder and subject.

    One query, none for nobody.
    """
    found: dict[Key, list[Certificate]] = defaultdict(list)
    holders = [candidate.holder for candidate in candidates]
    if not holders:
        return found
    programme, code = pack.family
    rows = Certificate.objects.filter(rule_pack__kind=pack.kind, rule_pack__programme=programme)
    if code:
        rows = rows.filter(rule_pack__code=code)
    if pack.kind == Kind.SCHOOL:
        rows = rows.filter(learner=None, organization__in=[school for _learner, school in holders])
    else:
        rows = rows.filter(learner__in={learner for learner, _school in holders})
    for row in rows.defer("facts").order_by("pk"):
        school = None if row.learner_id else row.organization_id
        found[row.learner_id, school, row.subject].append(row)
    return found
