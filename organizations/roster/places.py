"""Which school a row means: one that is known, one to be added under its county, or none."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ..models import Organization
from .reading import REFUSE, WARN, Problem, Row, Sheet

COUNTIES = Path(__file__).resolve().parent.parent / "data" / "counties.csv"
CHUNK = 2000


@dataclass(slots=True, eq=False)
class Place:
    """A bureau, county or school; without `pk` it is still to be added."""

    kind: str
    name: str
    code: str | None
    parent: Place | None = None
    pk: int | None = None
    path: str = ""

    @property
    def key(self) -> str:
        """Says which place this is, before and after it is added."""
        return str(self.pk or f"+{self.kind}/{self.code}/{self.name}")


@dataclass(frozen=True)
class County:
    """A county as `counties.csv` has it."""

    name: str
    code: str | None


@cache
def counties() -> dict[str, County]:
    """The counties of the city by every name and code they go by."""
    known: dict[str, County] = {}
    with COUNTIES.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            county = County(line["name"], line["code"] or None)
            names = [line["name"], line["code"], *line["aliases"].split("|")]
            known |= {name: county for name in names if name}
    return known


def canonical(name: str) -> str:
    """A county's present name, whichever it was called by."""
    county = counties().get(name)
    return county.name if county else name


@dataclass
class Places:
    """The tree at and below `scope`, as far as a roster asks for it, with what the roster adds."""

    scope: Place
    by_code: dict[str, Place] = field(default_factory=dict)
    by_county: dict[str, Place] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[Place]] = field(default_factory=lambda: defaultdict(list))
    foreign_codes: set[str] = field(default_factory=set)
    foreign_counties: set[str] = field(default_factory=set)
    added: list[Place] = field(default_factory=list)
    warned: set[tuple[str, str, str]] = field(default_factory=set)

    def add(self, place: Place) -> None:
        if place.code:
            self.by_code[place.code] = place
        if place.kind == Organization.Kind.COUNTY:
            self.by_county[canonical(place.name)] = place
        elif place.kind == Organization.Kind.SCHOOL and place.parent:
            self.by_name[place.parent.key, place.name].append(place)

    def plant(self, kind: str, name: str, code: str | None, parent: Place) -> Place:
        """A place that the roster adds."""
        place = Place(kind, name, code, parent)
        self.added.append(place)
        self.add(place)
        return place


def load(scope: Organization, sheet: Sheet) -> Places:
    """What of the tree is needed to place the rows of `sheet`. Two queries and one per 2,000 codes."""
    above = None
    parent = scope.get_parent()
    if parent:
        above = Place(parent.kind, parent.name, parent.code, None, parent.pk, parent.path)
    top = Place(scope.kind, scope.name, scope.code, above, scope.pk, scope.path)
    places = Places(top)
    places.add(top)
    at = {scope.path: top}
    below = Organization.objects.filter(path__startswith=scope.path).exclude(pk=scope.pk).order_by("path")
    for pk, path, kind, name, code in below.values_list("pk", "path", "kind", "name", "code").iterator():
        at[path] = Place(kind, name, code, at[path[: -Organization.steplen]], pk, path)
        places.add(at[path])
    asked = sorted({row.school_code for row in sheet.rows if row.school_code} - places.by_code.keys())
    for start in range(0, len(asked), CHUNK):
        found = Organization.objects.filter(code__in=asked[start : start + CHUNK])
        places.foreign_codes.update(found.values_list("code", flat=True))
    others = Organization.objects.filter(kind=Organization.Kind.COUNTY).exclude(path__startswith=scope.path)
    places.foreign_counties = {canonical(name) for name in others.values_list("name", flat=True)}
    return places


def assign(sheet: Sheet, places: Places) -> tuple[dict[int, Place], list[Problem]]:
    """The school of each line, where there is one, and what is wrong with the others.

    Rows with a code go first, so that rows without one find the schools these add, wherever they stand.
    Rows that are refused already add no school.
    """
    found: dict[int, Place] = {}
    problems: list[Problem] = []
    refused = sheet.refused_lines
    for row in sorted(sheet.rows, key=lambda row: (not row.school_code, row.line)):
        chooser = _Chooser(row, sheet.headers, places, may_add=row.line not in refused)
        if place := chooser.place():
            found[row.line] = place
        problems += chooser.problems
    return found, problems


class _Chooser:
    """Finds the place of one row."""

    def __init__(self, row: Row, headers: dict[str, str], places: Places, *, may_add: bool) -> None:
        self.row, self.headers, self.places, self.may_add = row, headers, places, may_add
        self.problems: list[Problem] = []

    def report(self, name: str, code: str, severity: str = REFUSE, /, **details: object) -> None:
        value = str(getattr(self.row, name) or "")
        self.problems.append(
            Problem(self.row.line, self.headers.get(name, ""), value, code, severity, details)
        )

    def warn_once(self, name: str, code: str, key: str, /, **details: object) -> None:
        """A warning about a school, on its first line only: on each line it would hide the others."""
        value = str(getattr(self.row, name) or "")
        if (code, key, value) not in self.places.warned:
            self.places.warned.add((code, key, value))
            self.report(name, code, WARN, **details)

    def place(self) -> Place | None:
        if not self.row.school_code and not self.row.school_name:
            self.report("school_code" if "school_code" in self.headers else "school_name", "school_missing")
            return None
        if self.row.school_code in self.places.foreign_codes:
            self.report_foreign()
            return None
        if known := self.places.by_code.get(self.row.school_code or ""):
            return self.known(known)
        return self.by_name_or_new()

    def report_foreign(self) -> None:
        name = "school_code" if self.row.school_code else "school_name"
        self.report(name, "school_foreign", scope=self.places.scope.name)

    def known(self, place: Place) -> Place | None:
        if place.kind != Organization.Kind.SCHOOL:
            self.report("school_code", "not_a_school", name=place.name)
            return None
        if self.row.school_name and self.row.school_name != place.name:
            self.warn_once("school_name", "school_renamed", place.key, name=place.name)
        if self.row.county and place.parent and canonical(self.row.county) != canonical(place.parent.name):
            self.warn_once("county", "school_elsewhere", place.key, name=place.parent.name)
        return place

    def by_name_or_new(self) -> Place | None:
        county = self.county()
        if county is None:
            return None
        namesakes = self.places.by_name.get((county.key, self.row.school_name or ""), [])
        if not self.row.school_code:
            return self.only_one(namesakes)
        if len(namesakes) == 1 and not namesakes[0].code:
            return namesakes[0]
        if not self.row.school_name:
            self.report("school_name", "school_name_missing")
            return None
        if not self.may_add:
            return None
        if county.pk is None and county not in self.places.added:
            self.places.added.append(county)
            self.places.add(county)
        if namesakes:
            self.warn_once("school_code", "school_twin", county.key, code=namesakes[0].code)
        kind = Organization.Kind.SCHOOL
        return self.places.plant(kind, self.row.school_name, self.row.school_code, county)

    def only_one(self, namesakes: Iterable[Place]) -> Place | None:
        found = list(namesakes)
        if len(found) == 1:
            return found[0]
        self.report("school_name", "school_ambiguous" if found else "school_without_code")
        return None

    def county(self) -> Place | None:
        """The county of the row, perhaps one to be added; None after reporting why there is none."""
        scope = self.places.scope
        if scope.kind not in {Organization.Kind.BUREAU, Organization.Kind.COUNTY}:
            self.report_foreign()
            return None
        if not self.row.county:
            if scope.kind == Organization.Kind.COUNTY:
                return scope
            self.report("county" if "county" in self.headers else "school_name", "county_missing")
            return None
        name = canonical(self.row.county)
        if known := self.places.by_county.get(name):
            return known
        if name in self.places.foreign_counties or scope.kind == Organization.Kind.COUNTY:
            self.report_foreign()
            return None
        return self.new_county(name)

    def new_county(self, name: str) -> Place | None:
        entry = counties().get(name)
        if entry is None:
            names = "、".join(dict.fromkeys(county.name for county in counties().values()))
            self.report("county", "county_unknown", names=names)
            return None
        return Place(Organization.Kind.COUNTY, entry.name, entry.code, self.places.scope)
