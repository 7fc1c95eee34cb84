"""A capability that asks for a graded plan and an ungraded picture, and ways to hand in and mark it."""

from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.evidence import actions
from assessments.evidence.models import EvidenceTask, Submission
from assessments.evidence.queries import tasks_of
from courses.models import Capability
from organizations.files import check
from tests.factories import plant_framework

from ...organizations.samples import picture

PDF = b"%PDF-1.7\n"


def upload(task: EvidenceTask, content: bytes = b""):
    """A file as the task takes it; `content` makes it different from others."""
    if "jpg" in task.formats:
        return check(SimpleUploadedFile("照片.jpg", picture()), formats=task.formats, max_mb=task.max_mb)
    return check(SimpleUploadedFile("教学设计.pdf", PDF + content), formats=task.formats, max_mb=task.max_mb)


@pytest.fixture
def capability(db) -> Capability:
    capability = plant_framework(["A5"]).capabilities.get()
    EvidenceTask.objects.create(
        capability=capability,
        key="photo",
        position=2,
        title="课堂照片",
        formats=["jpg"],
        max_mb=1,
        graded=False,
    )
    return capability


@pytest.fixture
def evidence(capability, teacher, assessor) -> SimpleNamespace:
    """The steps of the way, each by the right person."""

    def begin(by=teacher) -> Submission:
        submission = actions.begin(capability=capability, by=by)
        for task in tasks_of(capability):
            actions.attach(submission=submission, task=task, upload=upload(task), by=by)
        return submission

    def hand_in(by=teacher) -> Submission:
        return actions.hand_in(submission=begin(by), reflection="先提问，后放短片。", by=by)

    def review(submission: Submission, *, misses: str = "", by=assessor):
        """Mark it; `misses` is the level of which nothing is met."""
        verdicts = {
            indicator.pk: actions.Verdict(
                met=indicator.level != misses, comment="缺一句。" if indicator.level == misses else ""
            )
            for task in tasks_of(capability)
            for indicator in task.live_indicators
        }
        return actions.review(
            submission=submission, round_=submission.round, verdicts=verdicts, feedback="请看各条。", by=by
        )

    return SimpleNamespace(begin=begin, hand_in=hand_in, review=review)
