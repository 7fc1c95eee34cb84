"""Taking a file of questions into the bank: looked at first, then applied as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.models import ModulePage
from organizations.models import User

from ..bank import Wording, add_wordings
from ..formats.reading import read
from ..items.stored import dump
from ..models import Question, QuestionImport, Tag
from ..pictures import keep_all
from .plans import ADDED, CHANGED, Plan, Planned, plan

DETAILS = ["module", "capability", "difficulty"]


class PlanChanged(Exception):
    """The bank is not as it was when the file was looked at: it would do something else now."""


class AlreadyApplied(Exception):
    """The file has been taken in."""


def hand_in(*, file: BinaryIO, file_name: str, module: ModulePage | None, by: User | None) -> QuestionImport:
    """Keep a file to look at what it would do."""
    content = file.read()
    row = QuestionImport(
        file_name=file_name[-120:],
        sha256=hashlib.sha256(content).hexdigest(),
        module=module,
        created_by=by,
    )
    row.file.save(row.file_name, ContentFile(content), save=False)
    row.save()
    return row


def plan_of(row: QuestionImport) -> Plan:
    """What the file would do now."""
    with row.file.open("rb") as file:
        content = file.read()
    return plan(read(content, row.file_name), module=row.module)


@transaction.atomic
def apply(*, question_import: QuestionImport, digest: str, by: User | None) -> QuestionImport:
    """Do what the plan of that digest says, all of it. What is new enters as a draft.

    Raises PlanChanged if the file would do something else by now, and AlreadyApplied.
    """
    row = QuestionImport.objects.select_for_update().get(pk=question_import.pk)
    if row.applied_at:
        raise AlreadyApplied
    found = plan_of(row)
    if found.digest != digest:
        raise PlanChanged
    try:
        with transaction.atomic():
            _write(found, by)
    except IntegrityError as error:  # somebody else added one of these at the same moment
        raise PlanChanged from error
    row.counts, row.applied_at, row.applied_by = found.counts, timezone.now(), by
    row.save(update_fields=["counts", "applied_at", "applied_by"])
    log(instance=row, action="quizzes.import", user=by, data=found.counts)
    return row


def _write(found: Plan, by: User | None) -> None:
    added, changed = found.of(ADDED), found.of(CHANGED)
    new = [Question(key=row.key, **row.details.given()) for row in added]
    wordings = [Wording(question, dump(row.item)) for question, row in zip(new, added, strict=True)]
    reworded = [row for row in changed if row.differences or row.question.current is None]  # type: ignore[union-attr]
    keep_all({name: png for row in (*added, *changed) for name, png in row.pictures.items()}, by=by)
    wordings += [Wording(_question(row), dump(row.item)) for row in reworded]
    add_wordings(wordings=wordings, by=by)
    for row in changed:
        for name, value in row.details.given().items():
            setattr(row.question, name, value)
    Question.objects.bulk_update([_question(row) for row in changed if row.changed], DETAILS, batch_size=500)
    tagged = [(question, row.details.tags) for question, row in zip(new, added, strict=True)]
    tagged += [(_question(row), row.details.tags) for row in changed if "tags" in row.changed]
    _tag([(question, names) for question, names in tagged if names])


def _question(row: Planned) -> Question:
    if row.question is None:
        raise ValueError(row.key)
    return row.question


def _tag(tagged: Sequence[tuple[Question, tuple[str, ...]]]) -> None:
    """Let these words, and no others, stand at these questions."""
    names = {name for _, listed in tagged for name in listed}
    Tag.objects.bulk_create([Tag(name=name) for name in sorted(names)], ignore_conflicts=True)
    known = dict(Tag.objects.filter(name__in=names).values_list("name", "pk"))
    through = Question.tags.through
    through.objects.filter(question__in=[question.pk for question, _ in tagged]).delete()
    through.objects.bulk_create(
        [
            through(question_id=question.pk, tag_id=known[name])
            for question, listed in tagged
            for name in listed
        ],
        batch_size=500,
    )
