"""Imports and exports as jobs work on them: whose turn it is, how far it has got, whether it has stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from organizations.jobs.actions import enqueue
from organizations.jobs.models import Job

from ..models import QuestionExport, QuestionImport

Row = TypeVar("Row", QuestionImport, QuestionExport)
Tell = Callable[[], None]
"""Called now and then by long work, to say that it is alive."""

STEPS = {"checking": "questions.check", "applying": "questions.apply", "making": "questions.export"}
"""Which kind of job each busy status waits for."""


def nobody_listens() -> None:
    """For work in the foreground."""


def begin(
    row: QuestionImport | QuestionExport, status: str, *, in_background: bool, **arguments: object
) -> None:
    """Save a row that is to be worked on, and queue the job that does so."""
    row.status, row.percent = status, 0
    row.turn += 1
    row.save()
    if in_background:
        enqueue(STEPS[status], key=_key(row), pk=row.pk, **arguments)


def has_stopped(row: QuestionImport | QuestionExport) -> bool:
    """Whether the job working on a row has given up. It wrote nothing: each writes all or nothing."""
    return row.is_busy and Job.objects.filter(key=_key(row), status=Job.Status.FAILED).exists()


def show(row: QuestionImport | QuestionExport, percent: int, tell: Tell) -> None:
    """Move the bar. Outside any transaction, so that everybody sees it at once."""
    tell()
    type(row).objects.filter(pk=row.pk).update(percent=percent)


def lock(row: Row) -> Row:
    return type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)


def _key(row: QuestionImport | QuestionExport) -> str:
    return f"{STEPS[row.status]}:{row.pk}:{row.turn}"
