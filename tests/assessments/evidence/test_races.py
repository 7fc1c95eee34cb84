"""Two assessors, or one author's two clicks, at once. Each twin takes the lock away and collides."""

from django.db import IntegrityError

from assessments.evidence import actions, rules
from assessments.evidence.models import EvidenceFile, Review, Submission
from organizations.roles import Role
from tests.factories import post
from tests.racing import RACES, at_once, meet_before

from .conftest import upload

pytestmark = RACES


def two_verdicts(evidence, school) -> list:
    submission, colleague = evidence.hand_in(), post(school, Role.ASSESSOR)
    return at_once(
        lambda: evidence.review(submission),
        lambda: evidence.review(submission, misses=rules.PASS, by=colleague),
    )


def test_of_two_verdicts_at_once_one_counts(evidence, school, monkeypatch):
    meet_before(monkeypatch, rules, "grade_of_capability")

    outcomes = two_verdicts(evidence, school)

    assert sum(isinstance(outcome, actions.AlreadyReviewed) for outcome in outcomes) == 1
    review, submission = Review.objects.get(), Submission.objects.get()
    assert submission.status == ("returned" if review.grade == "fail" else "graded")


def test_without_the_lock_two_verdicts_collide(evidence, school, monkeypatch, no_locks):
    meet_before(monkeypatch, rules, "grade_of_capability")

    outcomes = two_verdicts(evidence, school)

    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 1


def two_files(capability, teacher) -> list:
    submission = actions.begin(capability=capability, by=teacher)
    plan = capability.evidence_tasks.get(key="plan")
    sent = [upload(plan, content) for content in (b"1", b"2")]
    return at_once(
        *(
            lambda file=file: actions.attach(submission=submission, task=plan, upload=file, by=teacher)
            for file in sent
        )
    )


def test_of_two_files_at_once_the_later_stays(capability, teacher, monkeypatch, settings):
    meet_before(monkeypatch, EvidenceFile.objects, "create")

    outcomes = two_files(capability, teacher)

    kept = EvidenceFile.objects.get()
    assert kept in outcomes
    assert [path.name for path in settings.PRIVATE_ROOT.glob("evidence/*")] == [kept.file.name.split("/")[1]]


def test_without_the_lock_two_files_collide_and_none_is_left_over(
    capability, teacher, monkeypatch, no_locks, settings
):
    meet_before(monkeypatch, EvidenceFile.objects, "create")

    outcomes = two_files(capability, teacher)

    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 1
    assert len(list(settings.PRIVATE_ROOT.glob("evidence/*"))) == EvidenceFile.objects.count() == 1


def test_evidence_begun_twice_at_once_is_one(capability, teacher):
    drafts = at_once(*[lambda: actions.begin(capability=capability, by=teacher)] * 4)

    assert set(drafts) == {Submission.objects.get()}
