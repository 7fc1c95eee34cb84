"""Taking back what an import did, inside the caller's transaction; what was touched since stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..models import ActivationCode, Organization, Posting, RosterImport, RosterRow, User
from . import writing
from .matching import LOGINS
from .planning import POSTING_FIELDS
from .writing import PERSON_FIELDS, batches

CHUNK = 2000


def later_import(roster_import: RosterImport) -> RosterImport | None:
    """An import that was applied after this one and touched the same people: it must be undone first."""
    mine = roster_import.rows.filter(kind__in=_DOING).values("person")
    return (
        RosterImport.objects.filter(
            status=RosterImport.Status.APPLIED,
            applied_at__gt=roster_import.applied_at,
            rows__in=RosterRow.objects.filter(kind__in=_DOING, person__in=mine),
        )
        .order_by("-applied_at")
        .first()
    )


_KIND = RosterRow.Kind
_DOING = (_KIND.ADD, _KIND.CHANGE, _KIND.MOVE, _KIND.LEAVE)


class Undoer:
    """Takes back one import. `left` counts details that somebody changed or used since."""

    def __init__(self, roster_import: RosterImport) -> None:
        self.roster_import = roster_import
        self.rows = list(roster_import.rows.filter(kind__in=_DOING))
        self.left = 0

    def undo(self) -> int:
        """Returns how many details were left as they are."""
        for step in (
            self.close_opened,
            self.remove_people,
            self.restore_people,
            self.reopen_ended,
            self.restore_postings,
            self.remove_places,
        ):
            step()
        return self.left

    def close_opened(self) -> None:
        """Postings that the import opened vanish, unless something points at them: those end."""
        opened = [pk for row in self.rows for pk in row.opened]
        used = referenced(Posting, opened)
        today = timezone.localdate()
        for batch in batches(opened):
            free = [pk for pk in batch if pk not in used]
            Posting.objects.filter(pk__in=free).delete()
            self.left += Posting.objects.filter(pk__in=batch, ended_on=None).update(ended_on=today)

    def remove_people(self) -> None:
        """People whom the import added vanish, if they did nothing yet; those who did are closed."""
        added = [row.person_id for row in self.rows if row.is_new_person and row.person_id]
        active = referenced(User, added, ignoring={RosterRow, ActivationCode})
        for batch in batches(added):
            used = User.objects.filter(pk__in=batch).filter(
                Q(pk__in=active)
                | Q(last_login__isnull=False)
                | ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
            )
            kept = set(used.values_list("pk", flat=True))
            self.left += used.update(is_active=False)
            User.objects.filter(pk__in=[pk for pk in batch if pk not in kept]).delete()

    def restore_people(self) -> None:
        """Names and logins go back, where they are as the import made them and nobody else has them now."""
        changes: dict[int, dict[str, list[str]]] = {}
        for row in self.rows:
            fields = {name: row.changes[name] for name in PERSON_FIELDS if name in row.changes}
            if fields and row.person_id:
                changes[row.person_id] = fields
        backward: dict[int, dict[str, list[str]]] = {}
        for batch in batches(list(changes)):
            for person in User.objects.filter(pk__in=batch):
                back = {
                    name: [new, old]
                    for name, (old, new) in changes[person.pk].items()
                    if (getattr(person, name) or "") == new
                }
                self.left += len(changes[person.pk]) - len(back)
                backward[person.pk] = back
        self.leave_taken(backward)
        writing.release_logins(backward)
        values = {pk: {name: old for name, (_new, old) in back.items()} for pk, back in backward.items()}
        writing.set_fields(User, {pk: fields for pk, fields in values.items() if fields})

    def leave_taken(self, backward: dict[int, dict[str, list[str]]]) -> None:
        """Leave out logins that somebody has by now who does not give them back; and so on until none is."""
        for name in LOGINS:
            wanted = {back[name][1]: pk for pk, back in backward.items() if name in back and back[name][1]}
            holders: dict[str, int] = {}
            for batch in batches(list(wanted)):
                holders |= dict(User.objects.filter(**{f"{name}__in": batch}).values_list(name, "pk"))
            while taken := [
                pk
                for login, pk in wanted.items()
                if login in holders and name not in backward.get(holders[login], {})
            ]:
                for pk in taken:
                    wanted.pop(backward[pk].pop(name)[1])
                self.left += len(taken)

    def reopen_ended(self) -> None:
        ended = {pk: before for row in self.rows for pk, before in row.ended}
        day = timezone.localdate(self.applied_at)
        self.left += writing.open_again(ended, Q(ended_on=day) | Q(ended_on=models.F("started_on")))

    @property
    def applied_at(self) -> datetime:
        if self.roster_import.applied_at is None:
            raise ValueError("This import was not applied.")
        return self.roster_import.applied_at

    def restore_postings(self) -> None:
        changes = {
            row.posting_id: {name: row.changes[name] for name in POSTING_FIELDS if name in row.changes}
            for row in self.rows
            if row.posting_id
        }
        values: dict[int, dict[str, str]] = {}
        for batch in batches(list(changes)):
            for posting in Posting.objects.filter(pk__in=batch):
                back = {
                    name: old
                    for name, (old, new) in changes[posting.pk].items()
                    if getattr(posting, name) == new
                }
                self.left += len(changes[posting.pk]) - len(back)
                if back:
                    values[posting.pk] = back
        writing.set_fields(Posting, values)

    def remove_places(self) -> None:
        """Schools and then counties that the import added vanish, if nothing hangs on them."""
        added = Organization.objects.filter(pk__in=self.roster_import.added_organizations)
        for kind in (Organization.Kind.SCHOOL, Organization.Kind.COUNTY):
            pks = list(added.filter(kind=kind).values_list("pk", flat=True))
            used = referenced(Organization, pks)
            free = added.filter(pk__in=[pk for pk in pks if pk not in used], numchild=0)
            self.left += len(pks) - free.count()
            free.delete()


def referenced(
    model: type[models.Model], pks: Iterable[int], *, ignoring: Iterable[type[models.Model]] = ()
) -> set[int]:
    """Which rows of `model` any other row in the database points at.

    Asks the model itself who points at it, so that apps of higher layers count without being known here.
    """
    wanted = list(pks)
    found: set[int] = set()
    for field in _pointing_at(model):
        if field.model in ignoring:
            continue
        for batch in batches(wanted, CHUNK):
            rows = field.model._base_manager.filter(**{f"{field.name}__in": batch})
            found.update(rows.values_list(field.attname, flat=True).distinct())
    return found


def _pointing_at(model: type[models.Model]) -> Iterator[models.ForeignKey]:
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel):  # one-to-one relations are of this kind too
            yield relation.field
