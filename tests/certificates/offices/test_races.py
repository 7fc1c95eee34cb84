"""Two at once at the door for offices. Each test has a twin without the guard, which goes wrong."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from threading import Barrier, BrokenBarrierError, Event

import pytest
from allauth.core.internal import ratelimit
from django.db import connection, models, transaction
from django.test import Client
from django.utils import timezone

from certificates.offices import actions
from certificates.offices.models import VerificationToken, VerificationTokenQuerySet

pytestmark = [
    pytest.mark.production,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway"
    ),
]


@pytest.fixture
def secret(bureau_officer) -> str:
    _token, secret = actions.make_token(office="区人事科", expires_on=timezone.localdate(), by=bureau_officer)
    return secret


def ask(secret: str) -> int:
    try:
        return (
            Client()
            .post(
                "/verify/bulk/",
                json.dumps({"numbers": ["x"]}),
                content_type="application/json",
                headers={"Authorization": f"Bearer {secret}"},
            )
            .status_code
        )
    finally:
        connection.close()


# The last question of a minute


@pytest.fixture
def one_question_left(settings, monkeypatch):
    """Each asker, having read how many questions there were, waits a moment for the other to read it too."""
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "verify_in_bulk": "1/m/key"}
    barrier = Barrier(2)
    apply_rate = ratelimit.apply_rate

    def wait_and_apply(*args, **kwargs):
        with suppress(BrokenBarrierError):  # the other waits at the lock, as it should
            barrier.wait(timeout=0.3)
        return apply_rate(*args, **kwargs)

    monkeypatch.setattr(ratelimit, "apply_rate", wait_and_apply)


def ask_twice(secret: str) -> list[int]:
    with ThreadPoolExecutor(2) as threads:
        return sorted(threads.map(ask, [secret, secret]))


def test_the_last_question_of_a_minute_is_answered_once(secret, one_question_left):
    assert ask_twice(secret) == [200, 429]


def test_without_the_lock_it_is_answered_twice(secret, one_question_left, monkeypatch):
    monkeypatch.setattr(ratelimit, "cache_lock", lambda key: nullcontext(True))

    assert ask_twice(secret) == [200, 200]


# A token that is being revoked


def ask_while_it_is_revoked(secret: str, officer) -> int:
    """The answer to a question that comes before the revocation is there and is dealt with after."""
    is_revoked = Event()

    def revoke():
        try:
            with transaction.atomic():
                actions.revoke_token(token=VerificationToken.objects.get(), by=officer)
                is_revoked.set()
                arrived.wait(timeout=1)
        finally:
            connection.close()

    arrived = Event()
    with ThreadPoolExecutor(2) as threads:
        revoking = threads.submit(revoke)
        is_revoked.wait(timeout=5)
        answer = threads.submit(ask, secret)
        revoking.result()
        return answer.result()


def test_a_token_opens_nothing_from_the_moment_it_is_revoked(secret, bureau_officer):
    assert ask_while_it_is_revoked(secret, bureau_officer) == 401
    assert VerificationToken.objects.get().last_used_at is None


def test_without_looking_again_a_revoked_token_opens_the_door(secret, bureau_officer, monkeypatch):
    def update_what_was_found(rows, **values):
        found = list(rows.values_list("pk", flat=True))
        return models.QuerySet.update(VerificationToken.objects.filter(pk__in=found), **values)

    monkeypatch.setattr(VerificationTokenQuerySet, "update", update_what_was_found)

    assert ask_while_it_is_revoked(secret, bureau_officer) == 200
