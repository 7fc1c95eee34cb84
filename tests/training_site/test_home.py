from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.actions import enrol
from tests.factories import CertificateFactory, plant_module, plant_programme, plant_rule_pack


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


def in_days(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "words"),
    [(91, ""), (90, "is valid until"), (0, "is valid until"), (-1, "has expired on"), (-91, "")],
)
@pytest.mark.parametrize("takes_part", [True, False])
def test_home_reminds_of_what_ends_in_one_line(client, teacher, days, words, takes_part):
    if takes_part:
        enrolled(teacher, 1, 1)
    CertificateFactory(learner=teacher, expires_on=in_days(days))
    client.force_login(teacher)

    page = client.get(reverse("home")).content.decode()

    assert page.count("see what to do") == bool(words)
    assert words in page


def test_home_reminds_of_what_ends_first(client, teacher):
    pack = plant_rule_pack(plant_programme(), title="续证", valid_months=36, renewal_months=12)
    CertificateFactory(learner=teacher, rule_pack=pack, expires_on=in_days(300))
    client.force_login(teacher)
    alone = client.get(reverse("home")).context["ending"]

    soonest = CertificateFactory(learner=teacher, expires_on=in_days(30))

    assert alone.rule_pack == pack
    assert client.get(reverse("home")).context["ending"] == soonest


def test_nobody_is_reminded_at_home_of_what_is_suspended_or_seen_to(client, teacher):
    CertificateFactory(learner=teacher, expires_on=in_days(3), status="suspended")
    old = CertificateFactory(learner=teacher, expires_on=in_days(3))
    CertificateFactory(learner=teacher, programme=old.rule_pack.programme, replaces=old, status="approved")
    client.force_login(teacher)

    assert client.get(reverse("home")).context["ending"] is None


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
