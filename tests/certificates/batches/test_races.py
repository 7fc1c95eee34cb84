"""Two workers who draw up one batch at once. The test has a twin without the guard, which goes wrong."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import IntegrityError, connection

from certificates.batches import actions
from certificates.batches.models import Batch, Item
from certificates.models import Certificate
from tests.racing import RACES, at_once, meet_before

pytestmark = [
    *RACES,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one writer in at a time anyway"
    ),
]


@pytest.fixture
def drawn_up_twice(due, programme, county, bureau_officer, monkeypatch):
    """Has two workers draw up one batch, who look how far it has got at the same time; gives what came."""
    batch = actions.create(rule_pack=programme.rule_packs.get(), place=county, by=bureau_officer)
    meet_before(monkeypatch, actions, "source_of")

    def work() -> Batch:
        while actions.prepare(batch=batch):
            pass
        return Batch.objects.get(pk=batch.pk)

    return lambda: at_once(work, work)


def test_two_workers_draw_up_each_person_once(drawn_up_twice):
    assert [batch.status for batch in drawn_up_twice()] == ["ready", "ready"]

    people = Counter(Item.objects.values_list("learner", flat=True).order_by())
    assert sorted(people.values()) == [1] * 5
    assert Certificate.objects.filter(status="draft").count() == 5


def test_without_the_lock_both_take_the_same_people(drawn_up_twice, no_locks):
    assert any(isinstance(outcome, IntegrityError) for outcome in drawn_up_twice())
