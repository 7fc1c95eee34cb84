from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.actions import enrol
from tests.factories import plant_module, plant_programme, plant_rule_pack


def enrolled(teacher, modules: int, lessons: int):
    programme = plant_programme(
        [plant_module(f"M{number:02}", lessons=lessons, questions=1) for number in range(1, modules + 1)]
    )
    plant_rule_pack(programme)
    cohort = programme.cohorts.create(school=teacher.school, due_on=programme.ends_on)
    return enrol(cohort=cohort, learner=teacher, by=teacher)


def test_a_visitor_sees_the_front_page_without_a_query(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(reverse("home"))

    assert response.status_code == 200


def test_somebody_without_a_programme_is_shown_the_courses(client, teacher):
    client.force_login(teacher)

    response = client.get(reverse("home"))

    assert response.context["plan"] is None
    assert reverse("courses:catalogue") in response.content.decode()


@pytest.mark.parametrize(("modules", "lessons"), [(1, 1), (5, 4)])
def test_home_costs_the_same_for_any_programme(client, teacher, modules, lessons):
    enrolled(teacher, modules, lessons)
    client.force_login(teacher)

    with CaptureQueriesContext(connection) as found:
        client.get(reverse("home"))

    assert len(found) <= 20


def test_home_says_what_is_left(client, teacher):
    enrolled(teacher, 1, 2)
    client.force_login(teacher)

    response = client.get(reverse("home"))

    plan = response.context["plan"]
    assert (plan.step.kind, plan.step.target, plan.lesson.position) == ("lesson", "M01", 1)
    assert {line.kind for line in plan.missing} == {"online_hours", "capabilities", "dimensions", "quizzes"}
    assert reverse("courses:lesson", args=["M01", 1]) in response.content.decode()


@pytest.mark.parametrize("name", ["home", "me"])
def test_the_language_follows_the_reader(client, teacher, name):
    client.force_login(teacher)
    client.cookies["django_language"] = "zh-hans"

    response = client.get(reverse(name))

    assert '<html lang="zh-hans">' in response.content.decode()


def test_health_is_told_without_signing_in(client, db):
    assert client.get(reverse("healthz")).content == b"ok"


def test_a_form_from_an_old_page_is_refused_with_a_way_on(db):
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "x"})

    assert response.status_code == 403
    assert "Load the page again" in response.content.decode()
