"""Workers killed while a batch is printed, and a broker that forgets: all are issued, none twice."""

from __future__ import annotations

import hashlib
import os
import random
import time
from uuid import uuid4

import pytest
import redis
from django.core.management import call_command
from django.db import connection

from certificates.batches import actions
from certificates.batches.models import Batch, Item
from certificates.models import Certificate, CertificateEvent
from organizations.models import User
from organizations.roles import Role

from ...factories import facts_of_programme, post
from ...organizations.jobs.conftest import (
    Site,
    broker_url,
    kill,
    make_celery_site,
    make_site,
    use_broker,
    wait_for,
)

__all__ = ["broker_url", "make_celery_site", "make_site", "use_broker"]

pytestmark = [
    pytest.mark.production,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql" or not os.environ.get("REDIS_URL"),
        reason="needs PostgreSQL and Redis: DATABASE_URL or REDIS_URL is not set",
    ),
]

PEOPLE = 2_000
KILLS = 5
CELERY = ("celery", "-A", "training_site", "worker", "-Q", "default", "--concurrency", "2")


@pytest.fixture
def site(make_celery_site) -> Site:
    return make_celery_site(JOB_LEASE_SECONDS="5")


@pytest.fixture
def ready(programme, school, county, bureau_officer) -> Batch:
    """A batch that waits for approval: as `prepare` leaves it, without two thousand people's quizzes."""
    pack = programme.rule_packs.get()
    learners = User.objects.bulk_create(
        User(name=f"王小明{number}", number=f"T{number:07}") for number in range(PEOPLE)
    )
    drafts = Certificate.objects.bulk_create(
        Certificate(
            learner=learner, organization=school, rule_pack=pack, token=uuid4().hex, status="draft",
            holder=learner.name, holder_number=learner.number, school=school.name, county=county.name,
            facts=facts_of_programme(programme),
        )
        for learner in learners
    )  # fmt: skip
    batch = Batch.objects.create(rule_pack=pack, place=county, created_by=bureau_officer, status="ready")
    Item.objects.bulk_create(
        Item(batch=batch, learner=draft.learner, school=school, certificate=draft, status="waiting")
        for draft in drafts
    )
    return batch


def done(batch: Batch) -> int:
    return batch.items.filter(status="done").count()


def test_a_batch_survives_killed_workers_and_an_emptied_broker(site, ready, bureau, broker_url):
    chance = random.Random(20)  # noqa: S311 - when to kill need not be a secret
    actions.approve(batch=ready, by=post(bureau, Role.BUREAU_OFFICER))
    for turn in range(KILLS):
        worker = site.start(*CELERY)
        enough = min(done(ready) + chance.randrange(40, 250), PEOPLE - 200)
        wait_for(lambda enough=enough: _swept() and done(ready) >= enough, worker)
        kill(worker)
        if turn == 2:
            redis.Redis.from_url(broker_url).flushdb()
    assert done(ready) < PEOPLE

    worker = site.start(*CELERY)
    wait_for(lambda: _swept() and Batch.objects.get(pk=ready.pk).status == "done", worker)

    assert done(ready) == PEOPLE
    certificates = list(Certificate.objects.order_by("number"))
    assert [int(row.number[19:25]) for row in certificates] == list(range(1, PEOPLE + 1))
    steps = CertificateEvent.objects.order_by("certificate_id", "pk").values_list("certificate_id", "after")
    ids = sorted(row.pk for row in certificates)
    assert list(steps) == [(pk, after) for pk in ids for after in ("approved", "issued")]
    for row in certificates:
        content = (site.folder / "private" / row.pdf.name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row.sha256


def _swept() -> bool:
    """What beat does every half minute, only more often."""
    time.sleep(0.4)
    call_command("wake_jobs")
    call_command("resume_batches")
    return True
