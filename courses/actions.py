"""What changes when people learn: enrolment, self-checks, completions, hours."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from organizations.files import CheckedFile
from organizations.models import User
from organizations.storage import private_storage

from . import queries, questions
from .models import (
    Bookmark,
    Cohort,
    Completion,
    Enrollment,
    HoursEntry,
    LessonPage,
    OutsideTraining,
    OutsideWithdrawal,
    SelfCheck,
)
from .models.learning import NOTE_LENGTH
from .signals import announce_progress

REOPENED_AFTER = timedelta(minutes=10)
"""A page read again within this time is the same reading: turning it costs no write."""


class OwnTraining(Exception):
    """Nobody records hours of their own, nor takes them back."""


class AlreadyRecorded(Exception):
    """The same training of the same person is there."""


class AlreadyWithdrawn(Exception):
    """The record was withdrawn meanwhile."""


@transaction.atomic
def enrol(*, cohort: Cohort, learner: User, by: User) -> Enrollment:
    """Enrol a person, or take one who left back in.

    Lessons completed before count at once, and so does training elsewhere recorded in this programme.
    """
    enrollment, created = Enrollment.objects.get_or_create(cohort=cohort, learner=learner)
    if not created and enrollment.left_at is None:
        return enrollment
    enrollment.left_at = None
    enrollment.save(update_fields=["left_at"])
    modules = set(cohort.programme.modules.values_list("path", flat=True))
    for lesson in LessonPage.objects.filter(completions__learner=learner).defer("body"):
        if lesson.module_path in modules:
            _credit_lesson(enrollment, lesson)
    _credit_trainings(enrollment)
    log(instance=enrollment, action="courses.enrol", user=by)
    announce_progress(learner)
    return enrollment


@transaction.atomic
def enrol_school(*, cohort: Cohort, by: User) -> int:
    """Enrol everybody posted in the cohort's school who is not enrolled yet. Returns how many were."""
    newcomers = list(queries.people_to_enrol(cohort))
    for person in newcomers:
        enrol(cohort=cohort, learner=person, by=by)
    return len(newcomers)


def move_bookmark(*, lesson_id: int, section: str, by: User) -> None:
    """Remember where `by` stands in a lesson."""
    Bookmark.objects.update_or_create(
        learner=by, lesson_id=lesson_id, defaults={"section": section, "at": timezone.now()}
    )


def open_lesson(*, lesson_id: int, by: User) -> Bookmark:
    """Remember that `by` opened a lesson, and return where they stood in it."""
    bookmark, created = Bookmark.objects.get_or_create(learner=by, lesson_id=lesson_id)
    if not created and bookmark.at < timezone.now() - REOPENED_AFTER:
        bookmark.at = timezone.now()
        bookmark.save(update_fields=["at"])
    return bookmark


@transaction.atomic
def answer_self_check(*, lesson: LessonPage, answers: Mapping[str, Sequence[str]], by: User) -> SelfCheck:
    """Mark `by`'s answers (question id to option ids) and keep them; passing completes the lesson."""
    result = questions.mark(lesson.questions, answers, pass_share=settings.SELF_CHECK_PASS_SHARE)
    check = SelfCheck.objects.create(
        learner=by,
        lesson=lesson,
        answers=answers,
        right=len(result.right),
        total=result.total,
        passed=result.passed,
    )
    if result.passed:
        _complete(lesson, by)
    return check


def _complete(lesson: LessonPage, learner: User) -> None:
    _, created = Completion.objects.get_or_create(learner=learner, lesson=lesson)
    if not created:
        return
    for enrollment in queries.active_enrollments(learner, lesson.module):
        _credit_lesson(enrollment, lesson)
    announce_progress(learner, may_wait=True)


def _credit_lesson(enrollment: Enrollment, lesson: LessonPage) -> None:
    credit_hours(
        enrollment=enrollment,
        kind=HoursEntry.Kind.ONLINE,
        hours=lesson.hours,
        source=f"lesson:{lesson.pk}",
        note=lesson.title,
    )


# Training elsewhere


def record_training(
    *,
    enrollment: Enrollment,
    kind: str,
    title: str,
    organiser: str,
    first_day: date,
    last_day: date,
    hours: Decimal,
    document: CheckedFile | None,
    by: User,
) -> OutsideTraining:
    """Record what somebody learned elsewhere; it counts at once. Raises OwnTraining, AlreadyRecorded."""
    storage = private_storage()
    training = OutsideTraining(
        enrollment=enrollment, kind=kind, title=title, organiser=organiser, first_day=first_day,
        last_day=last_day, hours=hours, recorded_by=by,
    )  # fmt: skip
    if document:
        # Under a random name, and stored before the transaction, so that a slow disk holds no lock.
        stored = storage.save(f"hours/{uuid.uuid4().hex}.{document.extension}", document.content)
        training.document, training.document_name = stored, document.name
        training.document_sha256 = document.sha256
    try:
        return _record(training, by)
    except Exception:
        if document:
            storage.delete(stored)
        raise


@transaction.atomic
def _record(training: OutsideTraining, by: User) -> OutsideTraining:
    enrollment = training.enrollment
    if enrollment.learner_id == by.pk:
        raise OwnTraining
    User.objects.select_for_update(no_key=True).get(pk=enrollment.learner_id)
    same = {name: getattr(training, name) for name in ("title", "organiser", "first_day", "last_day")}
    if OutsideTraining.objects.counting_for(enrollment).standing().filter(**same).exists():
        raise AlreadyRecorded
    training.save()
    log(
        instance=enrollment,
        action="courses.record_training",
        user=by,
        data={"training": training.pk, "title": training.title, "hours": str(training.hours)},
    )
    programme = enrollment.cohort.programme_id
    for one in Enrollment.objects.of(enrollment.learner).filter(cohort__programme=programme):
        _credit_training(one, training)
    announce_progress(enrollment.learner)
    return training


@transaction.atomic
def withdraw_training(*, training: OutsideTraining, reason: str, by: User) -> OutsideWithdrawal:
    """Take back hours that were recorded by mistake. Raises OwnTraining, AlreadyWithdrawn."""
    learner = training.enrollment.learner
    if learner.pk == by.pk:
        raise OwnTraining
    User.objects.select_for_update(no_key=True).get(pk=learner.pk)
    if OutsideWithdrawal.objects.filter(training=training).exists():
        raise AlreadyWithdrawn
    withdrawal = OutsideWithdrawal.objects.create(training=training, reason=reason, withdrawn_by=by)
    for line in HoursEntry.objects.filter(enrollment__learner=learner, source=training.source):
        credit_hours(
            enrollment=line.enrollment,
            kind=line.kind,
            hours=-line.hours,
            source=f"{training.source}:withdrawn",
            note=f"{training.title}: {reason}",
        )
    log(
        instance=training.enrollment,
        action="courses.withdraw_training",
        user=by,
        data={"training": training.pk, "reason": reason},
    )
    announce_progress(learner)
    return withdrawal


def _credit_trainings(enrollment: Enrollment) -> None:
    """Credit what was recorded of a person in another school of the programme, before a transfer perhaps."""
    # Whoever records or withdraws one holds this row: what stands now stands until we have committed.
    User.objects.select_for_update(no_key=True).get(pk=enrollment.learner_id)
    for training in OutsideTraining.objects.counting_for(enrollment).standing():
        _credit_training(enrollment, training)


def _credit_training(enrollment: Enrollment, training: OutsideTraining) -> None:
    days = f"{training.first_day:%Y-%m-%d}—{training.last_day:%Y-%m-%d}"
    credit_hours(
        enrollment=enrollment,
        kind=HoursEntry.Kind.OUTSIDE,
        hours=training.hours,
        source=training.source,
        note=f"{training.title} ({training.organiser}, {days})",
    )


def credit_hours(*, enrollment: Enrollment, kind: str, hours: Decimal, source: str, note: str) -> None:
    """Write a line of the hours ledger, once for each `source` of an enrolment, however often it is asked."""
    if hours:
        HoursEntry.objects.get_or_create(
            enrollment=enrollment,
            source=source,
            defaults={"kind": kind, "hours": hours, "note": note[:NOTE_LENGTH]},
        )
