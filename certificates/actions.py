"""The life of a certificate: drafted, approved, held or issued; then suspended, replaced or revoked."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, Field, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from courses.queries import enrollments_of
from organizations.jobs.actions import enqueue
from organizations.models import Organization, User

from . import lifecycle, numbers
from .claims import again, automatic_claims
from .facts import facts_of_claims
from .lifecycle import Status
from .models import Certificate, CertificateEvent, DesignVersion, NumberSeries, RulePack
from .printing import press
from .queries import Claim, claims_of
from .signals import announce_certificates

NO_AREA = "000000"
"""Stands in a number where no place above the school has a six-digit code."""

STUCK_AFTER = timedelta(hours=1)
"""A certificate that is still being issued by then gets a new job."""

TOLD = {Status.APPROVED, *lifecycle.ENDED}
"""Steps that change which certificate somebody has, and so how far everybody sees they have got."""


class NoSuchStep(Exception):
    """The certificate is in no state for this: somebody else was there before."""


@dataclass(frozen=True)
class Printed:
    """A file that is safely stored, for the certificate with this id."""

    certificate_id: int
    file: str
    sha256: str


# Awarding: at once, or as drafts that somebody approves


def award_due(*, learner: User, by: User | None = None) -> list[Certificate]:
    """Award what `learner` has earned, was never given, and need not ask for. Asked any number of times.

    Never twice under one pack, whatever its version; and what was revoked is not awarded again. What the
    learner's school has earned by it is awarded too.
    """
    enrollments = enrollments_of(learner)
    claims = [*claims_of(enrollments), *automatic_claims([learner], [one.cohort for one in enrollments])]
    due = [claim for claim in claims if claim.is_due and claim.pack.awards == RulePack.Awards.AT_ONCE]
    awarded = [award_claim(claim=claim, by=by) for claim in due]
    return [certificate for certificate in awarded if certificate]


@transaction.atomic
def award_claim(*, claim: Claim, by: User | None = None) -> Certificate | None:
    """Award what is claimed, if it still is due once nobody else can award anything to its holder."""
    if claim.learner:
        lock_learners([claim.learner.pk])
    else:
        Organization.objects.select_for_update(no_key=True).get(pk=claim.school.pk)
    now = again(claim)
    if now is None or not now.is_due:
        return None
    [certificate] = approve(certificates=draft(claims=[now]), by=by)
    return certificate


def draft(*, claims: Sequence[Claim], replaces: Certificate | None = None) -> list[Certificate]:
    """Write down what the certificates of these claims would say. They have no number, and nobody sees them.

    In the caller's transaction, which has asked whether they are due and holds the learners' rows.
    """
    counties = counties_of({claim.school for claim in claims})
    designs = {pack: pack.design_version for pack in {claim.pack for claim in claims}}
    drafts = [
        _draft(claim, facts, counties[claim.school.pk], designs[claim.pack], replaces)
        for claim, facts in zip(claims, facts_of_claims(claims), strict=True)
    ]
    return Certificate.objects.bulk_create(drafts)


def _draft(
    claim: Claim,
    facts: dict[str, Any],
    county: str,
    design: DesignVersion | None,
    replaces: Certificate | None,
) -> Certificate:
    learner, school = claim.learner, claim.school
    return Certificate(
        learner=learner,
        organization=school,
        rule_pack=claim.pack,
        subject=claim.subject,
        token=secrets.token_urlsafe(16),
        status=Status.DRAFT,
        holder=(learner or school).name,
        holder_number=(learner.number or "") if learner else "",
        school=school.name,
        county=county,
        facts=facts,
        design_version=design,
        replaces=replaces,
    )


@transaction.atomic
def approve(
    *,
    certificates: Iterable[Certificate],
    by: User | None,
    reason: str = "",
    are_printed_alone: bool = True,
) -> list[Certificate]:
    """Give drafts their numbers and the day: from now on what they say is frozen. Returns them.

    What is no draft is left alone. Each gets a job that prints it, unless whoever calls prints them together.
    """
    now = timezone.now()
    drafts = [row for row in locked_all(certificates) if row.status == Status.DRAFT]
    given = _numbers([row.organization for row in drafts], timezone.localdate(now).year)
    for row, number in zip(drafts, given, strict=True):
        row.number, row.awarded_at = number, now
        row.expires_on = row.expires_on or row.rule_pack.last_day(row.dated)
    fields = ["number", "awarded_at", "expires_on"]
    _step_all(drafts, Status.APPROVED, by=by, reason=reason, fields=fields)
    if are_printed_alone:
        for row in drafts:
            _enqueue(row)
    return drafts


def _numbers(schools: Sequence[Organization | None], year: int) -> list[str]:
    """The next numbers, one for each school, in its order. The series stay locked until we have committed."""
    areas = _areas({school for school in schools if school})
    wanted: dict[str, list[int]] = defaultdict(list)
    for place, school in enumerate(schools):
        wanted[areas[school.pk] if school else NO_AREA].append(place)
    found = [""] * len(schools)
    for area in sorted(wanted):  # in one order everywhere, so that two never wait for each other
        for place, serial in zip(wanted[area], _serials(area, year, len(wanted[area])), strict=True):
            found[place] = numbers.certificate_number(
                prefix=settings.CERTIFICATE_PREFIX, year=year, area=area, serial=serial
            )
    return found


def _serials(area: str, year: int, count: int) -> range:
    name = f"{settings.CERTIFICATE_PREFIX}-{year}-{area}"
    series, _ = NumberSeries.objects.get_or_create(series=name)
    series = NumberSeries.objects.select_for_update(no_key=True).get(pk=series.pk)
    first = series.last + 1
    series.last += count
    series.save(update_fields=["last"])
    return range(first, first + count)


def _areas(schools: Iterable[Organization]) -> dict[int, str]:
    """School's id to the six-digit code of the nearest place above it that has one."""
    return {
        school.pk: next((code for place in above if (code := _area_code(place))), NO_AREA)
        for school, above in _above(schools).items()
    }


def _area_code(place: Organization) -> str:
    code = place.code or ""
    return code if len(code) == 6 and code.isascii() and code.isdigit() else ""


def counties_of(schools: Iterable[Organization]) -> dict[int, str]:
    """School's id to the name of its county; "" where it lies in none."""
    return {
        school.pk: next((place.name for place in above if place.kind == Organization.Kind.COUNTY), "")
        for school, above in _above(schools).items()
    }


def _above(schools: Iterable[Organization]) -> dict[Organization, list[Organization]]:
    """Each school to the places above it, the nearest first. One query."""
    step = Organization.steplen
    paths = {
        school: [school.path[:end] for end in range(len(school.path) - step, 0, -step)] for school in schools
    }
    wanted = {path for above in paths.values() for path in above}
    places = {place.path: place for place in Organization.objects.filter(path__in=wanted)}
    return {school: [places[path] for path in above] for school, above in paths.items()}


# Printing


def _enqueue(certificate: Certificate, again_at: datetime | None = None) -> None:
    """Have the PDF made. A further try needs a key of its own: a known one adds no job."""
    key = f"certificates.issue:{certificate.pk}"
    if again_at:
        key += f":{again_at:%Y%m%d%H%M}"
    enqueue("certificates.issue", key=key, certificate_id=certificate.pk)


@transaction.atomic
def issue(*, printed: Sequence[Printed]) -> list[Certificate]:
    """Say that these PDFs are there. Returns those that were waiting for theirs; the others are left alone.

    What a certificate takes the place of is superseded in the same moment.
    """
    files = {one.certificate_id: one for one in printed}
    waiting = [row for row in locked_all(files) if row.status == Status.APPROVED]
    now = timezone.now()
    for row in waiting:
        row.issued_at, row.problem = now, ""
        row.pdf, row.sha256 = files[row.pk].file, files[row.pk].sha256
    _step_all(waiting, Status.ISSUED, fields=["issued_at", "problem", "pdf", "sha256"])
    replaced = [row.replaces_id for row in waiting if row.replaces_id]
    if replaced:
        before = [row for row in locked_all(replaced) if lifecycle.may_follow(row.status, Status.SUPERSEDED)]
        _step_all(before, Status.SUPERSEDED)
    return waiting


@transaction.atomic
def hold(*, certificate: Certificate, problem: str) -> Certificate:
    """Keep back a certificate that cannot be printed. Nothing happens unless it waits to be."""
    certificate = locked(certificate)
    if certificate.status == Status.APPROVED:
        certificate.problem = problem
        _step_all([certificate], Status.HELD, reason=problem, fields=["problem"])
    return certificate


@transaction.atomic
def release(*, certificate: Certificate, by: User | None = None) -> bool:
    """Issue a held certificate, if its name can be printed by now. Returns whether it can.

    The holder's name is read again: nobody has seen the certificate yet, and the name may have been mended.
    """
    certificate = locked(certificate)
    if certificate.status != Status.HELD:
        return False
    if certificate.learner:
        certificate.holder = certificate.learner.name
    certificate.problem = press.problem_with(certificate)
    if certificate.problem:
        certificate.save(update_fields=["holder", "problem"])
        return False
    _step_all([certificate], Status.APPROVED, by=by, fields=["holder", "problem"])
    _enqueue(certificate, timezone.now())
    return True


@transaction.atomic
def issue_stuck() -> int:
    """Give new jobs to certificates whose own failed, of a full disk perhaps. Returns how many."""
    waiting = Certificate.objects.filter(
        status=Status.APPROVED, status_since__lt=timezone.now() - STUCK_AFTER
    )
    for certificate in waiting:
        _enqueue(certificate, timezone.now())
    return len(waiting)


# What a person does to one that is there


@transaction.atomic
def suspend(*, certificate: Certificate, by: User, reason: str) -> Certificate:
    """Let a certificate not count while something about it is looked into. Raises NoSuchStep."""
    return _step(certificate, Status.SUSPENDED, by=by, reason=reason)


@transaction.atomic
def reinstate(*, certificate: Certificate, by: User, reason: str) -> Certificate:
    """Let a suspended certificate count again. Raises NoSuchStep."""
    return _step(certificate, Status.ISSUED, by=by, reason=reason, only_from=Status.SUSPENDED)


@transaction.atomic
def revoke(*, certificate: Certificate, by: User, reason: str) -> Certificate:
    """Take a certificate back, for a reason. Its number stays known as revoked. Raises NoSuchStep."""
    return _step(certificate, Status.REVOKED, by=by, reason=reason)


# Steps


def _step(
    certificate: Certificate, after: Status, *, by: User, reason: str, only_from: Status | None = None
) -> Certificate:
    certificate = locked(certificate)
    if not lifecycle.may_follow(certificate.status, after) or certificate.status != (
        only_from or certificate.status
    ):
        raise NoSuchStep
    _step_all([certificate], after, by=by, reason=reason)
    return certificate


def _step_all(
    certificates: Sequence[Certificate],
    after: Status,
    *,
    by: User | None = None,
    reason: str = "",
    fields: Collection[str] = (),
) -> None:
    """Move locked certificates on, and write into their history that, when, by whom and why."""
    if not certificates:
        return
    now = timezone.now()
    events = [
        CertificateEvent(certificate=row, before=row.status, after=after, at=now, by=by, reason=reason)
        for row in certificates
    ]
    for row in certificates:
        row.status, row.status_since = after, now
    changes = {name: _written(certificates, name) for name in ("status", "status_since", *fields)}
    Certificate.objects.filter(pk__in=[row.pk for row in certificates]).update(**changes)
    CertificateEvent.objects.bulk_create(events)
    if after in TOLD:
        announce_certificates({row.learner for row in certificates if row.learner})


def _written(certificates: Sequence[Certificate], name: str) -> Any:
    """A field of these rows for one UPDATE: a plain value where all have the same, as in a batch most have.

    Django's bulk_update would write a case for each row and field, which takes longer than all the rest.
    """
    values = [getattr(row, name) for row in certificates]
    if all(value == values[0] for value in values):
        return values[0]
    field = cast("Field[Any, Any]", Certificate._meta.get_field(name))
    cases = (
        When(pk=row.pk, then=Value(value, output_field=field))
        for row, value in zip(certificates, values, strict=True)
    )
    chosen = Case(*cases, output_field=field)
    return Cast(chosen, output_field=field) if connection.features.requires_casted_case_in_updates else chosen


def lock_learners(learners: Iterable[int]) -> None:
    """Let nobody else award anything to these learners before we have committed."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=learners)
    list(rows.order_by("pk").values_list("pk"))


def locked(certificate: Certificate) -> Certificate:
    [row] = locked_all([certificate.pk])
    return row


def locked_all(certificates: Iterable[Certificate | int]) -> list[Certificate]:
    """These certificates as they are now, each locked until we have committed, in the order of their ids."""
    ids = [row if isinstance(row, int) else row.pk for row in certificates]
    rows = Certificate.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids)
    return list(rows.select_related("learner", "organization", "rule_pack").order_by("pk"))
