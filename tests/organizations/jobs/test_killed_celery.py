"""A Celery worker killed in mid-job, and a broker that forgets: nothing is lost. PostgreSQL and Redis."""

from __future__ import annotations

import os

import pytest
import redis
from django.db import connection

from organizations.jobs.actions import due, enqueue
from organizations.jobs.models import Job

from .conftest import Site, kill, wait_for

pytestmark = [
    pytest.mark.production,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql" or not os.environ.get("REDIS_URL"),
        reason="needs PostgreSQL and Redis: DATABASE_URL or REDIS_URL is not set",
    ),
]

CELERY = ("celery", "-A", "training_site", "worker", "-Q", "default", "--concurrency", "1")


@pytest.fixture
def site(make_celery_site) -> Site:
    return make_celery_site()


def outcome(job: Job) -> tuple[str, int]:
    job.refresh_from_db()
    return job.status, job.tries


def test_a_job_whose_worker_is_killed_is_done_by_the_next(site):
    job = enqueue("tests.slow", key="slow:1", path=str(site.trace), seconds=1.5)
    worker = site.start(*CELERY)
    wait_for(lambda: site.lines() == ["begun"], worker)
    kill(worker)
    assert outcome(job) == (Job.Status.RUNNING, 1)

    worker = site.start(*CELERY)
    wait_for(lambda: due().filter(pk=job.pk).exists(), worker)
    site.manage("wake_jobs")

    wait_for(lambda: outcome(job) == (Job.Status.DONE, 2), worker)
    assert site.lines() == ["begun", "begun", "ended"]


def test_a_job_whose_message_is_lost_is_done_after_the_next_sweep(site, broker_url):
    job = enqueue("tests.slow", key="slow:1", path=str(site.trace), seconds=0)
    broker = redis.Redis.from_url(broker_url)
    assert broker.llen("default") == 1
    broker.flushdb()

    worker = site.start(*CELERY)
    site.manage("wake_jobs")

    wait_for(lambda: outcome(job) == (Job.Status.DONE, 1), worker)
    assert site.lines() == ["begun", "ended"]
