"""Who could earn a certificate of the other kinds: statements, schools, and training teams.

Each function takes any number of people or schools and asks a constant number of queries.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet, Sum, prefetch_related_objects
from django.utils import timezone

from assessments.evidence.models import Grade, Review, Submission
from courses.models import Cohort, HoursEntry
from courses.queries import Hours
from organizations.models import Organization, Posting, User

from .conditions import school_records
from .queries import Candidate
from .rules import Record, Shown


class Period(NamedTuple):
    """From the first day to the last, both included; None for as far as there is."""

    first: datetime.date | None = None
    last: datetime.date | None = None

    @property
    def subject(self) -> str:
        """As a statement of hours names it. Both days are known."""
        return f"{self.first}/{self.last}"

    @property
    def recorded(self) -> Q:
        """What was recorded within it, by the city's clock."""
        within = Q()
        if self.first:
            within &= Q(at__gte=_midnight(self.first))
        if self.last:
            within &= Q(at__lt=_midnight(self.last + datetime.timedelta(days=1)))
        return within


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), tzinfo=timezone.get_default_timezone())


def period_of(subject: str) -> Period:
    """The period that a subject names. Raises ValueError."""
    first, last = subject.split("/")
    return Period(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))


def schools_of(people: Collection[int]) -> dict[int, Organization]:
    """Person's id to the school they are posted in today: the first, should there be several. One query."""
    found: dict[int, Organization] = {}
    postings = Posting.objects.current().filter(
        person__in=people, organization__kind=Organization.Kind.SCHOOL
    )
    for posting in postings.select_related("organization").order_by("pk"):
        found.setdefault(posting.person_id, posting.organization)
    return found


def capability_candidates(people: Sequence[User], frameworks: Collection[str]) -> list[Candidate]:
    """One for each capability of these frameworks that these people have shown. Two queries.

    People whom no school employs today are left out: nobody could say where it was shown.
    """
    places = schools_of([person.pk for person in people])
    shown: dict[int, list[tuple[str, Shown]]] = defaultdict(list)
    rows = Submission.objects.filter(
        learner__in=places,
        status=Submission.Status.GRADED,
        grade__in=[Grade.PASS, Grade.EXCELLENT],
        capability__framework__code__in=frameworks,
    ).order_by("capability__framework", "capability__position")
    of_capability = [f"capability__{name}" for name in ("framework__code", "code", "dimension", "name_zh")]
    for learner, grade, framework, code, dimension, name in rows.values_list(
        "learner_id", "grade", *of_capability
    ):
        shown[learner].append((framework, Shown(code, dimension, grade, name)))
    return [
        Candidate(
            learner=person,
            school=places[person.pk],
            enrollment=None,
            subject=capability.code,
            record=Record(capabilities=(capability,)),
            framework=framework,
        )
        for person in people
        for framework, capability in shown[person.pk]
    ]


def hours_candidates(people: Sequence[User], period: Period) -> list[Candidate]:
    """The hours that these people earned in a period, in whatever programme. Two queries."""
    places = schools_of([person.pk for person in people])
    sums = _hours([*places], period)
    return [
        Candidate(
            learner=person,
            school=places[person.pk],
            enrollment=None,
            subject=period.subject,
            record=record_of(sums.get(person.pk, Hours())),
        )
        for person in people
        if person.pk in places
    ]


def _hours(people: Collection[int], period: Period) -> dict[int, Hours]:
    """Person's id to hours earned in a period; those without any are missing. One query."""
    sums: dict[int, dict[str, Decimal]] = defaultdict(dict)
    rows = HoursEntry.objects.once_each().filter(period.recorded, enrollment__learner__in=people).order_by()
    for person, kind, total in rows.values_list("enrollment__learner", "kind").annotate(Sum("hours")):
        sums[person][kind] = total
    return {person: Hours(**by_kind) for person, by_kind in sums.items()}


def record_of(hours: Hours) -> Record:
    """A record of hours alone."""
    return Record(online_hours=hours.online, practice_hours=hours.practice, outside_hours=hours.outside)


def school_candidates(cohorts: Sequence[Cohort]) -> list[Candidate]:
    """Each school in a programme as a whole. Four queries at most, and one if the schools were read along."""
    prefetch_related_objects(cohorts, "school")
    records = school_records(cohorts)
    return [
        Candidate(learner=None, school=cohort.school, enrollment=None, subject="", record=records[cohort.pk])
        for cohort in cohorts
    ]


def team_candidates(people: Sequence[User], roles: Collection[str]) -> list[Candidate]:
    """Those of these people who hold one of these roles today, with what they did in them. Three queries."""
    today = timezone.localdate()
    postings: dict[int, list[Posting]] = defaultdict(list)
    ids = [person.pk for person in people]
    rows = Posting.objects.filter(person__in=ids, role__in=roles, started_on__lte=today)
    for posting in rows.select_related("organization").order_by("started_on", "pk"):
        postings[posting.person_id].append(posting)
    reviews = dict(
        Review.objects.filter(reviewer__in=postings).order_by().values_list("reviewer").annotate(Count("pk"))
    )
    sums = _hours([*postings], Period())
    candidates = []
    for person in people:
        held = [p for p in postings[person.pk] if p.ended_on is None or p.ended_on > today]
        if held:
            record = replace(
                record_of(sums.get(person.pk, Hours())),
                roles=tuple(dict.fromkeys(posting.role for posting in held)),
                days=days_in((p.started_on, min(p.ended_on or today, today)) for p in postings[person.pk]),
                reviews=reviews.get(person.pk, 0),
            )
            candidates.append(
                Candidate(
                    learner=person, school=held[0].organization, enrollment=None, subject="", record=record
                )
            )
    return candidates


def days_in(spans: Iterable[tuple[datetime.date, datetime.date]]) -> int:
    """Days that lie in at least one of these spans, each without its last day. The earliest comes first."""
    days, reached = 0, datetime.date.min
    for first, end in spans:
        days += max((end - max(first, reached)).days, 0)
        reached = max(reached, end)
    return days


def people_shown(frameworks: Collection[str]) -> QuerySet[User]:
    """Everybody who has shown a capability of these frameworks."""
    shown = Submission.objects.filter(
        status=Submission.Status.GRADED, capability__framework__code__in=frameworks
    )
    return User.objects.filter(pk__in=shown.values("learner"))


def people_holding(roles: Collection[str]) -> QuerySet[User]:
    """Everybody who holds one of these roles today."""
    return User.objects.filter(pk__in=Posting.objects.current().filter(role__in=roles).values("person"))
