"""The life of a job: written, claimed, done or tried again."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from datetime import timedelta
from functools import partial

from django.db import models, transaction
from django.utils import timezone

from .models import Job
from .registry import kind_of
from .wake import wake

logger = logging.getLogger(__name__)

MOST_TRIES = 5
"""How often a job is begun before it is given up as failed."""

BACKOFF_SECONDS = 5
"""Wait before the second try; doubled before each further one."""

current_job: ContextVar[Job | None] = ContextVar("current_job", default=None)


class LeaseLost(Exception):
    """Another worker holds this job by now: stop, and leave the rest to it."""


def enqueue(name: str, *, key: str, **arguments: object) -> Job:
    """Write a job in the caller's transaction; it runs after commit. A `key` known already adds nothing."""
    job, created = Job.objects.get_or_create(
        key=key, defaults={"name": name, "arguments": arguments, "run_at": timezone.now()}
    )
    if created:
        transaction.on_commit(partial(wake, job.pk))
    return job


def due() -> models.QuerySet[Job]:
    """Jobs that somebody should take: waiting and ripe, or held by a worker that went silent."""
    now = timezone.now()
    return Job.objects.filter(
        models.Q(status=Job.Status.WAITING, run_at__lte=now)
        | models.Q(status=Job.Status.RUNNING, leased_until__lt=now)
    ).order_by("run_at", "pk")


@transaction.atomic
def claim(job_id: int | None = None) -> Job | None:
    """Take a due job (this one, or the longest due), so that no other worker can; None if there is none."""
    jobs = due() if job_id is None else due().filter(pk=job_id)
    job = jobs.select_for_update(skip_locked=True).first()
    if job is None:
        return None
    if job.status == Job.Status.RUNNING and job.tries >= MOST_TRIES:
        job.status, job.error = Job.Status.FAILED, "The worker died at the last try."
        job.finished_at = timezone.now()
    else:
        job.status, job.tries = Job.Status.RUNNING, job.tries + 1
        job.leased_until = timezone.now() + timedelta(seconds=kind_of(job.name).lease_seconds)
    job.save()
    return job


def run(job: Job) -> None:
    """Do a claimed job and write down how it ended. Never raises: the error is kept on the row."""
    if job.status != Job.Status.RUNNING:
        return
    token = current_job.set(job)
    try:
        kind_of(job.name).function(**job.arguments)
    except LeaseLost:
        logger.warning("Job %s was taken over by another worker.", job)
    except Exception as error:
        logger.exception("Job %s failed at try %s", job, job.tries)
        _put_back(job, error)
    else:
        _held(job).update(status=Job.Status.DONE, finished_at=timezone.now(), leased_until=None, error="")
    finally:
        current_job.reset(token)


def extend_lease() -> None:
    """Say from inside a long job that it is alive. Raises LeaseLost if it was taken for dead."""
    job = current_job.get()
    if job is None:
        return
    until = timezone.now() + timedelta(seconds=kind_of(job.name).lease_seconds)
    if not _held(job).update(leased_until=until):
        raise LeaseLost


def retry_failed() -> int:
    """Give every failed job one more try, its cause being mended. Returns how many there were."""
    # `tries` goes on counting: it is what tells a late worker that it lost the job.
    failed = Job.objects.filter(status=Job.Status.FAILED)
    return failed.update(
        status=Job.Status.WAITING, run_at=timezone.now(), leased_until=None, finished_at=None
    )


def _held(job: Job) -> models.QuerySet[Job]:
    """The row, provided that this claim still holds it: each claim counts `tries` up."""
    return Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING, tries=job.tries)


def _put_back(job: Job, error: Exception) -> None:
    message = f"{type(error).__name__}: {error}"[:500]
    if job.tries >= MOST_TRIES:
        _held(job).update(status=Job.Status.FAILED, error=message, finished_at=timezone.now())
        return
    wait = timedelta(seconds=BACKOFF_SECONDS * 2 ** (job.tries - 1))
    _held(job).update(
        status=Job.Status.WAITING, error=message, leased_until=None, run_at=timezone.now() + wait
    )
