"""How far people have got, in the numbers that certificates are given for, and what they have been given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import DateField, prefetch_related_objects
from django.utils import timezone

from assessments.evidence.models import Grade, Submission
from assessments.evidence.queries import SubmissionLine, submissions_of
from assessments.quizzes.models import Quiz
from assessments.quizzes.queries import quizzes_passed
from courses.models import Cohort, Enrollment, Programme
from courses.queries import Hours, hours_earned
from organizations.models import Organization, User
from organizations.prepared import Given, Ids, Prepared

from .conditions import conditions_of
from .lifecycle import ENDED, Status
from .models import Certificate, RulePack, chosen
from .rules import Kind, Missing, Record, Rules, Share, Shown, explain


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody, or a school, on the way to a certificate; whatever the rules ask for."""

    learner: User | None
    """None exactly when it is the school that would hold it."""
    school: Organization
    enrollment: Enrollment | None
    subject: str
    """What, beside the pack, tells two certificates of one holder apart."""
    record: Record
    framework: str = ""
    """Code of the framework to which the capability of a statement belongs."""

    @property
    def holder(self) -> tuple[int | None, int | None]:
        """Ids of the learner, or else of the school."""
        return (self.learner.pk, None) if self.learner else (None, self.school.pk)


@dataclass(frozen=True, kw_only=True)
class Claim(Candidate):
    """Where a candidate stands under the rule pack that holds for it."""

    pack: RulePack
    missing: list[Missing]
    certificates: list[Certificate]
    """Those given under any version of this pack, revoked ones too."""

    @property
    def is_due(self) -> bool:
        """Earned, and never given: what was revoked is not given again by itself."""
        return not self.missing and not self.certificates


def claim_of(candidate: Candidate, pack: RulePack, certificates: list[Certificate]) -> Claim:
    """Where a candidate stands under this pack."""
    missing = explain(candidate.record, pack.parsed)
    return Claim(**vars(candidate), pack=pack, missing=missing, certificates=certificates)


def records_of(
    enrollments: Collection[Enrollment],
    *,
    passed: dict[int, set[int]] | None = None,
    quizzes: dict[int, dict[int, str]] | None = None,
    submissions: list[SubmissionLine] | None = None,
    asked: Collection[Rules] = (),
) -> dict[int, Record]:
    """Enrolment's id to its record. At most five queries for any number of them.

    Quizzes and capabilities count wherever and whenever they were passed, if they belong to the programme.
    Who has asked for `quizzes_passed`, `closing_quizzes` and `submissions_of` already hands them in.
    What the school has to say is read only where one of the rules `asked` wants to know: three more queries.
    """
    return _records(enrollments, _programmes(enrollments), passed, quizzes, submissions, asked)


def _records(
    enrollments: Collection[Enrollment],
    programmes: dict[int, Programme],
    passed: dict[int, set[int]] | None = None,
    quizzes: dict[int, dict[int, str]] | None = None,
    submissions: list[SubmissionLine] | None = None,
    asked: Collection[Rules] = (),
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
    conditions = conditions_of(
        asked, {cohort: len(quizzes[programme.pk]) for cohort, programme in programmes.items()}
    )
    records = {}
    for enrollment in enrollments:
        programme = programmes[enrollment.cohort_id]
        earned = hours.get(enrollment.pk, Hours())
        closing = quizzes[programme.pk]
        done = closing.keys() & passed.get(enrollment.learner_id, set())
        records[enrollment.pk] = Record(
            online_hours=earned.online,
            practice_hours=earned.practice,
            outside_hours=earned.outside,
            capabilities=tuple(shown[enrollment.learner_id, programme.framework_id]),
            quizzes_passed=len(done),
            quizzes_total=len(closing),
            modules_passed=tuple(sorted(closing[module] for module in done)),
            sign_offs=conditions.sign_offs.get((enrollment.cohort_id, enrollment.pk), ()),
            cohort=conditions.finished.get(enrollment.cohort_id, Share()),
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


_closing: Prepared[tuple[int, int, str]] = Prepared(
    lambda: (
        Quiz.objects.live()
        .filter(module__programmes__among=Given("programmes", Ids()))
        .values_list("module__programmes", "module_id", "module__code")
    )
)


def closing_quizzes(programmes: Collection[int]) -> dict[int, dict[int, str]]:
    """Programme's id to the modules that close with a quiz: their ids, each with its code. One query."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for programme, module, code in _closing.rows(programmes=programmes):
        found[programme][module] = code
    return found


_packs: Prepared[RulePack] = Prepared(
    lambda: RulePack.objects.in_force(on=Given("today", DateField())).filter(
        kind=Kind.TEACHER, programme__among=Given("programmes", Ids())
    )
)


def current_packs(cohorts: Collection[Cohort]) -> dict[int, RulePack]:
    """Cohort's id to the rule pack in force there today; those without one are missing.

    One query, and one more where a county has rules of its own and the schools were not read along.
    """
    by_programme: dict[int | None, list[RulePack]] = defaultdict(list)
    programmes = {cohort.programme_id for cohort in cohorts}
    for pack in _packs.rows(today=timezone.localdate(), programmes=programmes):
        by_programme[pack.programme_id].append(pack)
    has_county = any(pack.county_id for packs in by_programme.values() for pack in packs)
    paths = _paths(cohorts) if has_county else {}
    found = {
        cohort.pk: chosen(by_programme[cohort.programme_id], paths.get(cohort.pk, "")) for cohort in cohorts
    }
    return {cohort: pack for cohort, pack in found.items() if pack}


def _paths(cohorts: Collection[Cohort]) -> dict[int, str]:
    """Cohort's id to where its school is in the tree."""
    if all(Cohort.school.is_cached(cohort) for cohort in cohorts):
        return {cohort.pk: cohort.school.path for cohort in cohorts}
    rows = Cohort.objects.filter(pk__in={cohort.pk for cohort in cohorts})
    return dict(rows.values_list("pk", "school__path"))


def current_pack(cohort: Cohort) -> RulePack | None:
    """The rule pack in force today."""
    return current_packs([cohort]).get(cohort.pk)


_held: Prepared[Certificate] = Prepared(
    lambda: Certificate.objects.filter(learner=Given("learner"))
    .exclude(status=Status.DRAFT)
    .select_related("rule_pack")
    .only(
        "learner", "status", "number", "expires_on", "replaces", "rule_pack__kind", "rule_pack__programme",
        "rule_pack__title", "rule_pack__renewal_months",
    )
    .order_by("pk")
)  # fmt: skip


def certificates_held(learner: User) -> list[Certificate]:
    """All that a learner was ever given, oldest first, each with its rule pack. One query."""
    return _held.rows(learner=learner.pk)


def programme_certificate(held: Iterable[Certificate], programme: Programme) -> Certificate | None:
    """Of what a learner holds, the certificate of this programme that nothing took the place of."""
    found = [
        row
        for row in held
        if (row.rule_pack.kind, row.rule_pack.programme_id) == (Kind.TEACHER, programme.pk)
        and row.status not in ENDED
    ]
    return found[-1] if found else None


def certificates_of(enrollments: Collection[Enrollment]) -> dict[int, Certificate]:
    """Enrolment's id to its programme's certificate: approved, and nothing took its place. Two queries."""
    return {
        enrollment: certificate
        for enrollment, certificates in _given(enrollments, _programmes(enrollments)).items()
        for certificate in certificates
        if certificate.status not in {*ENDED, Status.DRAFT}
    }


_certificates: Prepared[Certificate] = Prepared(
    lambda: (
        Certificate.objects.filter(
            learner__among=Given("learners", Ids()),
            rule_pack__programme__among=Given("programmes", Ids()),
            rule_pack__kind=Kind.TEACHER,
        )
        .select_related("rule_pack")
        .only("learner", "status", "number", "rule_pack__programme", "rule_pack__code")
        .order_by("pk")
    )
)


def _given(
    enrollments: Collection[Enrollment], programmes: dict[int, Programme]
) -> dict[int, list[Certificate]]:
    """Enrolment's id to all certificates of its programme, oldest first."""
    found: dict[tuple[int | None, int | None], list[Certificate]] = defaultdict(list)
    certificates = _certificates.rows(
        learners={enrollment.learner_id for enrollment in enrollments},
        programmes={programme.pk for programme in programmes.values()},
    )
    for certificate in certificates:
        if certificate.learner_id:
            found[certificate.learner_id, certificate.rule_pack.programme_id].append(certificate)
    return {
        enrollment.pk: found[enrollment.learner_id, programmes[enrollment.cohort_id].pk]
        for enrollment in enrollments
    }


def teacher_candidates(enrollments: Sequence[Enrollment], asked: Collection[Rules] = ()) -> list[Candidate]:
    """Each enrolment with its record. They come with their learner and cohort, and that with its school."""
    records = _records(enrollments, _programmes(enrollments), asked=asked)
    return [
        Candidate(
            learner=enrollment.learner,
            school=enrollment.cohort.school,
            enrollment=enrollment,
            subject="",
            record=records[enrollment.pk],
        )
        for enrollment in enrollments
    ]


def claims_of(enrollments: Sequence[Enrollment]) -> list[Claim]:
    """Where each enrolment stands, where its programme has a rule pack. A constant number of queries."""
    prefetch_related_objects(enrollments, "learner", "cohort__programme", "cohort__school")
    packs = current_packs({enrollment.cohort_id: enrollment.cohort for enrollment in enrollments}.values())
    asked = {pack.parsed for pack in packs.values()}
    given = _given(enrollments, _programmes(enrollments))
    claims = []
    for enrollment, candidate in zip(enrollments, teacher_candidates(enrollments, asked), strict=True):
        if pack := packs.get(enrollment.cohort_id):
            under_pack = [row for row in given[enrollment.pk] if row.rule_pack.code == pack.code]
            claims.append(claim_of(candidate, pack, under_pack))
    return claims


def certificates_resting_on(passes: Collection[tuple[int, int]]) -> int:
    """How many certificates that stand were given with the help of these (learner, quiz). One query."""
    rows = Certificate.objects.live().filter(
        learner__in={learner for learner, _quiz in passes},
        rule_pack__programme__modules__quiz__in={quiz for _learner, quiz in passes},
    )
    found = rows.values_list("pk", "learner", "rule_pack__programme__modules__quiz")
    return len({pk for pk, learner, quiz in found if (learner, quiz) in set(passes)})
