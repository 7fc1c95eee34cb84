"""Two at once. Each test has a twin without the guard, which goes wrong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError, connection

from certificates.badges import actions
from certificates.badges.models import Badge
from certificates.models import Certificate

from ...factories import CertificateFactory

pytestmark = [
    pytest.mark.production,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway"
    ),
]


def ask(certificate: Certificate) -> Badge | IntegrityError:
    try:
        return actions.badge_of(certificate)
    except IntegrityError as error:
        return error
    finally:
        connection.close()


@pytest.fixture
def same_lot(monkeypatch):
    """Both draw the same place at the same time; whoever draws again gets another."""
    barrier, lots = Barrier(2), iter([5, 5, 6, 7])

    def lot():
        drawn = next(lots)
        if drawn == 5:
            with suppress(BrokenBarrierError):
                barrier.wait(timeout=5)
        return drawn

    monkeypatch.setattr(actions, "_lot", lot)


def ask_both(*certificates: Certificate) -> list[Badge | IntegrityError]:
    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(ask, certificates))


def test_two_who_draw_the_same_place_get_two(db, same_lot):
    answers = ask_both(*CertificateFactory.create_batch(2))

    assert sorted(answer.index for answer in answers) == [5, 6]


def test_without_drawing_again_one_of_them_fails(db, same_lot, monkeypatch):
    monkeypatch.setattr(actions, "TRIES", 1)
    monkeypatch.setattr(actions, "NoPlace", IntegrityError)

    answers = ask_both(*CertificateFactory.create_batch(2))

    assert [type(answer) for answer in answers].count(IntegrityError) == 1
    assert [badge.index for badge in Badge.objects.all()] == [5]


def test_without_the_constraint_both_get_it(db, same_lot):
    constraint = next(one for one in Badge._meta.constraints if one.fields == ("list_number", "index"))
    with connection.schema_editor() as editor:
        editor.remove_constraint(Badge, constraint)
    try:
        ask_both(*CertificateFactory.create_batch(2))
        found = [badge.index for badge in Badge.objects.all()]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE badges_badge")
        with connection.schema_editor() as editor:
            editor.add_constraint(Badge, constraint)

    assert found == [5, 5]


def test_two_who_ask_for_one_certificate_get_one_badge(db, same_lot):
    certificate = CertificateFactory()
    first, second = ask_both(certificate, certificate)

    assert first == second == Badge.objects.get()
