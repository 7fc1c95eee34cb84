"""How far people have got, in the numbers that certificates are given for, and what they have been given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from assessments.evidence.models import Grade, Submission
from assessments.evidence.queries import SubmissionLine, submissions_of
from assessments.quizzes.models import Quiz
from assessments.quizzes.queries import quizzes_passed
from courses.models import Cohort, Enrollment, Programme
from courses.queries import Hours, hours_earned

from .lifecycle import ENDED, Status
from .models import Certificate, RulePack
from .rules import Missing, Record, Shown, explain


@dataclass(frozen=True)
class Claim:
    """Where one enrolment stands on the way to its certificate."""

    enrollment: Enrollment
    record: Record
    pack: RulePack
    missing: list[Missing]
    certificates: list[Certificate]
    """Those given under any version of this pack, revoked ones too."""

    @property
    def is_due(self) -> bool:
        """Earned, and never given: what was revoked is not given again by itself."""
        return not self.missing and not self.certificates


def records_of(
    enrollments: Collection[Enrollment],
    *,
    passed: dict[int, set[int]] | None = None,
    quizzes: dict[int, set[int]] | None = None,
    submissions: list[SubmissionLine] | None = None,
) -> dict[int, Record]:
    """Enrolment's id to its record. At most five queries for any number of them.

    Quizzes and capabilities count wherever and whenever they were passed, if they belong to the programme.
    Who has asked for `quizzes_passed`, `closing_quizzes` and `submissions_of` already hands them in.
    """
    return _records(enrollments, _programmes(enrollments), passed, quizzes, submissions)


def _records(
    enrollments: Collection[Enrollment],
    programmes: dict[int, Programme],
    passed: dict[int, set[int]] | None = None,
    quizzes: dict[int, set[int]] | None = None,
    submissions: list[SubmissionLine] | None = None,
) -> dict[int, Record]:
    learners = {enrollment.learner_id for enrollment in enrollments}
    hours = hours_earned([enrollment.pk for enrollment in enrollments])
    if passed is None:
        passed = quizzes_passed(learners)
    if submissions is None:
        submissions = submissions_of(learners, {programme.framework_id for programme in programmes.values()})
    shown = _capabilities_shown(submissions)
    if quizzes is None:
        quizzes = closing_quizzes({programme.pk for programme in programmes.values()})
    records = {}
    for enrollment in enrollments:
        programme = programmes[enrollment.cohort_id]
        earned = hours.get(enrollment.pk, Hours())
        closing = quizzes[programme.pk]
        records[enrollment.pk] = Record(
            online_hours=earned.online,
            practice_hours=earned.practice,
            capabilities=tuple(shown[enrollment.learner_id, programme.framework_id]),
            quizzes_passed=len(closing & passed.get(enrollment.learner_id, set())),
            quizzes_total=len(closing),
        )
    return records


def _programmes(enrollments: Iterable[Enrollment]) -> dict[int, Programme]:
    """Cohort's id to its programme: a query only where they were not read along."""
    cohorts = {enrollment.cohort_id for enrollment in enrollments}
    if all(_comes_with_programme(enrollment) for enrollment in enrollments):
        return {enrollment.cohort_id: enrollment.cohort.programme for enrollment in enrollments}
    rows = Cohort.objects.filter(pk__in=cohorts).select_related("programme").only("programme")
    return {cohort.pk: cohort.programme for cohort in rows}


def _comes_with_programme(enrollment: Enrollment) -> bool:
    return Enrollment.cohort.is_cached(enrollment) and Cohort.programme.is_cached(enrollment.cohort)


def _capabilities_shown(submissions: Iterable[SubmissionLine]) -> dict[tuple[int, int], list[Shown]]:
    """(Learner's id, framework's id) to the capabilities shown, in the framework's order."""
    found: dict[tuple[int, int], list[Shown]] = defaultdict(list)
    for row in sorted(submissions, key=lambda row: row.position):
        if row.status == Submission.Status.GRADED and row.grade in {Grade.PASS, Grade.EXCELLENT}:
            found[row.learner, row.framework].append(Shown(row.code, row.dimension, row.grade, row.name))
    return found


def closing_quizzes(programmes: Collection[int]) -> dict[int, set[int]]:
    """Programme's id to the ids of its modules that close with a quiz."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Quiz.objects.live().filter(module__programmes__in=programmes)
    for programme, module in rows.values_list("module__programmes", "module_id"):
        found[programme].add(module)
    return found


def current_packs(programmes: Collection[int]) -> dict[int, RulePack]:
    """Programme's id to the rule pack in force today; those without one are missing. One query."""
    packs = RulePack.objects.filter(programme__in=programmes, effective_from__lte=timezone.localdate())
    return {pack.programme_id: pack for pack in packs.order_by("effective_from", "version", "pk")}


def current_pack(programme: Programme) -> RulePack | None:
    """The rule pack in force today."""
    return current_packs([programme.pk]).get(programme.pk)


def certificates_of(enrollments: Collection[Enrollment]) -> dict[int, Certificate]:
    """Enrolment's id to its programme's certificate: approved, and nothing took its place. Two queries."""
    return {
        enrollment: certificate
        for enrollment, certificates in _given(enrollments, _programmes(enrollments)).items()
        for certificate in certificates
        if certificate.status not in {*ENDED, Status.DRAFT}
    }


def _given(
    enrollments: Collection[Enrollment], programmes: dict[int, Programme]
) -> dict[int, list[Certificate]]:
    """Enrolment's id to all certificates of its programme, oldest first."""
    found: dict[tuple[int, int], list[Certificate]] = defaultdict(list)
    certificates = Certificate.objects.filter(
        learner__in={enrollment.learner_id for enrollment in enrollments},
        rule_pack__programme__in={programme.pk for programme in programmes.values()},
    )
    known = certificates.select_related("rule_pack").only(
        "learner", "status", "number", "rule_pack__programme", "rule_pack__code"
    )
    for certificate in known.order_by("pk"):
        if certificate.learner_id:
            found[certificate.learner_id, certificate.rule_pack.programme_id].append(certificate)
    return {
        enrollment.pk: found[enrollment.learner_id, programmes[enrollment.cohort_id].pk]
        for enrollment in enrollments
    }


def claims_of(enrollments: Sequence[Enrollment]) -> list[Claim]:
    """Where each enrolment stands, where its programme has a rule pack. A constant number of queries."""
    programmes = _programmes(enrollments)
    records = _records(enrollments, programmes)
    given = _given(enrollments, programmes)
    packs = current_packs({programme.pk for programme in programmes.values()})
    claims = []
    for enrollment in enrollments:
        pack = packs.get(programmes[enrollment.cohort_id].pk)
        if pack is None:
            continue
        record = records[enrollment.pk]
        under_pack = [c for c in given[enrollment.pk] if c.rule_pack.code == pack.code]
        claims.append(Claim(enrollment, record, pack, explain(record, pack.parsed), under_pack))
    return claims


def certificates_resting_on(passes: Collection[tuple[int, int]]) -> int:
    """How many certificates that stand were given with the help of these (learner, quiz). One query."""
    rows = Certificate.objects.live().filter(
        learner__in={learner for learner, _quiz in passes},
        rule_pack__programme__modules__quiz__in={quiz for _learner, quiz in passes},
    )
    found = rows.values_list("pk", "learner", "rule_pack__programme__modules__quiz")
    return len({pk for pk, learner, quiz in found if (learner, quiz) in set(passes)})
