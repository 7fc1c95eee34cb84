"""What changes when people learn: enrolment, self-checks, completions, hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from organizations.models import User

from . import queries, questions
from .models import Bookmark, Cohort, Completion, Enrollment, HoursEntry, LessonPage, SelfCheck
from .signals import announce_progress

REOPENED_AFTER = timedelta(minutes=10)
"""A page read again within this time is the same reading: turning it costs no write."""


@transaction.atomic
def enrol(*, cohort: Cohort, learner: User, by: User) -> Enrollment:
    """Enrol a person, or take one who left back in. Lessons completed before count at once."""
    enrollment, created = Enrollment.objects.get_or_create(cohort=cohort, learner=learner)
    if not created and enrollment.left_at is None:
        return enrollment
    enrollment.left_at = None
    enrollment.save(update_fields=["left_at"])
    modules = set(cohort.programme.modules.values_list("path", flat=True))
    for lesson in LessonPage.objects.filter(completions__learner=learner).defer("body"):
        if lesson.module_path in modules:
            _credit_lesson(enrollment, lesson)
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


def credit_hours(*, enrollment: Enrollment, kind: str, hours: Decimal, source: str, note: str) -> None:
    """Write a line of the hours ledger, once for each `source` of an enrolment, however often it is asked."""
    if hours:
        HoursEntry.objects.get_or_create(
            enrollment=enrollment, source=source, defaults={"kind": kind, "hours": hours, "note": note[:120]}
        )
