"""What a certificate says, frozen when it is awarded: later steps (PDF, badge, export) read only this."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from courses.models import Cohort, Enrollment, Framework, HoursEntry, ModulePage, Programme
from courses.queries import Hours

from .candidates import period_of, record_of
from .models import RulePack
from .queries import Claim
from .rules import Kind, Record, Share


def facts_of_claim(claim: Claim) -> dict[str, Any]:
    """What the certificate of this claim would say, as plain JSON values. One query or two.

    Every kind has `kind`, `title`, `issuer` and `rule_pack`; hours are decimal texts, days are ISO dates.
    """
    return _common(claim.pack) | SAYS[claim.pack.kind](claim)


def facts_of(enrollment: Enrollment, record: Record, pack: RulePack) -> dict[str, Any]:
    """What a programme's certificate says. One query."""
    return _common(pack) | _programme(enrollment.cohort.programme, record)


def _common(pack: RulePack) -> dict[str, Any]:
    return {
        "kind": pack.kind,
        "title": pack.title,
        "issuer": settings.CERTIFICATE_ISSUER,
        "rule_pack": {"code": pack.code, "version": pack.version},
    }


def _teacher(claim: Claim) -> dict[str, Any]:
    if claim.enrollment is None:
        raise ValueError("a programme's certificate is for somebody who is enrolled")
    return _programme(claim.enrollment.cohort.programme, claim.record)


def _programme(programme: Programme, record: Record) -> dict[str, Any]:
    modules = ModulePage.objects.live().filter(programmes=programme).order_by("code")
    return {
        "programme": _about(programme),
        "hours": _hours(record),
        "capabilities": [
            {"code": shown.code, "name": shown.name, "dimension": shown.dimension, "grade": shown.grade}
            for shown in record.shown()
        ],
        "modules": [{"code": code, "title": title} for code, title in modules.values_list("code", "title")],
    }


def _about(programme: Programme) -> dict[str, str]:
    return {
        "slug": programme.slug,
        "title": programme.title,
        "starts_on": programme.starts_on.isoformat(),
        # Who is done before the programme ends has taken part until today, not until some later day.
        "ends_on": min(programme.ends_on, timezone.localdate()).isoformat(),
    }


def _hours(record: Record) -> dict[str, str]:
    return {
        "online": plain(record.online_hours),
        "practice": plain(record.practice_hours),
        "outside": plain(record.outside_hours),
        "total": plain(record.hours),
    }


def _capability(claim: Claim) -> dict[str, Any]:
    [shown] = claim.record.capabilities
    framework = Framework.objects.filter(code=claim.pack.parsed.framework).latest("pk")
    return {
        "framework": framework.name,
        "capability": {
            "code": shown.code,
            "name": shown.name,
            "dimension": shown.dimension,
            "grade": shown.grade,
        },
        "stated_on": timezone.localdate().isoformat(),
    }


def _statement_of_hours(claim: Claim) -> dict[str, Any]:
    period = period_of(claim.subject)
    rows = HoursEntry.objects.once_each().filter(period.recorded, enrollment__learner=claim.learner)
    sums = rows.values_list("enrollment__cohort__programme__title", "kind").annotate(Sum("hours"))
    by_programme: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for title, kind, hours in sums.order_by("enrollment__cohort__programme__title"):
        by_programme[title][kind] = hours
    return {
        "period": {"first": str(period.first), "last": str(period.last)},
        "hours": _hours(claim.record),
        "programmes": [
            {"title": title, **_hours(record_of(Hours(**by_kind)))} for title, by_kind in by_programme.items()
        ],
    }


def _school(claim: Claim) -> dict[str, Any]:
    """The programme, and of what is known of the school that by which its pack judged it."""
    cohort = Cohort.objects.select_related("programme").get(
        programme=claim.pack.programme_id, school=claim.school
    )
    rules, record = claim.pack.parsed, claim.record
    judged = {
        "environment": (rules.environments, record.environment),
        "enrolled": (rules.enrolled_percent, _share(record.enrolled)),
        "certified": (rules.certified_percent, _share(record.certified)),
        "sign_offs": (rules.sign_offs, [name for name in record.sign_offs if name in rules.sign_offs]),
    }
    return {
        "programme": _about(cohort.programme),
        **{name: value for name, (is_asked, value) in judged.items() if is_asked},
    }


def _share(share: Share) -> dict[str, int]:
    return {"have": share.have, "of": share.of, "percent": share.percent}


def _team(claim: Claim) -> dict[str, Any]:
    return {
        "roles": list(claim.record.roles),
        "place": claim.school.name,
        "days": claim.record.days,
        "reviews": claim.record.reviews,
        "hours": _hours(claim.record),
        "stated_on": timezone.localdate().isoformat(),
    }


SAYS: dict[str, Callable[[Claim], dict[str, Any]]] = {
    Kind.TEACHER: _teacher,
    Kind.CAPABILITY: _capability,
    Kind.HOURS: _statement_of_hours,
    Kind.SCHOOL: _school,
    Kind.TEAM: _team,
}
"""What the certificates of each kind say beside what all do."""


def plain(hours: Decimal) -> str:
    """Hours without idle zeros: 25, 2.5."""
    return f"{hours.normalize():f}"
