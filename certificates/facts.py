"""What a certificate says, frozen when it is awarded: later steps (PDF, badge, export) read only this."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone

from courses.models import Enrollment, ModulePage

from .models import RulePack
from .rules import Record


def facts_of(enrollment: Enrollment, record: Record, pack: RulePack) -> dict[str, Any]:
    """The facts as plain JSON values; hours are decimal texts, days are ISO dates. One query."""
    programme = enrollment.cohort.programme
    modules = ModulePage.objects.live().filter(programmes=programme).order_by("code")
    return {
        "title": pack.title,
        "issuer": settings.CERTIFICATE_ISSUER,
        "programme": {
            "slug": programme.slug,
            "title": programme.title,
            "starts_on": programme.starts_on.isoformat(),
            # Who is done before the programme ends has taken part until today, not until some later day.
            "ends_on": min(programme.ends_on, timezone.localdate()).isoformat(),
        },
        "rule_pack": {"code": pack.code, "version": pack.version},
        "hours": {
            "online": plain(record.online_hours),
            "practice": plain(record.practice_hours),
            "total": plain(record.hours),
        },
        "capabilities": [
            {"code": shown.code, "name": shown.name, "dimension": shown.dimension, "grade": shown.grade}
            for shown in record.shown()
        ],
        "modules": [{"code": code, "title": title} for code, title in modules.values_list("code", "title")],
    }


def plain(hours: Decimal) -> str:
    """Hours without idle zeros: 25, 2.5."""
    return f"{hours.normalize():f}"
