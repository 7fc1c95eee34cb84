"""The way of evidence: begun, handed in, returned or graded, and what each step leaves behind."""

from pathlib import Path

import pytest
from wagtail.log_actions import registry

from assessments.evidence import actions, rules
from assessments.evidence.models import EvidenceFile, EvidenceTask, IndicatorMark, Review, Submission
from assessments.evidence.queries import tasks_of
from courses.actions import enrol
from courses.models import HoursEntry
from organizations.roles import Role
from tests.factories import plant_programme, plant_school, post

from .conftest import upload


@pytest.fixture
def plan(capability) -> EvidenceTask:
    return capability.evidence_tasks.get(key="plan")


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Runs what waits for the commit, as on the site."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def stored(file: EvidenceFile) -> Path:
    return Path(file.file.path)


def graded_hours(programme, learner) -> list[tuple]:
    entries = HoursEntry.objects.filter(enrollment__cohort__programme=programme, enrollment__learner=learner)
    return list(entries.values_list("kind", "hours", "note"))


def test_evidence_is_begun_once(capability, teacher):
    first = actions.begin(capability=capability, by=teacher)

    assert actions.begin(capability=capability, by=teacher) == first
    assert (first.status, first.round) == ("draft", 1)


def test_a_file_is_kept_under_a_name_that_tells_nothing(capability, teacher, plan):
    submission = actions.begin(capability=capability, by=teacher)

    file = actions.attach(submission=submission, task=plan, upload=upload(plan), by=teacher)

    assert (file.name, file.size, file.round) == ("教学设计.pdf", 9, 1)
    assert stored(file).read_bytes() == b"%PDF-1.7\n"
    assert (len(stored(file).stem), stored(file).suffix) == (32, ".pdf")


def test_a_second_file_takes_the_place_of_the_first(capability, teacher, plan, commit):
    submission = actions.begin(capability=capability, by=teacher)
    first = actions.attach(submission=submission, task=plan, upload=upload(plan), by=teacher)
    with commit():
        second = actions.attach(submission=submission, task=plan, upload=upload(plan, b"2"), by=teacher)

    assert list(submission.files.all()) == [second]
    assert (stored(first).exists(), stored(second).exists()) == (False, True)


def test_a_file_that_could_not_be_put_down_is_not_left_on_the_disk(evidence, teacher, plan, settings):
    submission = evidence.hand_in()

    with pytest.raises(actions.NotOpen):
        actions.attach(submission=submission, task=plan, upload=upload(plan, b"late"), by=teacher)

    kept = {stored(file) for file in submission.files.all()}
    assert set(Path(settings.PRIVATE_ROOT).glob("evidence/*")) == kept


def test_nobody_puts_a_file_to_anothers_evidence(evidence, outsider, plan):
    with pytest.raises(Submission.DoesNotExist):
        actions.attach(submission=evidence.begin(), task=plan, upload=upload(plan), by=outsider)


def test_what_is_missing_is_named(capability, teacher, plan):
    submission = actions.begin(capability=capability, by=teacher)
    with pytest.raises(actions.Incomplete) as nothing_there:
        actions.hand_in(submission=submission, reflection="…", by=teacher)
    actions.attach(submission=submission, task=plan, upload=upload(plan), by=teacher)
    with pytest.raises(actions.Incomplete) as photo_missing:
        actions.hand_in(submission=submission, reflection="…", by=teacher)

    assert nothing_there.value.args == ("教学设计", "课堂照片")
    assert photo_missing.value.args == ("课堂照片",)
    submission.refresh_from_db()
    assert (submission.status, submission.reflection) == ("draft", "")


def test_a_retired_task_is_not_asked_for(capability, teacher, plan):
    capability.evidence_tasks.exclude(pk=plan.pk).update(retired=True)
    submission = actions.begin(capability=capability, by=teacher)
    actions.attach(submission=submission, task=plan, upload=upload(plan), by=teacher)

    assert actions.hand_in(submission=submission, reflection="…", by=teacher).status == "submitted"


def test_handing_in_is_written_to_the_log(evidence, teacher):
    submission = evidence.hand_in()

    assert (submission.status, submission.reflection) == ("submitted", "先提问，后放短片。")
    [entry] = registry.get_logs_for_instance(submission)
    assert (entry.action, entry.user, entry.data) == ("evidence.hand_in", teacher, {"round": 1})
    assert entry.message == "Evidence handed in"


def test_evidence_is_handed_in_once(evidence, teacher):
    submission = evidence.hand_in()

    with pytest.raises(actions.NotOpen):
        actions.hand_in(submission=submission, reflection="改了。", by=teacher)


@pytest.mark.parametrize(
    ("misses", "grade", "status"),
    [("", "excellent", "graded"), (rules.EXCELLENT, "pass", "graded"), (rules.PASS, "fail", "returned")],
)
def test_the_verdict_follows_the_marks(evidence, assessor, misses, grade, status):
    submission = evidence.hand_in()

    review = evidence.review(submission, misses=misses)

    submission.refresh_from_db()
    assert (review.grade, review.reviewer, review.feedback) == (grade, assessor, "请看各条。")
    assert (submission.status, submission.grade) == (status, grade if status == "graded" else "")
    assert [mark.met for mark in review.marks.order_by("indicator__position")] == [
        level != misses for level in (rules.PASS, rules.EXCELLENT)
    ]


def test_the_worst_task_decides(capability, evidence, teacher, plan):
    second = EvidenceTask.objects.create(
        capability=capability, key="clip", position=3, title="片段", formats=["pdf"], max_mb=20
    )
    for indicator in plan.indicators.all():
        second.indicators.create(level=indicator.level, position=indicator.position, text=indicator.text)
    submission = evidence.hand_in()
    verdicts = {
        indicator.pk: actions.Verdict(met=task == plan, comment="")
        for task in tasks_of(capability)
        for indicator in task.live_indicators
    }

    review = actions.review(
        submission=submission, round_=1, verdicts=verdicts, feedback="", by=post(teacher.school)
    )

    assert review.grade == "fail"


def test_a_verdict_is_written_to_the_log(evidence, assessor):
    submission = evidence.hand_in()
    evidence.review(submission, misses=rules.EXCELLENT)

    [entry] = [
        entry for entry in registry.get_logs_for_instance(submission) if entry.action == "evidence.review"
    ]
    assert (entry.user, entry.data, entry.message) == (
        assessor,
        {"round": 1, "grade": "pass"},
        "Evidence marked",
    )


def test_a_round_is_marked_once(evidence, school):
    submission = evidence.hand_in()
    evidence.review(submission)

    with pytest.raises(actions.AlreadyReviewed):
        evidence.review(submission, misses=rules.PASS, by=post(school, Role.ASSESSOR))
    assert (Review.objects.count(), IndicatorMark.objects.count()) == (1, 2)


def test_a_verdict_on_an_earlier_round_is_refused(evidence, teacher):
    stale = evidence.hand_in()
    evidence.review(stale, misses=rules.PASS)
    actions.hand_in(submission=stale, reflection="补了。", by=teacher)

    with pytest.raises(actions.AlreadyReviewed):
        evidence.review(stale)
    assert (Review.objects.count(), Submission.objects.get().status) == (1, "submitted")


def test_a_draft_cannot_be_marked(evidence):
    with pytest.raises(actions.AlreadyReviewed):
        evidence.review(evidence.begin())


def test_what_is_returned_starts_the_next_round_with_its_files(evidence, teacher):
    submission = evidence.hand_in()
    evidence.review(submission, misses=rules.PASS)

    submission.refresh_from_db()
    first, second = (submission.files.filter(round=number).order_by("task") for number in (1, 2))
    assert (submission.round, submission.is_open, second.count()) == (2, True, 2)
    assert [(f.file.name, f.sha256, f.uploaded_at) for f in first] == [
        (f.file.name, f.sha256, f.uploaded_at) for f in second
    ]
    assert actions.hand_in(submission=submission, reflection="补了。", by=teacher).status == "submitted"


def test_replacing_a_carried_file_keeps_the_one_that_was_marked(evidence, teacher, plan, commit):
    submission = evidence.hand_in()
    evidence.review(submission, misses=rules.PASS)
    submission.refresh_from_db()
    marked = submission.files.get(task=plan, round=1)
    with commit():
        once = actions.attach(submission=submission, task=plan, upload=upload(plan, b"2"), by=teacher)
    with commit():
        twice = actions.attach(submission=submission, task=plan, upload=upload(plan, b"3"), by=teacher)

    assert stored(marked).read_bytes() == b"%PDF-1.7\n"
    assert (stored(once).exists(), stored(twice).exists()) == (False, True)
    assert list(submission.files.filter(task=plan).order_by("round")) == [marked, twice]


def test_practice_hours_are_credited_once_in_each_programme(evidence, school, teacher, commit):
    first, second = (plant_programme(hours_per_capability=hours) for hours in (5, 3))
    for programme in (first, second):
        cohort = programme.cohorts.create(school=school, due_on=programme.ends_on)
        cohort.enrollments.create(learner=teacher)
    with commit():
        evidence.review(evidence.hand_in())
    again = actions.credit_practice(learner=teacher)

    assert graded_hours(first, teacher) == [("practice", 5, "A5 微能力A5")]
    assert graded_hours(second, teacher) == [("practice", 3, "A5 微能力A5")]
    assert again == 0


def test_what_was_returned_credits_nothing(evidence, school, teacher):
    programme = plant_programme()
    programme.cohorts.create(school=school, due_on=programme.ends_on).enrollments.create(learner=teacher)

    evidence.review(evidence.hand_in(), misses=rules.PASS)

    assert graded_hours(programme, teacher) == []


def test_what_was_shown_before_counts_after_a_transfer(evidence, county, teacher, lead, commit):
    evidence.review(evidence.hand_in())
    programme = plant_programme(hours_per_capability=5)
    elsewhere = plant_school(county, "渭滨区第三小学", code="3161000003")
    cohort = programme.cohorts.create(school=elsewhere, due_on=programme.ends_on)
    with commit():
        enrol(cohort=cohort, learner=teacher, by=lead)

    assert graded_hours(programme, teacher) == [("practice", 5, "A5 微能力A5")]
