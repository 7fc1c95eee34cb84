"""Enrolment, self-checks, completions and hours."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import registry

from courses import actions
from courses.models import Bookmark, Completion, Enrollment, HoursEntry, LessonPage, SelfCheck
from courses.signals import learner_progressed

from ..factories import plant_module, plant_programme, post, self_check

pytestmark = pytest.mark.django_db

RIGHT, WRONG = {"q1": ["q1a"]}, {"q1": ["q1b"]}


@pytest.fixture
def enrolled(cohort, teacher, lead) -> Enrollment:
    return actions.enrol(cohort=cohort, learner=teacher, by=lead)


@pytest.fixture
def news():
    """The learners that the signal told of."""
    heard = []

    def hear(learner, **_) -> None:
        heard.append(learner)

    learner_progressed.connect(hear)
    yield heard
    learner_progressed.disconnect(hear)


def answer(lesson, learner, answers=RIGHT) -> SelfCheck:
    return actions.answer_self_check(lesson=lesson, answers=answers, by=learner)


def hours_of(enrollment: Enrollment) -> list[tuple[str, Decimal, str]]:
    return list(enrollment.hours_entries.order_by("pk").values_list("kind", "hours", "note"))


def test_passing_the_self_check_completes_the_lesson(lesson, enrolled, teacher):
    check = answer(lesson, teacher)

    assert (check.passed, check.right, check.total, check.answers) == (True, 1, 1, RIGHT)
    assert list(Completion.objects.values_list("learner", "lesson")) == [(teacher.pk, lesson.pk)]
    assert hours_of(enrolled) == [("online", Decimal("0.5"), "M02第1课")]


def test_failing_it_keeps_the_answers_and_completes_nothing(lesson, enrolled, teacher):
    check = answer(lesson, teacher, WRONG)

    assert (check.passed, check.right, check.total, check.answers) == (False, 0, 1, WRONG)
    assert not Completion.objects.exists()
    assert hours_of(enrolled) == []


def test_a_lesson_may_be_tried_until_it_is_passed(lesson, enrolled, teacher):
    assert [answer(lesson, teacher, answers).passed for answers in (WRONG, WRONG, RIGHT)] == [
        False,
        False,
        True,
    ]
    assert Completion.objects.count() == 1


def test_passing_again_counts_nothing_twice(lesson, enrolled, teacher):
    for answers in (RIGHT, RIGHT, WRONG, RIGHT):
        answer(lesson, teacher, answers)

    assert Completion.objects.count() == 1
    assert len(hours_of(enrolled)) == 1


def test_opening_a_lesson_completes_nothing(lesson, enrolled, teacher):
    actions.open_lesson(lesson_id=lesson.pk, by=teacher)
    actions.move_bookmark(lesson_id=lesson.pk, section="part-9", by=teacher)

    assert not Completion.objects.exists()
    assert hours_of(enrolled) == []


@pytest.mark.parametrize(("share", "passed"), [("0.8", False), ("0.75", True), ("1", False)])
def test_the_share_needed_to_pass_is_the_bureaus(lesson, teacher, settings, share, passed):
    settings.SELF_CHECK_PASS_SHARE = Decimal(share)
    lesson.body = [self_check(4)]
    lesson.save()
    lesson = LessonPage.objects.get(pk=lesson.pk)
    answers = {"q1": ["q1a"], "q2": ["q2a"], "q3": ["q3a"], "q4": ["q4c"]}

    assert answer(lesson, teacher, answers).passed is passed


def test_a_learner_without_enrolment_completes_without_hours(lesson, teacher):
    answer(lesson, teacher)

    assert Completion.objects.count() == 1
    assert not HoursEntry.objects.exists()


def test_hours_count_in_each_programme_that_has_the_module(lesson, enrolled, module, school, teacher, lead):
    other = plant_programme([module]).cohorts.create(school=school, due_on=timezone.localdate())
    foreign = plant_programme([plant_module("M03")]).cohorts.create(
        school=school, due_on=timezone.localdate()
    )
    second, third = (actions.enrol(cohort=cohort, learner=teacher, by=lead) for cohort in (other, foreign))

    answer(lesson, teacher)

    assert [len(hours_of(enrollment)) for enrollment in (enrolled, second, third)] == [1, 1, 0]


def test_a_lesson_of_no_hours_writes_none(lesson, enrolled, teacher):
    LessonPage.objects.update(hours=0)

    answer(LessonPage.objects.get(pk=lesson.pk), teacher)

    assert hours_of(enrolled) == []


def test_enrolling_counts_what_was_completed_before_once(lesson, cohort, teacher, lead):
    foreign = LessonPage.objects.child_of(plant_module("M03")).get()
    answer(lesson, teacher)
    answer(foreign, teacher)

    enrollment = actions.enrol(cohort=cohort, learner=teacher, by=lead)
    actions.enrol(cohort=cohort, learner=teacher, by=lead)

    assert hours_of(enrollment) == [("online", Decimal("0.5"), "M02第1课")]


def test_enrolling_is_logged_with_who_did_it(enrolled, lead):
    [entry] = registry.get_logs_for_instance(enrolled)

    assert (entry.action, entry.user) == ("courses.enrol", lead)


def test_who_left_comes_back_with_all_hours(lesson, enrolled, cohort, teacher, lead):
    answer(lesson, teacher)
    Enrollment.objects.update(left_at=timezone.now())
    second = LessonPage.objects.get(position=2)
    answer(second, teacher)
    assert len(hours_of(enrolled)) == 1

    again = actions.enrol(cohort=cohort, learner=teacher, by=lead)

    assert (again.pk, again.left_at) == (enrolled.pk, None)
    assert [note for *_, note in hours_of(enrolled)] == ["M02第1课", "M02第2课"]


def test_a_school_is_enrolled_whole_and_once(cohort, school, other_school, teacher, lead, outsider):
    colleague = post(school)
    former = post(school)
    former.postings.update(started_on=timezone.localdate() - timedelta(days=9), ended_on=timezone.localdate())
    actions.enrol(cohort=cohort, learner=teacher, by=lead)

    assert actions.enrol_school(cohort=cohort, by=lead) == 2
    assert actions.enrol_school(cohort=cohort, by=lead) == 0
    assert {enrollment.learner for enrollment in Enrollment.objects.all()} == {teacher, lead, colleague}


def test_enrolling_a_school_takes_those_back_who_left(cohort, enrolled, lead):
    Enrollment.objects.update(left_at=timezone.now())

    assert actions.enrol_school(cohort=cohort, by=lead) == 2
    enrolled.refresh_from_db()
    assert enrolled.left_at is None


@pytest.mark.parametrize("size", [3, 30])
def test_enrolling_costs_the_same_for_any_number_of_foreign_lessons(
    size, cohort, teacher, lead, django_assert_num_queries
):
    for lesson in LessonPage.objects.child_of(plant_module("M20", lessons=size)):
        Completion.objects.create(learner=teacher, lesson=lesson)

    with django_assert_num_queries(14):
        actions.enrol(cohort=cohort, learner=teacher, by=lead)


def test_news_is_told_once_and_after_the_commit(
    lesson, enrolled, teacher, news, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer(lesson, teacher)
        assert news == []
    assert news == [teacher]

    with django_capture_on_commit_callbacks(execute=True):
        answer(lesson, teacher)
    assert news == [teacher]


def test_a_failed_check_is_no_news(lesson, teacher, news, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer(lesson, teacher, WRONG)

    assert news == []


def test_a_completion_taken_back_is_no_news(lesson, teacher, news, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        answer(lesson, teacher)
        transaction.set_rollback(True)

    assert news == []
    assert not SelfCheck.objects.exists()


def test_a_fault_in_who_hears_it_does_not_undo_the_lesson(
    lesson, enrolled, teacher, news, caplog, django_capture_on_commit_callbacks
):
    def stumble(**_) -> None:
        raise LookupError("a fault higher up")

    learner_progressed.connect(stumble)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            answer(lesson, teacher)
    finally:
        learner_progressed.disconnect(stumble)

    assert Completion.objects.count() == 1
    assert news == [teacher]
    assert "a fault higher up" in caplog.text


def test_a_bookmark_moves_along(lesson, teacher):
    actions.move_bookmark(lesson_id=lesson.pk, section="part-2", by=teacher)
    actions.move_bookmark(lesson_id=lesson.pk, section="part-4", by=teacher)

    assert actions.open_lesson(lesson_id=lesson.pk, by=teacher).section == "part-4"
    assert Bookmark.objects.count() == 1


def test_reading_on_within_minutes_writes_nothing(lesson, teacher, django_assert_num_queries):
    actions.open_lesson(lesson_id=lesson.pk, by=teacher)
    with django_assert_num_queries(1):
        actions.open_lesson(lesson_id=lesson.pk, by=teacher)

    long_ago = timezone.now() - timedelta(days=1)
    Bookmark.objects.update(at=long_ago)
    assert actions.open_lesson(lesson_id=lesson.pk, by=teacher).at > long_ago
