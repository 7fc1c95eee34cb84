"""Whom the calendar concerns: what somebody holds and will not hold for long, or no longer."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone

from . import lifecycle
from .models import Certificate


def ending(held: Iterable[Certificate]) -> list[Certificate]:
    """Of all that one holder has, what the holder is reminded of, the soonest last day first.

    They come with their rule packs. No query: whether another one stands in its place, they say themselves.
    """
    held = list(held)
    replaced = {row.replaces_id for row in held if row.status not in lifecycle.ENDED}
    days, today = settings.CERTIFICATE_REMINDER_DAYS, timezone.localdate()
    found = [
        (row.expires_on, row.pk, row)
        for row in held
        if row.status == lifecycle.Status.ISSUED
        and row.pk not in replaced
        and row.expires_on is not None
        and lifecycle.is_ending(row.expires_on, months=row.rule_pack.renewal_months, days=days, on=today)
    ]
    return [row for _last_day, _pk, row in sorted(found, key=lambda one: one[:2])]
