from __future__ import annotations

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from courses.actions import answer_self_check, enrol_school
from courses.models import LessonPage
from tests.factories import plant_module, plant_programme, plant_rule_pack, post
from tracking.models import Standing

RIGHT = {"q1": ["q1a"]}


@pytest.fixture
def cohort(school):
    programme = plant_programme([plant_module("M02", lessons=2, questions=1)])
    plant_rule_pack(programme)
    return programme.cohorts.create(school=school, due_on=programme.ends_on)


def people_the_cohort(cohort, size: int, by) -> list:
    people = [post(cohort.school, name=f"田{chr(0x4E00 + n)}") for n in range(size)]
    enrol_school(cohort=cohort, by=by)
    call_command("rebuild_standings", stdout=io.StringIO())
    return people


def screen(client, cohort, **filters) -> list[list[str]]:
    page = client.get(reverse("tracking:cohort", args=[cohort.pk]), filters)
    rows = [(name, re.findall(r">([^<]*)</td>", cells)) for name, cells in page.context["rows"]]
    return [[name, *("" if cell == "–" else cell for cell in cells)] for name, cells in rows]


@pytest.mark.parametrize("size", [3, 30, 300])
def test_the_school_page_and_its_export_cost_the_same_for_any_school(client, cohort, lead, size):
    people_the_cohort(cohort, size, by=lead)
    client.force_login(lead)

    with CaptureQueriesContext(connection) as page:
        client.get(reverse("tracking:cohort", args=[cohort.pk]))
    with CaptureQueriesContext(connection) as export:
        client.get(reverse("tracking:cohort_export", args=[cohort.pk]))

    assert (len(page), len(export)) == (6, 4)


def test_the_export_equals_the_screen(client, cohort, lead):
    people_the_cohort(cohort, 5, by=lead)
    client.force_login(lead)

    export = client.get(reverse("tracking:cohort_export", args=[cohort.pk]), {"words": "田"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(export.content)).get_sheet_by_index(0).to_python()

    assert sheet[2:] == screen(client, cohort, words="田")
    assert len(sheet[2:]) == 5


def test_a_name_that_looks_like_a_formula_stays_a_name(client, cohort, lead):
    people_the_cohort(cohort, 1, by=lead)
    Standing.objects.first().enrollment.cohort.school.postings.first().person.__class__.objects.filter(
        name__startswith="田"
    ).update(name="=1+1")
    client.force_login(lead)

    export = client.get(reverse("tracking:cohort_export", args=[cohort.pk]))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(export.content)).get_sheet_by_index(0).to_python()

    assert "=1+1" in [row[0] for row in sheet]


def test_who_has_most_left_to_do_comes_first(client, cohort, lead, django_capture_on_commit_callbacks):
    slow, quick = people_the_cohort(cohort, 2, by=lead)
    lead.enrollments.update(left_at="2026-01-01T00:00:00Z")
    with django_capture_on_commit_callbacks(execute=True):
        for lesson in LessonPage.objects.all():
            answer_self_check(lesson=lesson, answers=RIGHT, by=quick)
    client.force_login(lead)

    assert [row[:3] for row in screen(client, cohort)] == [
        [slow.name, slow.number, "0/2"],
        [quick.name, quick.number, "2/2"],
    ]


def test_the_filter_narrows_the_page(client, cohort, lead):
    people_the_cohort(cohort, 3, by=lead)
    client.force_login(lead)

    assert len(screen(client, cohort, show="behind")) == 4
    assert screen(client, cohort, show="certified") == []
    assert screen(client, cohort, words="没有这个人") == []


def test_a_lesson_shows_on_the_school_page_at_once(cohort, teacher, lead, django_capture_on_commit_callbacks):
    enrol_school(cohort=cohort, by=lead)
    with django_capture_on_commit_callbacks(execute=True):
        answer_self_check(lesson=LessonPage.objects.first(), answers=RIGHT, by=teacher)

    standing = Standing.objects.get(enrollment__learner=teacher)
    assert (standing.lessons_done, standing.lessons_total, float(standing.online_hours)) == (1, 2, 0.5)


def test_a_rollup_that_is_off_is_found_and_mended(cohort, teacher, lead):
    enrol_school(cohort=cohort, by=lead)
    call_command("rebuild_standings", stdout=io.StringIO())
    Standing.objects.filter(enrollment__learner=teacher).update(lessons_done=7)
    report = io.StringIO()

    with pytest.raises(CommandError):
        call_command("rebuild_standings", "--check", stdout=report)
    call_command("rebuild_standings", stdout=io.StringIO())
    call_command("rebuild_standings", "--check", stdout=io.StringIO())

    assert "lessons_done" in report.getvalue()


def test_a_lead_enrols_the_whole_school(client, cohort, teacher, lead, outsider):
    client.force_login(lead)

    client.post(reverse("tracking:enrol", args=[cohort.pk]))

    assert {enrollment.learner for enrollment in cohort.enrollments.all()} == {teacher, lead}


@pytest.mark.parametrize("size", [1, 20])
def test_the_list_of_schools_costs_the_same_for_any_county(client, county_lead, county, cohort, size):
    for _ in range(size):
        plant_programme([]).cohorts.create(school=cohort.school, due_on=cohort.due_on)
    client.force_login(county_lead)

    with CaptureQueriesContext(connection) as found:
        client.get(reverse("tracking:cohorts"))

    assert len(found) == 4
