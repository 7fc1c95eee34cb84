"""Background work on the bank and its keys. Each asks whether it is done: running it twice is harmless."""

from __future__ import annotations

from django.http import QueryDict

from courses.signals import announce_progress
from organizations.jobs.actions import extend_lease
from organizations.jobs.registry import job
from organizations.models import User

from .desk.actions import approve
from .editors.filters import chosen
from .exchange import importing, making
from .models import QuestionExport, QuestionImport, Repair

LEASE_SECONDS = 900
"""Longer than any file takes to be read, or written in one transaction: inside those no lease is extended."""


@job("questions.check", lease_seconds=LEASE_SECONDS)
def check_questions(*, pk: int) -> None:
    """Read a file of questions and plan what it would change."""
    importing.check(question_import=QuestionImport.objects.get(pk=pk), tell=extend_lease)


@job("questions.apply", lease_seconds=LEASE_SECONDS)
def apply_questions(*, pk: int, by: int | None) -> None:
    """Write what the check planned."""
    actor = User.objects.get(pk=by) if by else None
    importing.apply(question_import=QuestionImport.objects.get(pk=pk), by=actor, tell=extend_lease)


@job("questions.export", lease_seconds=LEASE_SECONDS)
def export_questions(*, pk: int) -> None:
    """Make a file of the questions that a list showed."""
    row = QuestionExport.objects.get(pk=pk)
    making.make(question_export=row, questions=chosen(QueryDict(row.query)).distinct(), tell=extend_lease)


@job("repairs.approve", lease_seconds=LEASE_SECONDS)
def approve_repair(*, repair_id: int, by: int) -> None:
    """Put a corrected key in force and compute all results anew."""
    repair = Repair.objects.get(pk=repair_id)
    if repair.is_waiting:
        approve(repair=repair, by=User.objects.get(pk=by))


@job("repairs.announce", lease_seconds=LEASE_SECONDS)
def announce_repair(*, learners: list[int]) -> None:
    """Let the layers above hear of people who pass now, or no longer do: hearing it twice does no harm."""
    for learner in User.objects.filter(pk__in=learners).order_by("pk"):
        extend_lease()
        announce_progress(learner)
