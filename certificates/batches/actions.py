"""The life of a batch: drawn up, approved by a second person, printed, paused, cancelled, tried again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log

from certificates import actions as ledger
from certificates.lifecycle import Status as Standing
from certificates.models import Certificate, RulePack
from organizations.jobs.actions import enqueue
from organizations.jobs.models import Job
from organizations.models import Organization, User

from . import printing
from .judging import judge, once_each
from .models import Batch, Item
from .sources import Case, source_of

SEEN_AT_ONCE = 500
"""People, or schools, looked at in one transaction while a batch is drawn up."""

PRINTED_AT_ONCE = 20
"""Certificates that one worker takes at a time: so few that pausing and cancelling are soon felt."""

LEASE = timedelta(seconds=settings.JOB_LEASE_SECONDS)
"""For so long those few are a worker's own. Then they are taken for lost, and another's."""

MOST_TRIES = 5
"""How often one certificate is begun before it counts as failed."""


class NotPossible(Exception):
    """The batch is in no state for this: somebody else was there before."""


class SamePerson(Exception):
    """Who drew a batch up may not approve it."""


class NothingToIssue(Exception):
    """Nobody in the batch is due a certificate."""


# Drawing up


@transaction.atomic
def create(*, rule_pack: RulePack, place: Organization, by: User) -> Batch:
    """Begin a batch. A job looks at everybody in it; nothing is given out before it is approved."""
    batch = Batch.objects.create(rule_pack=rule_pack, place=place, created_by=by)
    log(instance=batch, action="batches.create", user=by)
    enqueue("batches.prepare", key=f"batches.prepare:{batch.pk}", batch_id=batch.pk)
    return batch


def prepare(*, batch: Batch) -> bool:
    """Look at the next lot of people: a draft for whoever is due a certificate, a reason for all others.

    Returns whether there are more. Stopped at any point, it goes on where it was.
    """
    with transaction.atomic():
        batch = _locked(batch)
        if batch.status != Batch.Status.PREPARING:
            return False
        source = source_of(batch)
        lot = list(source.rows(batch).filter(pk__gt=batch.seen_through).order_by("pk")[:SEEN_AT_ONCE])
        if lot:
            _add_items(batch, source.cases(lot))
            batch.seen_through = lot[-1].pk
        else:
            batch.status = Batch.Status.READY
        batch.save(update_fields=["seen_through", "status"])
    return bool(lot)


def _add_items(batch: Batch, cases: Sequence[Case]) -> None:
    # Nobody is locked: if one of these is awarded a certificate meanwhile, the database refuses a second one,
    # and the job looks at this lot again.
    judged = once_each([judge(batch, case) for case in cases])
    due = [case for case, item in judged if not item.reason]
    drafts = iter(ledger.draft(claims=[case.claim for case in due if case.claim]))
    for _case, item in judged:
        item.certificate = None if item.reason else next(drafts)
    Item.objects.bulk_create(item for _case, item in judged)


# Deciding


@transaction.atomic
def approve(*, batch: Batch, by: User) -> Batch:
    """Have the batch printed. Raises SamePerson, NotPossible or NothingToIssue."""
    batch = _locked(batch)
    if batch.created_by_id == by.pk:
        raise SamePerson
    _expect(batch, Batch.Status.READY)
    if not batch.items.filter(status=Item.Status.WAITING).exists():
        raise NothingToIssue
    batch.status, batch.approved_by, batch.approved_at = Batch.Status.RUNNING, by, timezone.now()
    batch.save(update_fields=["status", "approved_by", "approved_at"])
    log(instance=batch, action="batches.approve", user=by)
    _send_workers(batch)
    return batch


@transaction.atomic
def pause(*, batch: Batch, by: User) -> Batch:
    """Let the workers stop after what they have in hand. Raises NotPossible."""
    batch = _move(batch, Batch.Status.PAUSED, Batch.Status.RUNNING)
    log(instance=batch, action="batches.pause", user=by)
    return batch


@transaction.atomic
def go_on(*, batch: Batch, by: User) -> Batch:
    """Print on after a pause. Raises NotPossible."""
    batch = _move(batch, Batch.Status.RUNNING, Batch.Status.PAUSED)
    log(instance=batch, action="batches.go_on", user=by)
    _send_workers(batch)
    return batch


@transaction.atomic
def cancel(*, batch: Batch, by: User) -> Batch:
    """Issue nothing more of this batch; what is issued stays. Raises NotPossible.

    What a worker has in hand, its number given, is still finished; all other drafts are deleted by a job.
    """
    status = Batch.Status
    batch = _move(
        batch, status.CANCELLED, status.PREPARING, status.READY, status.RUNNING, status.PAUSED, is_end=True
    )
    log(instance=batch, action="batches.cancel", user=by)
    enqueue("batches.clear", key=f"batches.clear:{batch.pk}", batch_id=batch.pk)
    return batch


@transaction.atomic
def retry_failed(*, batch: Batch, by: User) -> int:
    """Try again what failed. Returns how many. Raises NotPossible, also while there is nothing to try."""
    batch = _locked(batch)
    _expect(batch, Batch.Status.RUNNING, Batch.Status.PAUSED, Batch.Status.DONE)
    failed = batch.items.filter(status=Item.Status.FAILED)
    again = failed.update(status=Item.Status.WAITING, tries=0, error="", leased_until=None)
    if not again:
        raise NotPossible
    if batch.status == Batch.Status.DONE:
        batch.status, batch.finished_at = Batch.Status.RUNNING, None
        batch.save(update_fields=["status", "finished_at"])
    log(instance=batch, action="batches.retry", user=by, data={"items": again})
    if batch.status == Batch.Status.RUNNING:
        _send_workers(batch)
    return again


def _send_workers(batch: Batch) -> None:
    batch.rounds += 1
    batch.save(update_fields=["rounds"])
    for number in range(settings.BATCH_WORKERS):
        enqueue("batches.run", key=f"batches.run:{batch.pk}:{batch.rounds}:{number}", batch_id=batch.pk)


@transaction.atomic
def send_missing_workers() -> int:
    """Send workers for batches that are to be printed and have none. Returns for how many.

    A worker's job counts as failed when it was killed five times, however much it had printed by then.
    """
    running = Batch.objects.select_for_update(no_key=True).filter(status=Batch.Status.RUNNING)
    left = [batch for batch in running if not _workers(batch).exists()]
    for batch in left:
        _send_workers(batch)
    return len(left)


def _workers(batch: Batch) -> models.QuerySet[Job]:
    return Job.objects.filter(
        key__startswith=f"batches.run:{batch.pk}:", status__in=[Job.Status.WAITING, Job.Status.RUNNING]
    )


# Printing


def print_some(*, batch: Batch) -> bool:
    """Print and issue a few of the batch. Returns whether there was something to do.

    A worker that dies in between leaves nothing wrong: numbers are given once, and a file that no row names
    is written again.
    """
    taken = _take(batch)
    printed = []
    for item, certificate in taken:
        one, item.error = printing.print_safely(certificate)
        printed += [one] if one else []
    if taken:
        _write_down([item for item, _certificate in taken], printed)
    else:
        _finish(batch)
    return bool(taken)


@transaction.atomic
def _take(batch: Batch) -> list[tuple[Item, Certificate]]:
    """A few people whose certificates are in nobody's hands: each has a number now, and is leased to us."""
    now = timezone.now()
    free = _open(batch).filter(Q(leased_until=None) | Q(leased_until__lt=now))
    rows = free.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:PRINTED_AT_ONCE]
    items = list(rows.select_related("batch__approved_by"))
    worn = [item for item in items if item.tries >= MOST_TRIES]
    for item in worn:
        item.status, item.error = Item.Status.FAILED, "The worker died at the last try."
    items = [item for item in items if item.tries < MOST_TRIES]
    for item in items:
        item.tries, item.leased_until = item.tries + 1, now + LEASE
    Item.objects.bulk_update([*worn, *items], ["status", "error", "tries", "leased_until"])
    certificates = Certificate.objects.filter(batch_item__in=items)
    if items:
        ledger.approve(certificates=certificates, by=items[0].batch.approved_by, are_printed_alone=False)
    holder_of = {item.certificate_id: item for item in items}
    return [(holder_of[row.pk], row) for row in certificates.prefetch_related("rule_pack", "design_version")]


def _open(batch: Batch) -> models.QuerySet[Item]:
    """What workers may take. While the batch is not running, only what has its number already."""
    status = Batch.objects.values_list("status", flat=True).get(pk=batch.pk)
    waiting = Item.objects.filter(batch=batch, status=Item.Status.WAITING)
    begun = waiting.filter(certificate__status=Standing.APPROVED)
    return waiting if status == Batch.Status.RUNNING else begun


@transaction.atomic
def _write_down(items: Sequence[Item], printed: Sequence[ledger.Printed]) -> None:
    ledger.issue(printed=printed)
    current = Certificate.objects.in_bulk([item.certificate_id for item in items])
    for item in items:
        is_issued = current[item.certificate_id].issued_at is not None
        item.status = Item.Status.DONE if is_issued else Item.Status.FAILED
        item.error = "" if is_issued else item.error
        item.leased_until = None
    Item.objects.bulk_update(items, ["status", "error", "leased_until"])


@transaction.atomic
def _finish(batch: Batch) -> None:
    """Say that the batch is done, if nobody has anything of it in hand."""
    batch = _locked(batch)
    if batch.status == Batch.Status.RUNNING and not batch.items.filter(status=Item.Status.WAITING).exists():
        batch.status, batch.finished_at = Batch.Status.DONE, timezone.now()
        batch.save(update_fields=["status", "finished_at"])


def clear(*, batch: Batch) -> bool:
    """Delete some of the drafts of a cancelled batch. Returns whether there were any."""
    with transaction.atomic():
        drafts = Item.objects.filter(
            batch=batch, status=Item.Status.WAITING, certificate__status=Standing.DRAFT
        )
        rows = list(drafts.select_for_update(of=("self",)).values_list("pk", "certificate_id")[:SEEN_AT_ONCE])
        Item.objects.filter(pk__in=[pk for pk, _ in rows]).update(
            status=Item.Status.CANCELLED, certificate=None
        )
        Certificate.objects.filter(pk__in=[certificate for _, certificate in rows]).delete()
    return bool(rows)


def _locked(batch: Batch) -> Batch:
    return Batch.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "rule_pack__programme", "place"
    ).get(pk=batch.pk)  # fmt: skip


def _expect(batch: Batch, *statuses: str) -> None:
    if batch.status not in statuses:
        raise NotPossible


def _move(batch: Batch, after: str, *before: str, is_end: bool = False) -> Batch:
    batch = _locked(batch)
    _expect(batch, *before)
    batch.status = after
    batch.finished_at = timezone.now() if is_end else None
    batch.save(update_fields=["status", "finished_at"])
    return batch
