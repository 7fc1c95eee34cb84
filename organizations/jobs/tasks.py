"""Celery's side: a message carries only the id of a row, and the row decides."""

from celery import shared_task
from django.core.management import call_command

from . import actions


@shared_task
def run_job(job_id: int) -> None:
    """Claim and do one job. Nothing happens if it is done, or another worker holds it."""
    if job := actions.claim(job_id):
        actions.run(job)


@shared_task
def call(command: str) -> None:
    """Run a management command on a schedule, so that an operator can do by hand all that beat does."""
    call_command(command)
