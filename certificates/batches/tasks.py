"""Background work on batches. The rows say what is done, so that each may be run twice."""

from __future__ import annotations

from organizations.jobs.actions import extend_lease
from organizations.jobs.registry import job

from . import actions
from .models import Batch


@job("batches.prepare", lease_seconds=300)
def prepare(*, batch_id: int) -> None:
    """Look at everybody in the batch."""
    batch = Batch.objects.get(pk=batch_id)
    while actions.prepare(batch=batch):
        extend_lease()


@job("batches.run")
def run(*, batch_id: int) -> None:
    """Print the batch together with other workers, until nothing is left or somebody says stop.

    Its lease is as long as that of the certificates in its hands: who takes it over finds them free.
    """
    batch = Batch.objects.get(pk=batch_id)
    while actions.print_some(batch=batch):
        extend_lease()


@job("batches.clear", lease_seconds=300)
def clear(*, batch_id: int) -> None:
    """Finish what had its number when the batch was cancelled, and delete the other drafts."""
    batch = Batch.objects.get(pk=batch_id)
    while actions.clear(batch=batch):
        extend_lease()
    while actions.print_some(batch=batch):
        extend_lease()
