"""What changes people and their postings: rosters, and the codes with which people open their accounts."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import BinaryIO

from django.contrib.auth.password_validation import validate_password
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from wagtail.log_actions import log

from . import queries, rules
from .jobs.actions import enqueue
from .models import ActivationCode, Organization, RosterImport, User
from .roster import planning, undoing, writing
from .roster.reading import Sheet, nobody_listens, read
from .tables import Unreadable

Status = RosterImport.Status

READING_PERCENT, PLANNING_PERCENT = 50, 70
"""How far the bar stands when the file is read, and when only the one large transaction is left.

What happens inside that transaction nobody outside can see, so the bar waits there for a few seconds.
"""


class NotNow(Exception):
    """The import is not in a state in which this can be done: somebody was quicker."""


class ManyLeavers(Exception):
    """More people would leave than usual: it must be asked for expressly."""


class LaterImport(Exception):
    """A later import, `roster_import`, must be undone first."""

    def __init__(self, roster_import: RosterImport) -> None:
        super().__init__(str(roster_import))
        self.roster_import = roster_import


class WrongCode(Exception):
    """No such person, or not this code, or not any more: which of these is not said."""


@transaction.atomic
def hand_in_roster(
    *,
    organization: Organization,
    file: BinaryIO,
    file_name: str,
    is_complete: bool,
    by: User,
    in_background: bool = True,
) -> RosterImport:
    """Keep a roster and have it checked: by a job, or by the caller."""
    file.seek(0)
    roster_import = RosterImport(
        organization=organization,
        file_name=file_name[-120:],
        sha256=hashlib.sha256(file.read()).hexdigest(),
        is_complete=is_complete,
        created_by=by,
    )
    file.seek(0)
    roster_import.file.save(file_name, File(file), save=False)
    _turn(roster_import, Status.CHECKING, in_background=in_background)
    log(instance=roster_import, action="organizations.hand_in_roster", user=by)
    return roster_import


def check_roster(
    *, roster_import: RosterImport, tell: Callable[[float], None] = nobody_listens
) -> RosterImport:
    """Plan what an import would change and keep the plan. Does nothing if it is checked already."""
    if roster_import.status != Status.CHECKING:
        return roster_import
    try:
        sheet = _read(roster_import, tell)
    except Unreadable as error:
        return _fail(roster_import, error)
    plan = planning.plan(sheet, roster_import.organization, is_complete=roster_import.is_complete)
    _show(roster_import, PLANNING_PERCENT)
    with transaction.atomic():
        roster_import = _lock(roster_import)
        if roster_import.status == Status.CHECKING:
            _keep_plan(roster_import, plan)
    return roster_import


@transaction.atomic
def request_apply(
    *, roster_import: RosterImport, by: User, allow_leavers: bool = False, in_background: bool = True
) -> RosterImport:
    """Have a checked import applied: by a job, or by the caller.

    Raises NotNow, and ManyLeavers unless they are allowed.
    """
    roster_import = _lock(roster_import)
    is_stuck = roster_import.status == Status.APPLYING and queries.has_stopped(roster_import)
    if roster_import.status != Status.CHECKED and not is_stuck:
        raise NotNow
    counts = roster_import.counts
    if rules.has_many_leavers(counts["leave"], counts["posted"]) and not allow_leavers:
        raise ManyLeavers
    _turn(roster_import, Status.APPLYING, in_background=in_background, by=by.pk)
    return roster_import


def apply_roster(
    *, roster_import: RosterImport, by: User, tell: Callable[[float], None] = nobody_listens
) -> RosterImport:
    """Write what the check showed, all of it or nothing. Does nothing if it is applied already.

    The plan is made again under the lock. If people or schools have changed so that it is not the one that
    was shown, nothing is written, and the new plan is there to be looked at.
    """
    if roster_import.status != Status.APPLYING:
        return roster_import
    try:
        sheet = _read(roster_import, tell)
    except Unreadable as error:
        return _fail(roster_import, error)
    with transaction.atomic():
        roster_import = _lock(roster_import)
        if roster_import.status != Status.APPLYING:
            return roster_import
        _lock_tree(roster_import.organization)
        plan = planning.plan(sheet, roster_import.organization, is_complete=roster_import.is_complete)
        if plan.digest() != roster_import.plan_digest:
            _keep_plan(roster_import, plan, notice={"code": "changed_since"})
            return roster_import
        writing.Writer(plan, roster_import, timezone.localdate()).write()
        writing.keep_rows(roster_import, plan.entries)
        roster_import.status, roster_import.percent = Status.APPLIED, 100
        roster_import.applied_at, roster_import.notice = timezone.now(), {}
        roster_import.save()
        log(
            instance=roster_import,
            action="organizations.apply_roster",
            user=by,
            data={"counts": roster_import.counts, "file": roster_import.file_name},
        )
    return roster_import


@transaction.atomic
def request_undo(*, roster_import: RosterImport, by: User, in_background: bool = True) -> RosterImport:
    """Have an applied import taken back: by a job, or by the caller. Raises NotNow and LaterImport."""
    roster_import = _lock(roster_import)
    is_stuck = roster_import.status == Status.UNDOING and queries.has_stopped(roster_import)
    if roster_import.status != Status.APPLIED and not is_stuck:
        raise NotNow
    if later := undoing.later_import(roster_import):
        raise LaterImport(later)
    _turn(roster_import, Status.UNDOING, in_background=in_background, by=by.pk)
    return roster_import


@transaction.atomic
def undo_roster(*, roster_import: RosterImport, by: User) -> RosterImport:
    """Take back what an import changed, all in one. Does nothing if it is undone already.

    What somebody changed or used since is left as it is, and counted in the notice.
    """
    roster_import = _lock(roster_import)
    if roster_import.status != Status.UNDOING:
        return roster_import
    _lock_tree(roster_import.organization)
    if later := undoing.later_import(roster_import):
        roster_import.status = Status.APPLIED
        roster_import.notice = {"code": "later_import", "number": later.pk}
        roster_import.save()
        return roster_import
    left = undoing.Undoer(roster_import).undo()
    roster_import.status, roster_import.undone_at = Status.UNDONE, timezone.now()
    roster_import.percent = 100
    roster_import.notice = {"code": "undo_kept", "count": left} if left else {}
    roster_import.save()
    log(instance=roster_import, action="organizations.undo_roster", user=by, data={"left": left})
    return roster_import


@transaction.atomic
def issue_activation_codes(*, organization: Organization, by: User) -> list[tuple[User, str]]:
    """A fresh code for everybody posted in `organization` who has no password yet, to be printed now.

    Only a hash is kept, so a code cannot be shown again; an older code of the same person is void.
    """
    people = list(queries.people_to_activate(organization, by))
    issued = [(person, _new_code()) for person in people]
    expires_at = timezone.now() + timedelta(days=rules.CODE_DAYS)
    ActivationCode.objects.bulk_create(
        (
            ActivationCode(person=person, digest=_digest(person, code), issued_by=by, expires_at=expires_at)
            for person, code in issued
        ),
        update_conflicts=True,
        unique_fields=["person"],
        update_fields=["digest", "issued_by", "expires_at"],
        batch_size=writing.BATCH,
    )
    log(instance=organization, action="organizations.issue_codes", user=by, data={"people": len(people)})
    return [(person, rules.format_code(code)) for person, code in issued]


@transaction.atomic
def activate(*, login: str, code: str, password: str) -> User:
    """Set the first password of whoever has this number or phone and this code, which is then used up.

    Raises WrongCode, always the same; and ValidationError for a weak password, once the code was right.
    """
    person = User.objects.with_login(login)
    pk = person.pk if person else 0
    kept = ActivationCode.objects.select_for_update().filter(person=pk, expires_at__gt=timezone.now()).first()
    typed = _digest(person or User(pk=0), rules.normalise_code(code))
    # Compared for unknown people too, so that no answer comes sooner.
    is_right = constant_time_compare(kept.digest if kept else "", typed)
    if not (is_right and kept and person and person.is_active and not person.has_usable_password()):
        raise WrongCode
    validate_password(password, person)
    kept.delete()
    person.set_password(password)
    person.save(update_fields=["password"])
    log(instance=person, action="organizations.activate", user=person)
    return person


def _new_code() -> str:
    return "".join(secrets.choice(rules.CODE_ALPHABET) for _ in range(rules.CODE_LENGTH))


def _digest(person: User, code: str) -> str:
    return salted_hmac(f"organizations.activation.{person.pk}", code, algorithm="sha256").hexdigest()


def _turn(roster_import: RosterImport, status: str, *, in_background: bool, **arguments: object) -> None:
    """Save an import that is to be worked on, and queue the job that does so."""
    roster_import.status, roster_import.percent, roster_import.notice = status, 0, {}
    roster_import.turn += 1
    roster_import.save()
    if in_background:
        key = queries.job_key(roster_import)
        enqueue(queries.STEPS[Status(status)], key=key, import_id=roster_import.pk, **arguments)


def _lock(roster_import: RosterImport) -> RosterImport:
    return (
        RosterImport.objects.select_for_update(of=("self",))
        .select_related("organization")
        .get(pk=roster_import.pk)
    )


def _lock_tree(organization: Organization) -> None:
    """Imports into one tree are written one after the other: two at once could add the same school twice."""
    root = organization.path[: Organization.steplen]
    Organization.objects.select_for_update().get(path=root)


def _read(roster_import: RosterImport, tell: Callable[[float], None]) -> Sheet:
    """Read the kept file, showing how far it has got. Raises Unreadable."""
    shown = 0

    def show(share: float) -> None:
        nonlocal shown
        tell(share)
        percent = int(share * READING_PERCENT)
        if percent >= shown + 5:
            shown = percent
            _show(roster_import, percent)

    try:
        with roster_import.file.open("rb") as file:
            sheet = read(file, tell=show)
    except FileNotFoundError as error:
        raise Unreadable("file_lost") from error
    _show(roster_import, READING_PERCENT)
    return sheet


def _show(roster_import: RosterImport, percent: int) -> None:
    """Move the bar. Outside any transaction, so that everybody sees it at once."""
    RosterImport.objects.filter(pk=roster_import.pk).update(percent=percent)


def _fail(roster_import: RosterImport, error: Unreadable) -> RosterImport:
    roster_import.status = Status.FAILED
    roster_import.notice = {"code": error.code, **error.details}
    roster_import.save(update_fields=["status", "notice"])
    return roster_import


def _keep_plan(
    roster_import: RosterImport, plan: planning.Plan, notice: dict[str, object] | None = None
) -> None:
    writing.keep_rows(roster_import, plan.entries)
    roster_import.counts = {
        **{kind: plan.counts[kind] for kind in planning.KINDS},
        "warning": plan.warnings,
        "posted": plan.posted,
        "organizations": len(plan.added_places),
    }
    roster_import.plan_digest = plan.digest()
    roster_import.status, roster_import.percent = Status.CHECKED, 100
    roster_import.notice = notice or {}
    roster_import.save()
