"""Taking a file of questions into the bank: looked at first, then applied as a whole."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.models import ModulePage
from organizations.models import User

from ..formats.building import refused_file
from ..formats.entries import Reading
from ..formats.reading import read
from ..models import QuestionImport
from .plans import Plan, plan
from .sketches import sketch
from .turns import Tell, begin, has_stopped, lock, nobody_listens, show
from .writing import write

Status = QuestionImport.Status

READ_PERCENT, PLANNED_PERCENT = 40, 60
"""How far the bar stands when the file is read, and when it is compared with the bank.

What happens inside the one transaction that writes nobody outside can see, so the bar waits there.
"""
BANK_CHANGED = "bank_changed"


class PlanChanged(Exception):
    """The file would do something else by now than what was shown."""


class AlreadyApplied(Exception):
    """The file has been taken in, or is being taken in."""


@transaction.atomic
def hand_in(
    *, file: BinaryIO, file_name: str, module: ModulePage | None, by: User | None, in_background: bool = True
) -> QuestionImport:
    """Keep a file and have it looked at: by a job, or by the caller.

    The same file from the same person, not applied yet, is the same import: a second click adds nothing.
    """
    content = file.read()
    known = {
        "file_name": file_name[-120:],
        "sha256": hashlib.sha256(content).hexdigest(),
        "module": module,
        "created_by": by,
    }
    if by:
        User.objects.select_for_update().get(pk=by.pk)  # two clicks at once come one after the other
    row = QuestionImport.objects.filter(applied_at=None, **known).first()
    if row is None:
        row = QuestionImport(**known)
        row.file.save(row.file_name, ContentFile(content), save=False)
    elif row.is_busy and not has_stopped(row):
        return row
    row.notice = ""
    begin(row, Status.CHECKING, in_background=in_background)
    return row


def check(*, question_import: QuestionImport, tell: Tell = nobody_listens) -> QuestionImport:
    """Work out what a file would do, and keep that. Does nothing if it is checked already."""
    if question_import.status != Status.CHECKING:
        return question_import
    reading = _read(question_import, tell)
    found = plan(reading, module=question_import.module)
    show(question_import, PLANNED_PERCENT, tell)
    with transaction.atomic():
        row = lock(question_import)
        if row.status == Status.CHECKING:
            _keep(row, found)
    return row


@transaction.atomic
def look_again(*, question_import: QuestionImport, in_background: bool = True) -> QuestionImport:
    """Have a file looked at anew. Raises AlreadyApplied."""
    row = lock(question_import)
    if row.is_busy and not has_stopped(row):
        return row
    if row.status == Status.APPLIED:
        raise AlreadyApplied
    row.notice = ""
    begin(row, Status.CHECKING, in_background=in_background)
    return row


@transaction.atomic
def request_apply(
    *, question_import: QuestionImport, digest: str, by: User | None, in_background: bool = True
) -> QuestionImport:
    """Have a file taken in that was shown as the plan of this digest: by a job, or by the caller.

    Raises PlanChanged if another plan is shown by now, and AlreadyApplied.
    """
    row = lock(question_import)
    if row.status == Status.APPLIED or (row.status == Status.APPLYING and not has_stopped(row)):
        raise AlreadyApplied
    if row.status == Status.CHECKING or row.plan_digest != digest:
        raise PlanChanged
    row.notice = ""
    begin(row, Status.APPLYING, in_background=in_background, by=by.pk if by else None)
    return row


def apply(*, question_import: QuestionImport, by: User | None, tell: Tell = nobody_listens) -> QuestionImport:
    """Do what the kept plan says, all of it; what is new enters as a draft. Does nothing if that is done.

    If the file would do something else by now, nothing is written, and the new plan is there to be looked at.
    """
    if question_import.status != Status.APPLYING:
        return question_import
    reading = _read(question_import, tell)
    with transaction.atomic():
        row = lock(question_import)
        if row.status != Status.APPLYING:
            return row
        found = plan(reading, module=row.module)
        if found.digest != row.plan_digest or not _is_written(found, by):
            _keep(row, plan(reading, module=row.module), notice=BANK_CHANGED)
            return row
        row.status, row.percent, row.counts = Status.APPLIED, 100, found.counts
        row.applied_at, row.applied_by = timezone.now(), by
        row.save()
        log(instance=row, action="quizzes.import", user=by, data=found.counts)
    return row


def _read(row: QuestionImport, tell: Tell) -> Reading:
    try:
        with row.file.open("rb") as file:
            reading = read(file.read(), row.file_name)
    except FileNotFoundError:
        reading = refused_file("file_lost")
    show(row, READ_PERCENT, tell)
    return reading


def _is_written(found: Plan, by: User | None) -> bool:
    """False, and nothing written, if somebody else added one of these at the same moment."""
    try:
        with transaction.atomic():
            write(found, by)
    except IntegrityError:
        return False
    return True


def _keep(row: QuestionImport, found: Plan, notice: str = "") -> None:
    row.counts, row.shown, row.plan_digest = found.counts, sketch(found), found.digest
    row.status, row.percent, row.notice = Status.CHECKED, 100, notice
    row.save()
