"""Operators post people, open programmes and cohorts in Wagtail's admin."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import Cohort, Programme
from organizations.models import Posting
from organizations.roles import Role
from tests.factories import UserFactory, plant_framework, plant_module, plant_programme


@pytest.fixture
def operator(client, db):
    operator = UserFactory(is_superuser=True)
    client.force_login(operator)
    return operator


def test_an_operator_makes_somebody_an_assessor(client, operator, school, teacher):
    response = client.post(
        reverse("postings:add"),
        {
            "person": teacher.pk,
            "organization": school.pk,
            "role": Role.ASSESSOR,
            "title": "教研组长",
            "started_on": timezone.localdate().isoformat(),
        },
    )

    assert response.status_code == 302
    assert Posting.objects.get(person=teacher, role=Role.ASSESSOR).organization == school


def test_an_operator_opens_a_programme(client, operator):
    module = plant_module("M02")
    response = client.post(
        reverse("programmes:add"),
        {
            "title": "2027年春季研修",
            "slug": "spring-2027",
            "framework": plant_framework().pk,
            "modules": [module.pk],
            "starts_on": "2027-03-01",
            "ends_on": "2027-07-01",
            "online_hours": "3",
            "practice_hours": "5",
            "hours_per_capability": "5",
        },
    )

    assert response.status_code == 302
    assert Programme.objects.get(slug="spring-2027").modules.get() == module


def test_an_operator_opens_a_cohort_for_a_school(client, operator, school):
    programme = plant_programme([plant_module("M02")])

    response = client.post(
        reverse("cohorts:add"),
        {"programme": programme.pk, "school": school.pk, "due_on": "2027-06-30", "environment": "A"},
    )

    assert response.status_code == 302
    assert Cohort.objects.get().school == school


@pytest.mark.parametrize(
    "name", ["postings:index", "programmes:index", "cohorts:index", "person_chooser:choose"]
)
def test_the_admin_pages_open(client, operator, teacher, name):
    assert client.get(reverse(name)).status_code == 200
