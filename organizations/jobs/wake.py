"""Telling a worker that there is something to do. Losing the message costs a delay, never the work."""

import logging
from threading import Event

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

work_waits = Event()
"""Set when this process has written a job: the thread of this process looks at once."""


def wake(job_id: int) -> None:
    """Have somebody look at a job now. A broker that is down is logged; `wake_jobs` asks again."""
    if settings.RUN_JOBS == "celery":
        try:
            current_app.send_task("organizations.jobs.tasks.run_job", args=[job_id], retry=False)
        except OperationalError:
            logger.warning("The broker did not answer; job %s waits for the next sweep.", job_id)
    work_waits.set()
