"""The way of evidence: begun, files added, handed in, marked, returned or graded."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.actions import credit_hours
from courses.models import Capability, HoursEntry
from courses.queries import enrollments_of
from courses.signals import announce_progress
from organizations.files import CheckedFile
from organizations.models import User
from organizations.storage import private_storage

from . import queries, rules
from .models import EvidenceFile, EvidenceTask, IndicatorMark, Review, Submission


class NotOpen(Exception):
    """The submission was handed in or graded meanwhile: it cannot be changed now."""


class Incomplete(Exception):
    """Something that is asked for was not handed in; `args` are the titles of those tasks."""


class AlreadyReviewed(Exception):
    """A colleague has marked this round, or its author has changed it."""


@dataclass(frozen=True)
class Verdict:
    """An assessor's answer to one indicator."""

    met: bool
    comment: str = ""


@transaction.atomic
def begin(*, capability: Capability, by: User) -> Submission:
    """Open a draft. Asked twice, it gives the same draft."""
    submission, _ = Submission.objects.get_or_create(learner=by, capability=capability)
    return submission


def _open(submission: Submission, learner: User) -> Submission:
    """Lock a submission that its author may change. Raises NotOpen."""
    submission = Submission.objects.select_for_update(of=("self",), no_key=True).get(
        pk=submission.pk, learner=learner
    )
    if not submission.is_open:
        raise NotOpen
    return submission


def attach(*, submission: Submission, task: EvidenceTask, upload: CheckedFile, by: User) -> EvidenceFile:
    """Put a file to a task, in place of one already there in this round. Raises NotOpen."""
    storage = private_storage()
    # A random name: who holds a file's address must not be able to guess another's.
    # Stored before the transaction, so that a slow disk holds no lock.
    stored = storage.save(f"evidence/{uuid.uuid4().hex}.{upload.extension}", upload.content)
    try:
        return _attach(submission, task, upload, stored, by)
    except Exception:
        storage.delete(stored)
        raise


@transaction.atomic
def _attach(
    submission: Submission, task: EvidenceTask, upload: CheckedFile, stored: str, learner: User
) -> EvidenceFile:
    submission = _open(submission, learner)
    for previous in submission.files.filter(task=task, round=submission.round):
        previous.delete()
        # Robust: the new file is in, even where the old one cannot be removed.
        transaction.on_commit(partial(_discard, str(previous.file.name)), robust=True)
    return EvidenceFile.objects.create(
        submission=submission,
        task=task,
        round=submission.round,
        file=stored,
        name=upload.name,
        size=upload.content.size,
        sha256=upload.sha256,
    )


def _discard(stored: str) -> None:
    """Delete what was stored, unless an earlier round still shows it."""
    if not EvidenceFile.objects.filter(file=stored).exists():
        private_storage().delete(stored)


@transaction.atomic
def hand_in(*, submission: Submission, reflection: str, by: User) -> Submission:
    """Hand in for marking. Raises NotOpen, Incomplete."""
    submission = _open(submission, by)
    present = set(submission.files.filter(round=submission.round).values_list("task_id", flat=True))
    if missing := [task.title for task in queries.tasks_of(submission.capability) if task.pk not in present]:
        raise Incomplete(*missing)
    submission.reflection = reflection
    submission.status, submission.submitted_at = Submission.Status.SUBMITTED, timezone.now()
    submission.save(update_fields=["reflection", "status", "submitted_at"])
    log(instance=submission, action="evidence.hand_in", user=by, data={"round": submission.round})
    return submission


@transaction.atomic
def review(
    *, submission: Submission, round_: int, verdicts: Mapping[int, Verdict], feedback: str, by: User
) -> Review:
    """Mark a round: a verdict for every live indicator (by id) of its graded tasks.

    The worst piece of evidence decides. What fails goes back to its author, to be handed in again in a
    further round; what passes is graded and credits practice hours. Raises AlreadyReviewed.
    """
    submission = Submission.objects.select_for_update(of=("self",), no_key=True).get(pk=submission.pk)
    if submission.status != Submission.Status.SUBMITTED or submission.round != round_:
        raise AlreadyReviewed
    rubrics = [task.live_indicators for task in queries.tasks_of(submission.capability) if task.graded]
    grade = rules.grade_of_capability(
        rules.grade_of_evidence(
            rules.Mark(indicator.level, verdicts[indicator.pk].met) for indicator in rubric
        )
        for rubric in rubrics
    )
    review = Review.objects.create(
        submission=submission, round=round_, reviewer=by, grade=grade, feedback=feedback
    )
    IndicatorMark.objects.bulk_create(
        IndicatorMark(review=review, indicator=indicator, **asdict(verdicts[indicator.pk]))
        for rubric in rubrics
        for indicator in rubric
    )
    if grade == rules.FAIL:
        _return(submission)
    else:
        _grade(submission, grade)
    log(instance=submission, action="evidence.review", user=by, data={"round": round_, "grade": grade})
    announce_progress(submission.learner)
    return review


def _return(submission: Submission) -> None:
    """Send back, with the files as the start of the next round."""
    files = list(submission.files.filter(round=submission.round))
    submission.status, submission.round = Submission.Status.RETURNED, submission.round + 1
    submission.save(update_fields=["status", "round"])
    for file in files:
        # The author replaces what was wrong; the rest need not be sent again over a slow line.
        file.pk, file.round = None, submission.round
    EvidenceFile.objects.bulk_create(files)


def _grade(submission: Submission, grade: str) -> None:
    submission.status, submission.grade = Submission.Status.GRADED, grade
    submission.graded_at = timezone.now()
    submission.save(update_fields=["status", "grade", "graded_at"])
    credit_practice(learner=submission.learner)


@transaction.atomic
def credit_practice(*, learner: User) -> int:
    """Credit the hours of every capability shown so far in each of the learner's programmes that counts it.

    Each is credited once per enrolment, so this can be asked at any time: also after a later enrolment,
    or a transfer. Returns how many were credited now.
    """
    shown = queries.shown_capabilities(learner)
    if not shown:
        return 0
    enrollments = enrollments_of(learner)
    lines = HoursEntry.objects.filter(enrollment__in=enrollments, kind=HoursEntry.Kind.PRACTICE)
    credited = set(lines.values_list("enrollment_id", "source"))
    due = [
        (enrollment, capability, source)
        for enrollment in enrollments
        for capability in shown
        if capability.framework_id == enrollment.cohort.programme.framework_id
        and (enrollment.pk, source := f"capability:{capability.pk}") not in credited
    ]
    for enrollment, capability, source in due:
        credit_hours(
            enrollment=enrollment,
            kind=HoursEntry.Kind.PRACTICE,
            hours=enrollment.cohort.programme.hours_per_capability,
            source=source,
            note=f"{capability.code} {capability.name_zh}",
        )
    return len(due)
