"""The life of a certificate: awarded, held or issued, revoked."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.models import Enrollment
from courses.signals import announce_progress
from organizations.jobs.actions import enqueue
from organizations.models import Organization, User

from . import fonts, numbers, pdf
from .facts import facts_of
from .models import Certificate, NumberSeries
from .queries import Claim, claims_of

NO_AREA = "000000"
"""Stands in a number where no place above the school has a six-digit code."""

STUCK_AFTER = timedelta(hours=1)
"""A certificate that is still being issued by then gets a new job."""


class AlreadyRevoked(Exception):
    """The certificate was revoked before."""


def award_due(*, learner: User, by: User | None = None) -> list[Certificate]:
    """Award what `learner` has earned and was never given. Asked at any time, any number of times.

    Never twice under one pack, whatever its version; and what was revoked is not awarded again.
    """
    claims = claims_of(list(Enrollment.objects.of(learner).order_by("pk")))
    awarded = [_award(claim.enrollment, by) for claim in claims if claim.is_due]
    return [certificate for certificate in awarded if certificate]


@transaction.atomic
def _award(enrollment: Enrollment, by: User | None) -> Certificate | None:
    _lock(enrollment.learner_id)
    claim = next(iter(claims_of([enrollment])), None)
    if claim is None or not claim.is_due:
        return None
    certificate = _write_down(claim)
    log(instance=certificate, action="certificates.award", user=by, data={"pack": str(claim.pack)})
    _enqueue(certificate)
    announce_progress(certificate.learner)
    return certificate


def _lock(learner_id: int) -> None:
    """Let nobody else award anything to this learner before we have committed."""
    User.objects.select_for_update(no_key=True).get(pk=learner_id)


def _write_down(claim: Claim) -> Certificate:
    learner, school = claim.enrollment.learner, claim.enrollment.cohort.school
    above = list(school.get_ancestors().order_by("-depth"))
    county = next((place for place in above if place.kind == Organization.Kind.COUNTY), None)
    now = timezone.now()
    return Certificate.objects.create(
        learner=learner,
        rule_pack=claim.pack,
        number=_next_number(_area(above), timezone.localdate(now).year),
        token=secrets.token_urlsafe(16),
        holder=learner.name,
        holder_number=learner.number or "",
        school=school.name,
        county=county.name if county else "",
        facts=facts_of(claim.enrollment, claim.record, claim.pack),
        awarded_at=now,
    )


def _area(places: list[Organization]) -> str:
    """The six-digit code of the nearest of these places that has one."""
    codes = (place.code or "" for place in places)
    return next((code for code in codes if len(code) == 6 and code.isascii() and code.isdigit()), NO_AREA)


def _next_number(area: str, year: int) -> str:
    """The next number of its series. Its row stays locked until we have committed."""
    prefix = settings.CERTIFICATE_PREFIX
    series, _ = NumberSeries.objects.get_or_create(series=f"{prefix}-{year}-{area}")
    series = NumberSeries.objects.select_for_update(no_key=True).get(pk=series.pk)
    series.last += 1
    series.save(update_fields=["last"])
    return numbers.certificate_number(prefix=prefix, year=year, area=area, serial=series.last)


def _enqueue(certificate: Certificate, again_at: datetime | None = None) -> None:
    """Have the PDF made. A further try needs a key of its own: a known one adds no job."""
    key = f"certificates.issue:{certificate.pk}"
    if again_at:
        key += f":{again_at:%Y%m%d%H%M}"
    enqueue("certificates.issue", key=key, certificate_id=certificate.pk)


@transaction.atomic
def issue(*, certificate: Certificate, file: str, sha256: str) -> Certificate:
    """Say that the PDF is there. Nothing happens unless the certificate waits for it."""
    certificate = _locked(certificate)
    if certificate.status != Certificate.Status.APPROVED:
        return certificate
    certificate.status, certificate.issued_at = Certificate.Status.ISSUED, timezone.now()
    certificate.pdf, certificate.sha256, certificate.problem = file, sha256, ""
    certificate.save(update_fields=["status", "issued_at", "pdf", "sha256", "problem"])
    log(instance=certificate, action="certificates.issue", data={"sha256": sha256})
    return certificate


@transaction.atomic
def hold(*, certificate: Certificate, problem: str) -> Certificate:
    """Keep back a certificate that cannot be printed. Nothing happens unless it waits to be."""
    certificate = _locked(certificate)
    if certificate.status != Certificate.Status.APPROVED:
        return certificate
    certificate.status, certificate.problem = Certificate.Status.HELD, problem
    certificate.save(update_fields=["status", "problem"])
    log(instance=certificate, action="certificates.hold", data={"problem": problem})
    return certificate


@transaction.atomic
def release(*, certificate: Certificate, by: User | None = None) -> bool:
    """Issue a held certificate, if its name can be printed by now. Returns whether it can.

    The holder's name is read again: nobody has seen the certificate yet, and the name may have been mended.
    """
    certificate = _locked(certificate)
    if certificate.status != Certificate.Status.HELD:
        return False
    certificate.holder = certificate.learner.name
    certificate.problem = fonts.problem_with(name=certificate.holder, texts=pdf.texts_of(certificate))
    if not certificate.problem:
        certificate.status = Certificate.Status.APPROVED
        log(instance=certificate, action="certificates.release", user=by)
        _enqueue(certificate, timezone.now())
    certificate.save(update_fields=["status", "holder", "problem"])
    return certificate.status == Certificate.Status.APPROVED


@transaction.atomic
def issue_stuck() -> int:
    """Give new jobs to certificates whose own failed, of a full disk perhaps. Returns how many."""
    waiting = Certificate.objects.filter(
        status=Certificate.Status.APPROVED, awarded_at__lt=timezone.now() - STUCK_AFTER
    )
    for certificate in waiting:
        _enqueue(certificate, timezone.now())
    return len(waiting)


@transaction.atomic
def revoke(*, certificate: Certificate, by: User, reason: str) -> Certificate:
    """Take a certificate back, for a reason. Its number stays known as revoked. Raises AlreadyRevoked."""
    certificate = _locked(certificate)
    if certificate.status == Certificate.Status.REVOKED:
        raise AlreadyRevoked
    certificate.status, certificate.revoked_at = Certificate.Status.REVOKED, timezone.now()
    certificate.revoked_by, certificate.revoked_reason = by, reason
    certificate.save(update_fields=["status", "revoked_at", "revoked_by", "revoked_reason"])
    log(instance=certificate, action="certificates.revoke", user=by, data={"reason": reason})
    announce_progress(certificate.learner)
    return certificate


def _locked(certificate: Certificate) -> Certificate:
    return Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk)
