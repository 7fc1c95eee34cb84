"""Working through the jobs: until none is due, or for ever in a daemon thread."""

import logging
from threading import Thread

from django.db import close_old_connections

from . import actions
from .wake import work_waits

POLL_SECONDS = 1.0
"""How long a job written by another process may wait for this one to notice."""

logger = logging.getLogger(__name__)


def run_due() -> int:
    """Do all jobs that are due now, one after the other. Returns how many."""
    done = 0
    while job := actions.claim():
        actions.run(job)
        done += 1
    return done


def work_for_ever() -> None:
    """Do jobs as they come. Nothing ends it: not even a database that is away for a while."""
    while True:
        close_old_connections()
        try:
            run_due()
        except Exception:  # A thread that died would leave all work undone, and nobody would notice.
            logger.exception("No job could be taken; trying again.")
        work_waits.wait(POLL_SECONDS)
        work_waits.clear()


def start_thread() -> Thread:
    """Work in the background of this process, and end with it. Leases make a second thread harmless."""
    thread = Thread(target=work_for_ever, name="jobs", daemon=True)
    thread.start()
    return thread
