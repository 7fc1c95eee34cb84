from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone, translation

from courses import queries
from courses.models import Bookmark, Completion, HoursEntry, LessonPage, ModulePage, SelfCheck, Tool
from courses.queries import Hours

from ..factories import plant_module, plant_programme, post

pytestmark = pytest.mark.django_db


def test_modules_and_lessons_come_in_order_and_published_only(db):
    second, first = plant_module("M03", lessons=3), plant_module("M02", lessons=2)
    plant_module("M04").unpublish()
    LessonPage.objects.get(slug="m03-2").unpublish()

    lines = queries.module_lines()

    assert [line.module for line in lines] == [first, second]
    assert [[lesson.position for lesson in line.lessons] for line in lines] == [[1, 2], [1, 3]]
    assert lines[1].hours == Decimal("1.0")
    assert {lesson.module_code for lesson in lines[1].lessons} == {"M03"}


def test_a_programme_has_its_own_modules_only(module):
    plant_module("M03")

    assert [
        line.module for line in queries.programme_lines(plant_programme([module]), queries.edition())
    ] == [module]


@pytest.mark.parametrize("size", [3, 30])
def test_the_catalogue_costs_two_queries_whatever_its_size(size, django_assert_num_queries):
    for number in range(size):
        plant_module(f"M{number:02}")

    with django_assert_num_queries(2):
        assert len(queries.module_lines()) == size


@pytest.mark.parametrize("size", [3, 30])
def test_progress_of_many_costs_one_query_each(size, cohort, school, lesson, django_assert_num_queries):
    people = [post(school) for _ in range(size)]
    enrollments = [cohort.enrollments.create(learner=person) for person in people]
    for enrollment in enrollments:
        Completion.objects.create(learner=enrollment.learner, lesson=lesson)
        enrollment.hours_entries.create(kind=HoursEntry.Kind.ONLINE, hours="0.5", source="lesson:1")

    with django_assert_num_queries(1):
        done = queries.lessons_done([person.pk for person in people], [lesson.pk])
    with django_assert_num_queries(1):
        hours = queries.hours_earned([enrollment.pk for enrollment in enrollments])

    assert done == {person.pk: {lesson.pk} for person in people}
    assert hours == {enrollment.pk: Hours(online=Decimal("0.5")) for enrollment in enrollments}


def test_hours_are_summed_by_kind(cohort, teacher):
    enrollment = cohort.enrollments.create(learner=teacher)
    for source, kind, hours in [("a", "online", "1"), ("b", "online", "-0.5"), ("c", "practice", "5")]:
        enrollment.hours_entries.create(source=source, kind=kind, hours=hours)

    assert queries.hours_earned([enrollment.pk]) == {enrollment.pk: Hours(Decimal("0.5"), Decimal(5))}


def test_the_next_lesson_is_the_one_opened_last_unless_it_is_done(module, teacher):
    lines = queries.module_lines()
    first, second = lines[0].lessons
    assert queries.last_opened(teacher, lines) is None
    Bookmark.objects.create(learner=teacher, lesson_id=second.pk)
    opened = queries.last_opened(teacher, lines)

    assert opened == second
    assert queries.next_lesson(lines, set()) == first
    assert queries.next_lesson(lines, set(), opened) == second
    assert queries.next_lesson(lines, {second.pk}, opened) == first
    assert queries.next_lesson(lines, {first.pk, second.pk}, opened) is None


def test_once_a_check_was_passed_a_later_failure_does_not_hide_it(lesson, teacher):
    def check(passed: bool) -> SelfCheck:
        return SelfCheck.objects.create(
            learner=teacher, lesson=lesson, answers={}, right=0, total=1, passed=passed
        )

    assert queries.latest_check(teacher, lesson.pk) is None
    check(False)
    second = check(False)
    assert queries.latest_check(teacher, lesson.pk) == second
    passed = check(True)
    check(False)
    assert queries.latest_check(teacher, lesson.pk) == passed


def test_every_change_of_a_page_or_a_tool_makes_another_edition(lesson):
    editions = [queries.edition()]
    lesson.save_revision().publish()
    editions.append(queries.edition())
    tool = Tool.objects.create(name="甲", checked_on=timezone.localdate())
    editions.append(queries.edition())
    tool.save()
    editions.append(queries.edition())
    lesson.unpublish()
    editions.append(queries.edition())

    assert len(set(editions)) == len(editions)


def test_only_those_who_have_not_left_are_enrolled(cohort, module, teacher):
    enrollment = cohort.enrollments.create(learner=teacher)
    assert queries.active_enrollments(teacher, module) == [enrollment]

    enrollment.left_at = timezone.now()
    enrollment.save()
    assert queries.active_enrollments(teacher, module) == []


@pytest.mark.parametrize(("language", "heading"), [("en", "Checks"), ("zh-hans", "M02第1课")])
def test_titles_are_in_the_readers_language(lesson, language, heading):
    LessonPage.objects.filter(pk=lesson.pk).update(title_en="Checks")
    with translation.override(language):
        [line] = queries.module_lines()
        assert line.lessons[0].heading == LessonPage.objects.get(pk=lesson.pk).heading == heading
        assert line.lessons[1].heading == "M02第2课"


def test_a_due_date_counts_whole_days_and_lasts_to_its_end(cohort):
    cohort.due_on = timezone.localdate()

    assert cohort.days_left == 0
    assert timezone.localtime(cohort.due_at).strftime("%H:%M") == "23:59"
    assert timezone.localtime(cohort.due_at).date() == cohort.due_on


def test_a_module_knows_its_lessons_place(lesson, module):
    assert ModulePage.objects.get(path=lesson.module_path) == module == lesson.module
