"""Keeping the rollup up with the facts."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from courses.models import Enrollment

from .models import Standing
from .queries import standings_from_facts

FIELDS = [field.name for field in Standing._meta.fields if not field.primary_key]
COUNTED = [name for name in FIELDS if name != "progressed_at"]


@transaction.atomic
def refresh_standings(*, enrollments: Iterable[Enrollment]) -> None:
    """Count anew how far these enrolments have got. They come with their cohort and programme."""
    Standing.objects.bulk_create(
        standings_from_facts(enrollments),
        update_conflicts=True,
        unique_fields=["enrollment"],
        update_fields=FIELDS,
    )


def differences(enrollments: Iterable[Enrollment]) -> list[tuple[Enrollment, str]]:
    """Where the rollup is not what the facts say: the enrolment, and the name of the field that is off."""
    enrollments = list(enrollments)
    kept = Standing.objects.in_bulk([enrollment.pk for enrollment in enrollments])
    return [
        (fresh.enrollment, name)
        for fresh in standings_from_facts(enrollments)
        for name in COUNTED
        if fresh.pk not in kept or getattr(kept[fresh.pk], name) != getattr(fresh, name)
    ]
