"""Where people are signed in."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

PASSWORD = "guanzhong-1949"


@pytest.fixture
def person(teacher):
    teacher.set_password(PASSWORD)
    teacher.save()
    return teacher


def sign_in(person) -> tuple[Client, int]:
    """A browser in which the person is signed in, and how many queries the login took."""
    client = Client()
    with CaptureQueriesContext(connection) as found:
        response = client.post(reverse("account_login"), {"login": person.number, "password": PASSWORD})
    assert response.status_code == 302
    return client, len(found)


def listed(person) -> set[str]:
    return set(UserSession.objects.filter(user=person).values_list("session_key", flat=True))


def test_each_login_is_listed(person):
    clients = [sign_in(person)[0] for _ in range(2)]

    assert listed(person) == {client.session.session_key for client in clients}


def test_a_login_costs_the_same_however_often_one_is_signed_in(person):
    costs = [sign_in(person)[1] for _ in range(5)]

    assert costs[1:] == [costs[1]] * 4


def test_a_login_takes_sessions_off_the_list_that_have_ended(person, lead):
    ended = sign_in(person)[0].session.session_key
    Session.objects.filter(session_key=ended).delete()
    UserSession.objects.create(user=lead, session_key="another's", ip="127.0.0.1")

    client = sign_in(person)[0]

    assert listed(person) == {client.session.session_key}
    assert listed(lead) == {"another's"}
