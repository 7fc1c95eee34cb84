"""Writing a plan into the database, inside the caller's transaction, in a few large statements."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat, Greatest

from ..models import Organization, Posting, RosterImport, RosterRow, User
from .matching import LOGINS, not_ended
from .places import Place
from .planning import ADD, POSTING_FIELDS, REFUSED, SAME, Entry, Plan
from .reading import WARN

BATCH = 500
"""Rows in one statement: SQLite and PostgreSQL are both at their best there, and memory stays flat."""

PERSON_FIELDS = ("name", *LOGINS)

Item = TypeVar("Item")


def batches(items: list[Item], size: int = BATCH) -> Iterator[list[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def keep_rows(roster_import: RosterImport, entries: Iterable[Entry]) -> None:
    """Replace what is kept of an import's rows."""
    roster_import.rows.all()._raw_delete(roster_import.rows.db)
    batch: list[RosterRow] = []
    for entry in entries:
        batch.append(_record(entry, roster_import))
        if len(batch) == BATCH:
            RosterRow.objects.bulk_create(batch)
            batch = []
    RosterRow.objects.bulk_create(batch)


def _record(entry: Entry, roster_import: RosterImport) -> RosterRow:
    return RosterRow(
        roster_import=roster_import,
        kind=entry.kind,
        line=entry.line,
        name=entry.name,
        number=entry.number,
        school=entry.place.name if entry.place else (entry.row.school_name or "" if entry.row else ""),
        problems=[
            [problem.column, problem.value, problem.code, problem.severity, problem.details]
            for problem in entry.problems
        ],
        has_warning=any(problem.severity == WARN for problem in entry.problems),
        person_id=entry.added_person or (entry.person.pk if entry.person else None),
        is_new_person=bool(entry.added_person),
        changes=entry.changes,
        posting_id=entry.posting.pk if entry.posting and entry.changes.keys() & POSTING_FIELDS else None,
        opened=entry.opened,
        ended=entry.ended,
    )


class Writer:
    """Writes one plan. Its steps are in order: places, people, postings that end, postings that begin."""

    def __init__(self, plan: Plan, roster_import: RosterImport, today: date) -> None:
        self.today = today
        self.roster_import = roster_import
        self.places = plan.added_places
        self.entries = [entry for entry in plan.entries if entry.kind not in {REFUSED, SAME}]

    def write(self) -> None:
        """Change the database."""
        for step in (
            self.add_places,
            self.change_people,
            self.add_people,
            self.end_postings,
            self.change_postings,
            self.open_postings,
        ):
            step()

    def add_places(self) -> None:
        parents = Organization.objects.in_bulk({place.parent.pk for place in self.places if place.parent})
        for place in self.places:
            added = parents[_pk(place.parent)].add_child(kind=place.kind, name=place.name, code=place.code)
            place.pk, place.path = added.pk, added.path
            if place.kind == Organization.Kind.COUNTY:
                parents[added.pk] = added
        self.roster_import.added_organizations = [_pk(place) for place in self.places]

    def change_people(self) -> None:
        """Names and logins. First everybody lets go of the logins they lose, so that people can swap them."""
        changes = {
            entry.person.pk: {name: entry.changes[name] for name in PERSON_FIELDS if name in entry.changes}
            for entry in self.entries
            if entry.person
        }
        changes = {pk: fields for pk, fields in changes.items() if fields}
        release_logins(changes)
        set_fields(User, {pk: {name: new for name, (_old, new) in c.items()} for pk, c in changes.items()})

    def add_people(self) -> None:
        """New people. They cannot sign in until they activate."""
        entries = [entry for entry in self.entries if entry.kind == ADD and entry.person is None]
        for batch in batches(entries):
            people = User.objects.bulk_create(
                User(
                    name=entry.name,
                    number=(entry.row and entry.row.number) or None,
                    phone=(entry.row and entry.row.phone) or None,
                    password=unusable_password(),
                )
                for entry in batch
            )
            for entry, person in zip(batch, people, strict=True):
                entry.added_person = person.pk

    def end_postings(self) -> None:
        wanted = {pk: entry for entry in self.entries for pk in entry.ends}
        for batch in batches(sorted(wanted)):
            postings = Posting.objects.filter(not_ended(), pk__in=batch)
            for pk, ended_on in postings.values_list("pk", "ended_on"):
                wanted[pk].ended.append([pk, ended_on.isoformat() if ended_on else None])
            # One that has not begun yet ends on the day it would have begun.
            postings.update(ended_on=Greatest(Value(self.today, models.DateField()), F("started_on")))

    def change_postings(self) -> None:
        changes = {}
        for entry in self.entries:
            new = {name: entry.changes[name][1] for name in POSTING_FIELDS if name in entry.changes}
            if entry.posting and new:
                changes[entry.posting.pk] = new
        set_fields(Posting, changes)

    def open_postings(self) -> None:
        for batch in batches(self.entries):
            wanted = [(entry, self.posting(entry, role)) for entry in batch for role in entry.opens]
            postings = Posting.objects.bulk_create(posting for _entry, posting in wanted)
            for (entry, _posting), posting in zip(wanted, postings, strict=True):
                entry.opened.append(posting.pk)

    def posting(self, entry: Entry, role: str) -> Posting:
        row = entry.row
        return Posting(
            person_id=_person(entry),
            organization_id=_pk(entry.place),
            role=role,
            title=(row and row.title) or "",
            subject=(row and row.subject) or "",
            stage=(row and row.stage) or "",
            started_on=self.today,
        )


def unusable_password() -> str:
    """As `make_password(None)` makes one, but thirty times as fast: a city needs 38,000."""
    return UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20)


def _person(entry: Entry) -> int:
    """The key of an entry's person, who is in the database by now."""
    pk = entry.person.pk if entry.person else entry.added_person
    if pk is None:
        raise ValueError("This person has not been added.")
    return pk


def _pk(place: Place | None) -> int:
    """The key of a place that is in the database by now."""
    if place is None or place.pk is None:
        raise ValueError("This place has not been added.")
    return place.pk


def release_logins(changes: dict[int, dict[str, list[str]]]) -> None:
    """Give people whose number or phone will change a stand-in for it, so that nobody is in another's way.

    Not NULL: each person keeps at least one login, says the database.
    """
    for name in LOGINS:
        pks = [pk for pk, fields in changes.items() if name in fields and fields[name][0]]
        for batch in batches(pks):
            stand_in = Concat(Value("~"), Cast("pk", CharField()), output_field=CharField())
            User.objects.filter(pk__in=batch).update(**{name: stand_in})


def set_fields(model: type[models.Model], values: dict[int, dict[str, str]]) -> None:
    """Set different fields of many rows, in one statement for each 500 rows and set of fields."""
    by_fields: dict[tuple[str, ...], list[int]] = {}
    for pk, fields in values.items():
        by_fields.setdefault(tuple(sorted(fields)), []).append(pk)
    for names, pks in by_fields.items():
        for batch in batches(pks):
            rows = model._default_manager.in_bulk(batch)
            for pk, row in rows.items():
                for name in names:
                    empty = None if name in LOGINS else ""
                    setattr(row, name, values[pk][name] or empty)
            model._default_manager.bulk_update(list(rows.values()), names)


def open_again(wanted: dict[int, str | None], ended_on: Q) -> int:
    """Give postings back the end they had, if it still is as `ended_on` says. Returns how many were left."""
    left = 0
    for batch in batches(sorted(wanted)):
        postings = list(Posting.objects.filter(ended_on, pk__in=batch))
        left += len(batch) - len(postings)
        for posting in postings:
            before = wanted[posting.pk]
            posting.ended_on = date.fromisoformat(before) if before else None
        left += _without_rivals(postings)
        Posting.objects.bulk_update(postings, ["ended_on"])
    return left


def _without_rivals(postings: list[Posting]) -> int:
    """Drop those whose person holds the same role there anew: two open ones may not be. Returns how many."""
    people = [posting.person_id for posting in postings]
    rivals = set(
        Posting.objects.filter(ended_on=None, person__in=people).values_list(
            "person_id", "organization_id", "role"
        )
    )
    kept = [
        posting
        for posting in postings
        if posting.ended_on or (posting.person_id, posting.organization_id, posting.role) not in rivals
    ]
    dropped = len(postings) - len(kept)
    postings[:] = kept
    return dropped
