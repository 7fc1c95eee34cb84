"""A lasting connection that the server has ended is noticed before it is used."""

import pytest
from django.db import connection

pytestmark = [pytest.mark.production, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def end_from_outside() -> None:
    """Let the server end this thread's connection, as a restart would."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
            assert cursor.fetchone() == (True,)
    finally:
        other.close()


def test_a_connection_at_rest_is_usable(db):
    connection.ensure_connection()

    assert connection.is_usable() is True


def test_a_connection_that_the_server_has_ended_is_not_usable():
    end_from_outside()

    assert connection.is_usable() is False
    connection.close()


def test_a_page_asked_for_after_the_database_came_back_gets_a_new_connection(client):
    end_from_outside()
    connection.health_check_done = False  # as at the beginning of each request

    assert client.get("/accounts/login/").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
