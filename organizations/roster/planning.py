"""What a roster would change, line by line. Saves nothing; applying makes the same plan again."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from ..models import Organization, User
from ..roles import Role
from . import matching, places
from .matching import OpenPosting, People, Person
from .places import Place, Places
from .reading import REFUSE, WARN, Problem, Row, Sheet

ADD, CHANGE, MOVE, LEAVE, REFUSED, SAME = "add", "change", "move", "leave", "refuse", "same"
KINDS = (ADD, CHANGE, MOVE, LEAVE, REFUSED, SAME)

LEAD_TITLE = "校长"
"""Who has this post also gets the role of school lead there, and loses it with the post."""

POSTING_FIELDS = ("title", "subject", "stage")
CHUNK = 500


@dataclass(slots=True)
class Entry:
    """What happens to one person: logins and name, the teacher's posting, postings that end and begin."""

    kind: str
    name: str
    number: str
    place: Place | None
    line: int | None = None
    row: Row | None = None
    person: Person | None = None
    changes: dict[str, list[str]] = field(default_factory=dict)
    posting: OpenPosting | None = None
    ends: list[int] = field(default_factory=list)
    opens: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    added_person: int | None = None
    opened: list[int] = field(default_factory=list)
    ended: list[list] = field(default_factory=list)
    """Filled in by writing: whom and what it added, and the day on which each ended posting was to end."""


@dataclass
class Plan:
    """All that would happen. Those to whom nothing happens are only counted, unless they raise a question."""

    added_places: list[Place]
    entries: list[Entry] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    warnings: int = 0
    posted: int = 0
    """How many people are now posted in the schools of the file: what leavers are a share of."""

    def add(self, entry: Entry) -> None:
        self.counts[entry.kind] += 1
        self.warnings += sum(problem.severity == WARN for problem in entry.problems)
        if entry.kind != SAME or entry.problems:
            self.entries.append(entry)

    def digest(self) -> str:
        """A fingerprint of all that would be changed: the same plan has the same one."""
        digest = hashlib.sha256()
        for place in self.added_places:
            digest.update(place.key.encode())
        for entry in self.entries:
            if entry.kind not in {REFUSED, SAME}:
                digest.update(json.dumps(_essence(entry), sort_keys=True).encode())
        return digest.hexdigest()


def _essence(entry: Entry) -> list[object]:
    return [
        entry.kind,
        entry.line,
        entry.person.pk if entry.person else None,
        entry.place.key if entry.place else None,
        entry.changes,
        entry.ends,
        entry.opens,
    ]


def plan(sheet: Sheet, scope: Organization, *, is_complete: bool = False) -> Plan:
    """Plan what `sheet` changes at and below `scope`.

    `is_complete` says that the file holds everybody of its schools, so that who is missing has left.
    """
    tree = places.load(scope, sheet)
    people = matching.load(sheet)
    found, problems = places.assign(sheet, tree)
    refused = sheet.refused_lines | {problem.line for problem in problems if problem.severity == REFUSE}
    candidates = [row for row in sheet.rows if row.line not in refused]
    elsewhere = _posted_elsewhere(candidates, people, sheet, scope)
    problems += elsewhere
    lost = {problem.line for problem in elsewhere}
    candidates = [row for row in candidates if row.line not in lost]
    matches = matching.match(candidates, people, sheet.headers, scope.path, scope.name)
    planner = _Planner(sheet, scope, found, matches.people)
    planner.take_problems([*sheet.problems, *problems, *matches.problems])
    result = Plan(planner.places_used(tree))
    for row in sheet.rows:
        result.add(planner.entry(row))
    for entry, is_leaving in planner.missing(people):
        result.posted += 1
        if is_complete and is_leaving:
            result.add(entry)
    return result


def _posted_elsewhere(
    rows: Iterable[Row], people: People, sheet: Sheet, scope: Organization
) -> list[Problem]:
    """Rows whose person teaches outside the importer's part of the tree, and only there."""
    problems = []
    for row in rows:
        person = matching.person_of(row, people)
        if person is None:
            continue
        paths = [posting.path for posting in person.postings if posting.role == Role.TEACHER]
        if paths and not any(path.startswith(scope.path) for path in paths):
            name = "number" if row.number else "phone"
            problems.append(
                Problem(
                    row.line,
                    sheet.headers[name],
                    getattr(row, name) or "",
                    "person_elsewhere",
                    details={"scope": scope.name},
                )
            )
    return problems


class _Planner:
    """Makes the entries, once it is known who and where everybody is."""

    def __init__(
        self, sheet: Sheet, scope: Organization, found: dict[int, Place], people: dict[int, Person]
    ) -> None:
        self.sheet, self.scope, self.found, self.people = sheet, scope, found, people
        self.problems: dict[int, list[Problem]] = defaultdict(list)
        self.refused: set[int] = set()

    def take_problems(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.problems[problem.line].append(problem)
            if problem.severity == REFUSE:
                self.refused.add(problem.line)

    def places_used(self, tree: Places) -> list[Place]:
        """The places to add, without those whose every row was refused after all; counties first."""
        needed = {id(place) for line, place in self.found.items() if line not in self.refused}
        needed |= {id(place.parent) for place in tree.added if id(place) in needed}
        return sorted(
            (place for place in tree.added if id(place) in needed),
            key=lambda place: place.kind != Organization.Kind.COUNTY,
        )

    def entry(self, row: Row) -> Entry:
        person, place = self.people.get(row.line), self.found.get(row.line)
        entry = Entry(
            SAME,
            name=row.name or (person.name if person else ""),
            number=row.number or row.phone or "",
            place=place,
            line=row.line,
            row=row,
            person=person,
            problems=self.problems.get(row.line, []),
        )
        if row.line in self.refused or place is None:
            entry.kind = REFUSED
        elif person is None:
            entry.kind = ADD
            entry.opens = [Role.TEACHER.value, *self.lead_role(row)]
        else:
            self.compare(entry, row, person, place)
        return entry

    def lead_role(self, row: Row) -> list[str]:
        return [Role.SCHOOL_LEAD.value] if row.title == LEAD_TITLE else []

    def compare(self, entry: Entry, row: Row, person: Person, place: Place) -> None:
        """Fill in what differs between a person we know and the row."""
        for name, value in matching.wanted(row, person, self.scope.path).items():
            entry.changes[name] = [getattr(person, name) or "", value]
        here = [posting for posting in person.postings if place.path and posting.path == place.path]
        left = self.schools_left(person, place)
        entry.ends = [
            posting.pk
            for posting in person.postings
            if any(posting.path.startswith(school.path) for school in left)
        ]
        entry.posting = next((posting for posting in here if posting.role == Role.TEACHER), None)
        if entry.posting is None:
            entry.opens.append(Role.TEACHER.value)
            entry.changes["school"] = ["、".join(school.place for school in left), place.name]
        else:
            self.compare_posting(entry, row, entry.posting, here)
        if self.lead_role(row) and not any(posting.role == Role.SCHOOL_LEAD for posting in here):
            entry.opens.append(Role.SCHOOL_LEAD.value)
        if left:
            entry.kind = MOVE
        elif entry.posting is None:
            entry.kind = ADD
        elif entry.changes or entry.opens or entry.ends:
            entry.kind = CHANGE

    def compare_posting(
        self, entry: Entry, row: Row, posting: OpenPosting, here: Iterable[OpenPosting]
    ) -> None:
        for name in POSTING_FIELDS:
            value = getattr(row, name)
            if value is not None and value != getattr(posting, name):
                entry.changes[name] = [getattr(posting, name), value]
        if posting.title == LEAD_TITLE and "title" in entry.changes:
            entry.ends += [other.pk for other in here if other.role == Role.SCHOOL_LEAD]

    def schools_left(self, person: Person, place: Place) -> list[OpenPosting]:
        """Where at or below the scope the person teaches and will not: a roster names one school each."""
        return [
            posting
            for posting in person.postings
            if posting.role == Role.TEACHER
            and posting.kind == Organization.Kind.SCHOOL
            and posting.path.startswith(self.scope.path)
            and posting.path != place.path
        ]

    def missing(self, people: People) -> Iterable[tuple[Entry, bool]]:
        """Everybody who teaches in the file's schools today, and whether the file leaves them out.

        Nobody leaves a school of which a row was refused, nor if a refused row names them: the row that
        is missing may be theirs.
        """
        schools = {place.pk: place for place in self.found.values() if place.pk}
        unsure = {place.pk for line, place in self.found.items() if line in self.refused}
        named = {person.pk for person in self.people.values()}
        for row in self.sheet.rows:
            if row.line in self.refused:
                named.update(person.pk for person in people.named_by(row) if person)
        pks = sorted(schools)
        for start in range(0, len(pks), CHUNK):
            chunk = [schools[pk] for pk in pks[start : start + CHUNK]]
            for person, place, postings in _posted_in(chunk):
                is_missing = person.pk not in named and place.pk not in unsure
                yield _leaver(person, place, postings), is_missing


def _leaver(person: Person, place: Place, postings: list[OpenPosting]) -> Entry:
    ends = [posting.pk for posting in postings if posting.path.startswith(place.path)]
    changes = {"school": [place.name, ""]}
    return Entry(LEAVE, person.name, person.number or "", place, person=person, changes=changes, ends=ends)


def _posted_in(schools: list[Place]) -> Iterable[tuple[Person, Place, list[OpenPosting]]]:
    """Everybody who teaches in `schools`, with all their open postings. Three queries."""
    by_path = {place.path: place for place in schools}
    here = Q(organization__in=[place.pk for place in schools], role=Role.TEACHER)
    teaching = [(person, by_path[posting.path]) for person, posting in matching.open_postings(here)]
    pks = list({person for person, _place in teaching})
    people: dict[int, Person] = {}
    for start in range(0, len(pks), matching.CHUNK):
        chunk = pks[start : start + matching.CHUNK]
        fields = ("pk", "name", "number", "phone", "is_active", "is_superuser")
        people |= {
            values[0]: Person(*values) for values in User.objects.filter(pk__in=chunk).values_list(*fields)
        }
        for person, posting in matching.open_postings(Q(person__in=chunk)):
            people[person].postings.append(posting)
    for pk, place in teaching:
        yield people[pk], place, people[pk].postings
