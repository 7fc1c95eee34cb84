"""Files of questions, made for whoever asked for one and kept for some days."""

from __future__ import annotations

from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from organizations.models import User

from ..formats.entries import REFUSE
from ..models import Question, QuestionExport
from .exporting import FORMATS, entries
from .sketches import MOST_REFUSED, first
from .turns import Tell, begin, has_stopped, lock, nobody_listens, show

Status = QuestionExport.Status

GATHERED_PERCENT = 30
"""How far the bar stands when the questions are read and only the file is left."""


@transaction.atomic
def request_export(*, format_name: str, query: str, by: User, in_background: bool = True) -> QuestionExport:
    """Have a file made of the questions that a list with this address showed.

    The same file for the same person is made anew in the same row: a second click adds nothing.
    """
    User.objects.select_for_update().get(pk=by.pk)  # two clicks at once come one after the other
    known = {"format": format_name, "query": query, "created_by": by}
    row = QuestionExport.objects.filter(**known).first() or QuestionExport(**known)
    if row.pk and row.is_busy and not has_stopped(row):
        return row
    row.asked_at = timezone.now()
    begin(row, Status.MAKING, in_background=in_background)
    return row


def make(
    *, question_export: QuestionExport, questions: QuerySet[Question], tell: Tell = nobody_listens
) -> QuestionExport:
    """Make the file of these questions. Does nothing if it is made already."""
    if question_export.status != Status.MAKING:
        return question_export
    gathered = entries(questions)
    show(question_export, GATHERED_PERCENT, tell)
    writing = FORMATS[question_export.format].write(gathered)
    tell()
    refused = [problem for problem in writing.problems if problem.severity == REFUSE]
    warned = [problem for problem in writing.problems if problem.severity != REFUSE]
    with transaction.atomic():
        row = lock(question_export)
        if row.status != Status.MAKING:
            return row
        if row.file.name:
            transaction.on_commit(partial(row.file.storage.delete, row.file.name))
        row.file.save("", ContentFile(writing.content), save=False)
        row.counts = {"questions": len(gathered), "refused": len(refused), "warned": len(warned)}
        row.shown = {"refused": first(refused, MOST_REFUSED), "warned": first(warned)}
        row.status, row.percent = Status.MADE, 100
        row.save()
    return row
