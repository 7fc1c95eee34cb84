"""What depends on the school: what its lead has confirmed, and how far the whole school has got."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef

from assessments.quizzes.models import Attempt, Quiz
from courses.models import Cohort, Enrollment
from organizations.models import Posting
from organizations.roles import Role

from .lifecycle import Status
from .models import Certificate, SignOff
from .rules import Kind, Record, Rules, Share

SignOffs = dict[tuple[int, int | None], tuple[str, ...]]
"""Ids of a cohort and of an enrolment in it (None for the school itself) to what is confirmed."""


@dataclass(frozen=True)
class Conditions:
    """What the schools of some enrolments have to say; empty where nobody asks."""

    sign_offs: SignOffs = field(default_factory=dict)
    finished: dict[int, Share] = field(default_factory=dict)
    """Cohort's id to how many of it have finished the modules."""


def conditions_of(asked: Collection[Rules], quizzes: dict[int, int]) -> Conditions:
    """What the rules `asked` want to know of the schools: none to three queries.

    `quizzes`: cohort's id to how many there are in its programme.
    """
    return Conditions(
        sign_offs=sign_offs_of(quizzes) if any(rules.sign_offs for rules in asked) else {},
        finished=finished_in(quizzes) if any(rules.cohort_percent for rules in asked) else {},
    )


def sign_offs_of(cohorts: Collection[int]) -> SignOffs:
    """What holds of what the leads of these cohorts' schools confirmed: the last word on each. One query."""
    found: dict[tuple[int, int | None], dict[str, bool]] = defaultdict(dict)
    rows = SignOff.objects.filter(cohort__in=cohorts).order_by("pk")
    for cohort, enrollment, name, is_given in rows.values_list("cohort", "enrollment", "name", "is_given"):
        found[cohort, enrollment][name] = is_given
    return {
        about: tuple(name for name, is_given in names.items() if is_given) for about, names in found.items()
    }


def finished_in(quizzes: dict[int, int]) -> dict[int, Share]:
    """Cohort's id to how many of those who take part have passed every quiz of its programme. Two queries.

    `quizzes`: as `conditions_of` takes them.
    """
    taking_part = Enrollment.objects.active().filter(cohort__in=quizzes).order_by().values_list("cohort")
    people = dict(taking_part.annotate(Count("pk")))
    passed = Attempt.objects.filter(
        passed=True,
        quiz__in=Quiz.objects.live().values("pk"),
        quiz__module__programmes=F("learner__enrollments__cohort__programme"),
        learner__enrollments__cohort__in=quizzes,
        learner__enrollments__left_at=None,
    )
    counts = passed.order_by().values_list("learner__enrollments__cohort", "learner__enrollments")
    finished = Counter(
        cohort
        for cohort, _enrollment, count in counts.annotate(Count("quiz", distinct=True))
        if count >= quizzes[cohort]
    )
    return {cohort: Share(finished[cohort], count) for cohort, count in people.items()}


def school_records(cohorts: Collection[Cohort]) -> dict[int, Record]:
    """Cohort's id to how far its school has got as a whole. Three queries."""
    ids = [cohort.pk for cohort in cohorts]
    stands = Certificate.objects.filter(
        learner=OuterRef("learner"),
        rule_pack__kind=Kind.TEACHER,
        rule_pack__programme=OuterRef("cohort__programme"),
        status__in=[Status.APPROVED, Status.HELD, Status.ISSUED],
    )
    people = Enrollment.objects.active().filter(cohort__in=ids).annotate(certified=Exists(stands))
    certified: dict[int, list[bool]] = defaultdict(list)
    taking_part: dict[int, set[int]] = defaultdict(set)
    for cohort, learner, is_certified in people.values_list("cohort_id", "learner_id", "certified"):
        certified[cohort].append(is_certified)
        taking_part[cohort].add(learner)
    teachers: dict[int, set[int]] = defaultdict(set)
    schools = {cohort.school_id for cohort in cohorts}
    postings = Posting.objects.current().filter(organization__in=schools, role=Role.TEACHER)
    for school, person in postings.values_list("organization_id", "person_id"):
        teachers[school].add(person)
    confirmed = sign_offs_of(ids)
    return {
        cohort.pk: Record(
            sign_offs=confirmed.get((cohort.pk, None), ()),
            enrolled=Share(
                len(teachers[cohort.school_id] & taking_part[cohort.pk]), len(teachers[cohort.school_id])
            ),
            certified=Share(sum(certified[cohort.pk]), len(certified[cohort.pk])),
            environment=cohort.environment,
            has_plan=bool(cohort.plan.strip()),
        )
        for cohort in cohorts
    }
