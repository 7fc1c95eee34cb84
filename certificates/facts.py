"""What a certificate says, frozen when it is awarded: later steps (PDF, badge, export) read only this."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Known:
    """What certificates say beside what their claims know, read once for all of them."""

    modules: dict[int, list[dict[str, str]]]
    """Programme's id to its modules."""
    frameworks: dict[str, str]
    """Code to the name of the newest edition."""
    cohorts: dict[tuple[int | None, int], Cohort]
    """Ids of programme and school to the cohort of that school as a holder."""
    hours: dict[tuple[int, str], dict[str, Hours]]
    """Learner's id and a period's subject to the hours earned in it, by programme's title."""


def facts_of_claims(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """What the certificate of each claim would say, as plain JSON values.

    At most three queries for any number of claims, and one for each period of statements of hours. Every kind
    has `kind`, `title`, `issuer` and `rule_pack`; hours are decimal texts, days are ISO dates.
    """
    known = Known(
        modules=_modules({pack.programme_id for pack in _packs(claims, Kind.TEACHER) if pack.programme_id}),
        frameworks=_frameworks({pack.parsed.framework for pack in _packs(claims, Kind.CAPABILITY)}),
        cohorts=_cohorts([claim for claim in claims if claim.pack.kind == Kind.SCHOOL]),
        hours=_hours_by_programme([claim for claim in claims if claim.pack.kind == Kind.HOURS]),
    )
    return [_common(claim.pack) | SAYS[claim.pack.kind](claim, known) for claim in claims]


def facts_of(enrollment: Enrollment, record: Record, pack: RulePack) -> dict[str, Any]:
    """What a programme's certificate says. One query."""
    programme = enrollment.cohort.programme
    return _common(pack) | _programme(programme, record, _modules({programme.pk}))


def _packs(claims: Iterable[Claim], kind: str) -> list[RulePack]:
    return [claim.pack for claim in claims if claim.pack.kind == kind]


def _modules(programmes: Collection[int]) -> dict[int, list[dict[str, str]]]:
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    if programmes:
        rows = ModulePage.objects.live().filter(programmes__in=programmes).order_by("code")
        for programme, code, title in rows.values_list("programmes", "code", "title"):
            found[programme].append({"code": code, "title": title})
    return found


def _frameworks(codes: Collection[str]) -> dict[str, str]:
    rows = Framework.objects.filter(code__in=codes).order_by("pk") if codes else []
    return {framework.code: framework.name for framework in rows}


def _cohorts(claims: Sequence[Claim]) -> dict[tuple[int | None, int], Cohort]:
    schools = [claim.school for claim in claims]
    rows = Cohort.objects.filter(school__in=schools).select_related("programme") if schools else []
    return {(cohort.programme_id, cohort.school_id): cohort for cohort in rows}


def _hours_by_programme(claims: Sequence[Claim]) -> dict[tuple[int, str], dict[str, Hours]]:
    learners: dict[str, list[int]] = defaultdict(list)
    for claim in claims:
        if claim.learner:
            learners[claim.subject].append(claim.learner.pk)
    sums: dict[tuple[int, str], dict[str, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    for subject, people in learners.items():
        period = period_of(subject)
        rows = HoursEntry.objects.once_each().filter(period.recorded, enrollment__learner__in=people)
        title = "enrollment__cohort__programme__title"
        by_kind = rows.order_by(title).values_list("enrollment__learner", title, "kind")
        for learner, programme, kind, hours in by_kind.annotate(Sum("hours")):
            sums[learner, subject][programme][kind] = hours
    return {
        key: {title: Hours(**by_kind) for title, by_kind in programmes.items()}
        for key, programmes in sums.items()
    }


def _common(pack: RulePack) -> dict[str, Any]:
    return {
        "kind": pack.kind,
        "title": pack.title,
        "issuer": settings.CERTIFICATE_ISSUER,
        "rule_pack": {"code": pack.code, "version": pack.version},
    }


def _teacher(claim: Claim, known: Known) -> dict[str, Any]:
    if claim.enrollment is None:
        raise ValueError("a programme's certificate is for somebody who is enrolled")
    return _programme(claim.enrollment.cohort.programme, claim.record, known.modules)


def _programme(
    programme: Programme, record: Record, modules: dict[int, list[dict[str, str]]]
) -> dict[str, Any]:
    return {
        "programme": _about(programme),
        "hours": _hours(record),
        "capabilities": [
            {"code": shown.code, "name": shown.name, "dimension": shown.dimension, "grade": shown.grade}
            for shown in record.shown()
        ],
        "modules": modules.get(programme.pk, []),
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


def _capability(claim: Claim, known: Known) -> dict[str, Any]:
    [shown] = claim.record.capabilities
    return {
        "framework": known.frameworks[claim.pack.parsed.framework],
        "capability": {
            "code": shown.code,
            "name": shown.name,
            "dimension": shown.dimension,
            "grade": shown.grade,
        },
        "stated_on": timezone.localdate().isoformat(),
    }


def _statement_of_hours(claim: Claim, known: Known) -> dict[str, Any]:
    period = period_of(claim.subject)
    learner = claim.learner.pk if claim.learner else 0
    return {
        "period": {"first": str(period.first), "last": str(period.last)},
        "hours": _hours(claim.record),
        "programmes": [
            {"title": title, **_hours(record_of(hours))}
            for title, hours in known.hours.get((learner, claim.subject), {}).items()
        ],
    }


def _school(claim: Claim, known: Known) -> dict[str, Any]:
    """The programme, and of what is known of the school that by which its pack judged it."""
    cohort = known.cohorts[claim.pack.programme_id, claim.school.pk]
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


def _team(claim: Claim, known: Known) -> dict[str, Any]:
    return {
        "roles": list(claim.record.roles),
        "place": claim.school.name,
        "days": claim.record.days,
        "reviews": claim.record.reviews,
        "hours": _hours(claim.record),
        "stated_on": timezone.localdate().isoformat(),
    }


SAYS: dict[str, Callable[[Claim, Known], dict[str, Any]]] = {
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
