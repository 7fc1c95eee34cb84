"""Who each row is: a person we know by number, else by phone, or somebody new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .. import rules
from ..models import Posting, User
from .reading import WARN, Problem, Row, Sheet

CHUNK = 2000
LOGINS = ("number", "phone")


@dataclass(slots=True)
class OpenPosting:
    """A posting that has not ended, as far as planning needs it."""

    pk: int
    path: str
    kind: str
    place: str
    role: str
    title: str
    subject: str
    stage: str


@dataclass(slots=True, eq=False)
class Person:
    """Somebody we know."""

    pk: int
    name: str
    number: str | None
    phone: str | None
    is_active: bool
    is_superuser: bool
    postings: list[OpenPosting] = field(default_factory=list)

    def name_for(self, path: str) -> str:
        """The name as an importer at `path` may see it: masked, unless the person is posted there."""
        if any(posting.path.startswith(path) for posting in self.postings):
            return self.name
        return rules.mask_name(self.name)

    def has_duties_outside(self, path: str) -> bool:
        """Whether their name and logins are not this importer's to change: else a county could take
        over the account of somebody who works for the bureau."""
        return self.is_superuser or any(not posting.path.startswith(path) for posting in self.postings)


@dataclass
class People:
    """Everybody whose number or phone a roster names."""

    by_pk: dict[int, Person] = field(default_factory=dict)
    by_login: dict[str, Person] = field(default_factory=dict)

    def named_by(self, row: Row) -> tuple[Person | None, Person | None]:
        """The person with the row's number, and the one with its phone."""
        return self.by_login.get(f"number {row.number}"), self.by_login.get(f"phone {row.phone}")

    def holding(self, name: str, value: str | None) -> Person | None:
        return self.by_login.get(f"{name} {value}") if value else None


def load(sheet: Sheet) -> People:
    """Everybody named in `sheet`, with their open postings. Three queries for each 2,000 rows."""
    people = People()
    for start in range(0, len(sheet.rows), CHUNK):
        rows = sheet.rows[start : start + CHUNK]
        numbers, phones = {row.number for row in rows if row.number}, {row.phone for row in rows if row.phone}
        _load_people(people, Q(number__in=numbers))
        _load_people(people, Q(phone__in=phones))
    pks = sorted(people.by_pk)
    for start in range(0, len(pks), CHUNK):
        for person, posting in open_postings(Q(person__in=pks[start : start + CHUNK])):
            people.by_pk[person].postings.append(posting)
    return people


def _load_people(people: People, named: Q) -> None:
    fields = ("pk", "name", "number", "phone", "is_active", "is_superuser")
    for values in User.objects.filter(named).values_list(*fields).iterator():
        person = people.by_pk.setdefault(values[0], Person(*values))
        for name in LOGINS:
            if value := getattr(person, name):
                people.by_login[f"{name} {value}"] = person


def not_ended() -> Q:
    """Postings in force, and those still to begin."""
    return Q(ended_on=None) | Q(ended_on__gt=timezone.localdate())


def open_postings(wanted: Q) -> Iterable[tuple[int, OpenPosting]]:
    """Open postings with the person each belongs to."""
    postings: models.QuerySet = Posting.objects.filter(not_ended() & wanted).order_by("pk")
    for person, *values in postings.values_list(
        "person_id",
        "pk",
        "organization__path",
        "organization__kind",
        "organization__name",
        "role",
        "title",
        "subject",
        "stage",
    ).iterator():
        yield person, OpenPosting(*values)


@dataclass
class Matches:
    """Who the lines are. A line that is in neither is a new person."""

    people: dict[int, Person] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def match(rows: list[Row], people: People, headers: dict[str, str], scope: str, scope_name: str) -> Matches:
    """Say who each of `rows` is, and refuse those who would take a login that somebody else keeps.

    People may swap numbers or phones, as long as every one of them is in the file: what one row takes
    another must let go. Refusing one row can leave another without what it wants, so this goes on until
    nothing more is refused.
    """
    matches = Matches()
    line_of: dict[int, Row] = {}
    accepted: dict[int, Row] = {}
    for row in rows:
        person = person_of(row, people)
        if person and person.pk in line_of:
            first = line_of[person.pk].line
            _refuse(matches, row, headers, "number" if row.number else "phone", "person_twice", line=first)
            continue
        if person:
            matches.people[row.line] = person
            line_of[person.pk] = row
            _warn_of_person(matches, row, person, headers, scope)
        accepted[row.line] = row
    while taken := _taken(accepted.values(), matches, people, line_of, scope):
        for row, name, holder in taken:
            accepted.pop(row.line, None)
            if person := matches.people.pop(row.line, None):
                line_of.pop(person.pk, None)
            _refuse(matches, row, headers, name, f"{name}_taken", name=holder.name_for(scope))
    _keep_outside(accepted.values(), matches, headers, scope, scope_name)
    return matches


def person_of(row: Row, people: People) -> Person | None:
    """By number; else by phone. Where the two are different people, the name decides.

    A phone whose holder has another number and another name is somebody else's: phones are handed on.
    """
    by_number, by_phone = people.named_by(row)
    if by_number is None:
        if by_phone and (not by_phone.number or not row.number or by_phone.name == row.name):
            return by_phone
        return None
    if by_phone and by_phone is not by_number and by_number.name != row.name == by_phone.name:
        return by_phone  # numbers were swapped, and this row says so
    return by_number


def wanted(row: Row, person: Person, scope: str) -> dict[str, str]:
    """What the row would make of the person's name and logins. Empty cells take nothing away."""
    if person.has_duties_outside(scope):
        return {}
    values = {"name": row.name, "number": row.number, "phone": row.phone}
    return {name: value for name, value in values.items() if value and value != getattr(person, name)}


def _taken(
    rows: Iterable[Row], matches: Matches, people: People, line_of: dict[int, Row], scope: str
) -> list[tuple[Row, str, Person]]:
    """Rows that want a number or phone which its holder keeps, each once."""
    found = []
    for row in rows:
        person = matches.people.get(row.line)
        wants = wanted(row, person, scope) if person else {"number": row.number, "phone": row.phone}
        for name in LOGINS:
            holder = people.holding(name, wants.get(name))
            if not holder or holder is person:
                continue
            holders_row = line_of.get(holder.pk)
            if holders_row is None or name not in wanted(holders_row, holder, scope):
                found.append((row, name, holder))
                break
    return found


def _refuse(
    matches: Matches, row: Row, headers: dict[str, str], name: str, code: str, /, **details: object
) -> None:
    value = getattr(row, name) or ""
    matches.problems.append(Problem(row.line, headers.get(name, ""), value, code, details=details))


def _warn_of_person(matches: Matches, row: Row, person: Person, headers: dict[str, str], scope: str) -> None:
    column = headers["name"]
    if not person.is_active:
        matches.problems.append(Problem(row.line, column, row.name, "account_closed", WARN))
    if "name" in wanted(row, person, scope):
        known: dict[str, object] = {"name": person.name_for(scope)}
        matches.problems.append(Problem(row.line, column, row.name, "name_changed", WARN, known))


def _keep_outside(
    rows: Iterable[Row], matches: Matches, headers: dict[str, str], scope: str, scope_name: str
) -> None:
    """Say where a person's name and logins stay although the row has others."""
    for row in rows:
        person = matches.people.get(row.line)
        if person is None or not person.has_duties_outside(scope):
            continue
        values = {"name": row.name, "number": row.number, "phone": row.phone}
        if any(value and value != getattr(person, name) for name, value in values.items()):
            matches.problems.append(
                Problem(row.line, headers["name"], row.name, "person_kept", WARN, {"scope": scope_name})
            )
