"""Everything about how far people have got, joined: for a teacher's home, a school's page and its export."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, DateTimeField, Q, QuerySet, Sum
from django.utils import timezone

from assessments.diagnostics.queries import is_waiting
from assessments.evidence.models import Submission
from assessments.evidence.queries import SubmissionLine, submissions_of
from assessments.quizzes.queries import quizzes_of
from certificates.models import Certificate
from certificates.queries import certificates_of, current_packs, programme_certificate, records_of
from certificates.rules import Missing, Record, explain
from courses import queries as courses
from courses.models import Cohort, Enrollment, Programme
from courses.models.programmes import CohortQuerySet
from organizations.models import User
from organizations.prepared import Given, Prepared

from . import rules
from .models import Standing

STAFF_FIELDS = (
    "enrollment__learner__name",
    "enrollment__learner__number",
    "lessons_done",
    "lessons_total",
    "quizzes_passed",
    "quizzes_total",
    "capabilities_shown",
    "capabilities_waiting",
    "capabilities_returned",
    "online_hours",
    "practice_hours",
    "certificate__number",
)
"""What a school's table says of a person."""


@dataclass(frozen=True)
class Plan:
    """What a teacher sees on the home page: the next step, what is left and why, and the numbers."""

    enrollment: Enrollment
    step: rules.Step
    lesson: courses.LessonLine | None
    record: Record
    missing: list[Missing]
    lines: list[courses.ModuleLine]
    done: set[int]
    passed: list[int]
    """The ids of the modules whose quiz was passed."""
    edition: str
    """Of the catalogue, from which `lines` are."""
    certificate: Certificate | None

    @property
    def lessons_total(self) -> int:
        return sum(len(line.lessons) for line in self.lines)


@Prepared
def _own() -> QuerySet[Any]:
    """A learner's enrolments, the one due first first."""
    waits = is_waiting("cohort__programme__framework", Given("learner"), Given("now", DateTimeField()))
    own = Enrollment.objects.active().filter(learner=Given("learner")).select_related("cohort__programme")
    told = own.annotate(may_diagnose=waits, **courses.LATEST).defer("cohort__plan")
    return told.order_by("cohort__due_on", "pk")


def own_enrollments(learner: User) -> list[Any]:
    """What a learner takes part in, what is due first first, each with its cohort and programme. One query.

    `may_diagnose` of each says whether a diagnosis waits, `courses.queries.edition_read_with` the edition.
    """
    return _own.rows(learner=learner.pk, now=timezone.now())


def plan_of(enrollment: Enrollment, learner: User, edition: str, held: Collection[Certificate]) -> Plan:
    """The plan of one of `learner`'s enrolments, from the facts themselves. A constant number of queries.

    The enrolment comes with its cohort and programme. `edition`: of the catalogue; `held`: what
    `certificates_held` says of the learner.
    """
    programme = enrollment.cohort.programme
    lines = courses.programme_lines(programme, edition)
    lessons = [lesson.pk for line in lines for lesson in line.lessons]
    done = courses.lessons_done([learner.pk], lessons)[learner.pk]
    quizzes = quizzes_of([line.module.pk for line in lines], learner)
    passed = {module for module, is_passed in quizzes.items() if is_passed}
    opened = courses.last_opened(learner, lines)
    submissions = submissions_of([learner.pk], [programme.framework_id])
    pack = current_packs([enrollment.cohort]).get(enrollment.cohort_id)
    record = records_of(
        [enrollment],
        passed={learner.pk: passed},
        quizzes={
            programme.pk: {line.module.pk: line.module.code for line in lines if line.module.pk in quizzes}
        },
        submissions=submissions,
        asked=[pack.parsed] if pack else [],
    )[enrollment.pk]
    certificate = programme_certificate(held, programme)
    missing = explain(record, pack.parsed) if pack else []
    codes = _open(submissions, programme)[learner.pk]
    step = rules.next_step(
        modules=[
            rules.ModuleState(
                code=line.module.code,
                lessons_left=sum(lesson.pk not in done for lesson in line.lessons),
                has_quiz=line.module.pk in quizzes,
                quiz_passed=line.module.pk in passed,
            )
            for line in lines
        ],
        opened=opened.module_code if opened else "",
        returned=codes[Submission.Status.RETURNED],
        waiting=codes[Submission.Status.SUBMITTED],
        needs_evidence=any(line.kind in {"capabilities", "dimensions"} for line in missing),
        certified=certificate is not None,
    )
    target = [line for line in lines if line.module.code == step.target]
    return Plan(
        enrollment=enrollment,
        step=step,
        lesson=courses.next_lesson(target, done, opened),
        record=record,
        missing=missing,
        lines=lines,
        done=done,
        passed=sorted(passed),
        edition=edition,
        certificate=certificate,
    )


def _open(submissions: Iterable[SubmissionLine], programme: Programme) -> dict[int, dict[str, list[str]]]:
    """Learner's id to status to the codes of the programme's capabilities, the longest handed in first."""
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in submissions:
        if row.framework == programme.framework_id:
            found[row.learner][row.status].append(row.code)
    return found


def standings_from_facts(enrollments: Iterable[Enrollment]) -> list[Standing]:
    """Standings counted from the facts, unsaved. Queries grow with the number of programmes only.

    The enrolments come with their cohort and programme.
    """
    by_programme: dict[Programme, list[Enrollment]] = defaultdict(list)
    for enrollment in enrollments:
        by_programme[enrollment.cohort.programme].append(enrollment)
    return [
        standing for programme, members in by_programme.items() for standing in _standings(programme, members)
    ]


def _standings(programme: Programme, enrollments: Sequence[Enrollment]) -> Iterable[Standing]:
    lessons = [
        lesson.pk for line in courses.programme_lines(programme, courses.edition()) for lesson in line.lessons
    ]
    learners = [enrollment.learner_id for enrollment in enrollments]
    done = courses.lessons_done(learners, lessons)
    submissions = submissions_of(learners, [programme.framework_id])
    packs = current_packs({enrollment.cohort_id: enrollment.cohort for enrollment in enrollments}.values())
    asked = {pack.parsed for pack in packs.values()}
    records = records_of(enrollments, submissions=submissions, asked=asked)
    certificates = certificates_of(enrollments)
    codes_of = _open(submissions, programme)
    for enrollment in enrollments:
        record = records[enrollment.pk]
        lessons_done = len(done[enrollment.learner_id])
        codes = codes_of[enrollment.learner_id]
        pack = packs.get(enrollment.cohort_id)
        missing = explain(record, pack.parsed) if pack else []
        yield Standing(
            enrollment=enrollment,
            cohort_id=enrollment.cohort_id,
            lessons_done=lessons_done,
            lessons_total=len(lessons),
            quizzes_passed=record.quizzes_passed,
            quizzes_total=record.quizzes_total,
            capabilities_shown=len(record.capabilities),
            capabilities_waiting=len(codes[Submission.Status.SUBMITTED]),
            capabilities_returned=len(codes[Submission.Status.RETURNED]),
            online_hours=record.online_hours,
            practice_hours=record.practice_hours,
            steps_left=len(lessons) - lessons_done + len(missing),
            certificate=certificates.get(enrollment.pk),
        )


def cohorts_of(user: User) -> CohortQuerySet:
    """The cohorts whose progress `user` may see, each with how many take part and how many are certified."""
    return (
        Cohort.objects.tracked_by(user)
        .select_related("school", "programme")
        .annotate(
            people=Count("enrollments", filter=Q(enrollments__left_at=None)),
            certified=Count(
                "enrollments",
                filter=Q(enrollments__left_at=None, enrollments__standing__certificate__isnull=False),
            ),
        )
        .order_by("school__path", "programme__starts_on")
    )


def staff_progress(cohort: Cohort, *, words: str = "", show: str = "") -> QuerySet:
    """The people of a cohort, who has most left first: the one query behind the page and the export.

    Named tuples of STAFF_FIELDS: for thousands of people, models would take as long as the rest of the work.
    `show` is "behind" (something is left), "certified" or "" for all; `words` are part of a name or number.
    """
    standings = Standing.objects.of_cohort(cohort.pk).by_risk()
    if words:
        standings = standings.named(words)
    if show == "behind":
        standings = standings.filter(certificate=None)
    elif show == "certified":
        standings = standings.filter(certificate__isnull=False)
    return standings.values_list(*STAFF_FIELDS, named=True)


def totals(cohort: Cohort) -> dict[str, int]:
    """How the whole cohort stands. One query."""
    return Standing.objects.of_cohort(cohort.pk).aggregate(
        people=Count("pk"),
        certified=Count("certificate"),
        lessons_done=Sum("lessons_done", default=0),
        lessons_total=Sum("lessons_total", default=0),
        waiting=Sum("capabilities_waiting", default=0),
        returned=Sum("capabilities_returned", default=0),
    )
