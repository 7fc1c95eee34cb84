"""Two workers who draw up one batch at once. The test has a twin without the guard, which goes wrong."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet

from certificates.batches import actions
from certificates.batches.models import Batch, Item
from certificates.models import Certificate

pytestmark = [
    pytest.mark.production,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway"
    ),
]


@pytest.fixture
def begun(due, programme, county, bureau_officer) -> Batch:
    return actions.create(rule_pack=programme.rule_packs.get(), place=county, by=bureau_officer)


@pytest.fixture
def both_look_first(monkeypatch):
    """Each worker, having seen how far the batch has got, waits a moment for the other to see the same."""
    barrier = Barrier(2)
    source_of = actions.source_of

    def wait_and_look(batch):
        with suppress(BrokenBarrierError):  # the other waits at the lock, as it should
            barrier.wait(timeout=2)
        return source_of(batch)

    monkeypatch.setattr(actions, "source_of", wait_and_look)


def draw_up_twice(batch: Batch) -> list[str]:
    """What came of each worker: it went through, or was refused by the database."""

    def work(_worker: int) -> str:
        try:
            while actions.prepare(batch=batch):
                pass
        except IntegrityError:
            return "refused"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(work, range(2)))


def test_two_workers_draw_up_each_person_once(begun, both_look_first):
    assert draw_up_twice(begun) == ["done", "done"]

    begun.refresh_from_db()
    assert begun.status == "ready"
    assert Counter(Item.objects.values_list("learner", flat=True).order_by()).most_common(1)[0][1] == 1
    assert (Item.objects.count(), Certificate.objects.filter(status="draft").count()) == (5, 5)


def test_without_the_lock_both_take_the_same_people(begun, both_look_first, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **how: rows)

    assert "refused" in draw_up_twice(begun)
