"""Questions over diagnoses: which one is meant, what was answered, what it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from assessments.measurement.cutscores import Confidence
from assessments.measurement.growth import Change
from assessments.quizzes.models import Attempt, Quiz, Response, ResponseScore
from courses.models import Capability, Cohort, Enrollment, ModulePage
from courses.queries import ModuleLine, module_lines
from organizations.models import User
from organizations.prepared import Given, Prepared

from .models import AbilityEstimate, CalibrationRun, Diagnostic, SelfAssessment
from .rules import CURRENT, EVERYTHING, RULE_VERSIONS, Band, Candidate, Standing, distribution, suggest
from .scoring import Answer, Bank, Estimate, Item, calibrated_bank, change, points

ANSWER_FIELDS = (
    "version_id",
    "part",
    "position",
    "version__question__capability__dimension",
    "is_answered",
    "counted",
)


@dataclass(frozen=True)
class DimensionLine:
    """One dimension of a result."""

    dimension: str
    estimate: AbilityEstimate
    own_word: str
    change: Change | None


@dataclass(frozen=True)
class Suggestion:
    """A capability to begin with, and where it is learnt."""

    capability: Capability
    modules: list[ModuleLine]


@dataclass(frozen=True)
class Spread:
    """How a group stands in one dimension: people in each band, and how many are there by all chances."""

    dimension: str
    counts: dict[Band, int]
    expected_ready: int


def enrollment_of(learner: User) -> Enrollment | None:
    """The enrolment that is due first. One query."""
    return Enrollment.objects.of(learner).order_by("cohort__due_on", "pk").first()


def diagnostic_of(framework_id: int) -> Diagnostic | None:
    """One query."""
    return Diagnostic.objects.filter(framework=framework_id).select_related("quiz", "framework").first()


_taken: Prepared[int] = Prepared(
    lambda: (
        Diagnostic.objects.filter(
            quiz__attempts__learner=Given("learner"), quiz__attempts__submitted_at__isnull=False
        )
        .values_list("quiz_id", flat=True)
        .distinct()
    )
)


def quizzes_taken(learner: User) -> list[int]:
    """The ids of the diagnoses' quizzes that a learner has handed in. One query."""
    return _taken.rows(learner=learner.pk)


def is_waiting(framework: str, learner: User | Given, now: datetime | Given) -> Exists:
    """An annotation: whether a diagnosis of the framework at this path then waits for the learner."""
    taken = Attempt.objects.filter(quiz=OuterRef("quiz"), learner=learner, submitted_at__isnull=False)
    return Exists(
        Diagnostic.objects.filter(
            ~Exists(taken),
            Q(quiz__opens_at=None) | Q(quiz__opens_at__lte=now),
            Q(quiz__closes_at=None) | Q(quiz__closes_at__gt=now),
            framework=OuterRef(framework),
        )
    )


def dimensions(quiz: Quiz) -> list[str]:
    """The scales of a diagnosis, in the order of its sections. One query."""
    return [name for name in quiz.sections.values_list("dimension", flat=True) if name]


def capability_names(diagnostic: Diagnostic) -> dict[str, list[str]]:
    """Dimension to the names of its capabilities. One query."""
    names: dict[str, list[str]] = defaultdict(list)
    for capability in diagnostic.framework.capabilities.all():
        names[capability.dimension].append(capability.name)
    return names


def current_run(quiz_id: int) -> CalibrationRun | None:
    """The calibration in force: the newest that converged. One query."""
    return CalibrationRun.objects.filter(quiz=quiz_id, converged=True).order_by("-pk").first()


def bank_of(run: CalibrationRun) -> Bank:
    """What a calibration found, as scoring takes it. One query."""
    rows = list(run.parameters.order_by("pk").values_list("version_id", "part", "dimension", "a", "d", "c"))
    a, d, c = (np.array([row[place] for row in rows], dtype=float) for place in (3, 4, 5))
    items = [Item(row[0], row[1]) for row in rows]
    return calibrated_bank(items, [row[2] for row in rows], a, d, c, CURRENT)


def papers(attempts: Iterable[int]) -> dict[int, list[Answer]]:
    """Attempt's id to what was answered; responses that a person has yet to mark are left out. One query."""
    found: dict[int, list[Answer]] = defaultdict(list)
    responses = Response.objects.filter(attempt__in=attempts)
    rows = _counted(responses).filter(counted__isnull=False).order_by("attempt", "position")
    for attempt, version, part, position, dimension, is_answered, score in rows.values_list(
        "attempt_id", *ANSWER_FIELDS
    ):
        found[attempt].append(
            Answer(Item(version, part), position, dimension or "", is_answered, float(score))
        )
    return found


def unestimated(quiz_id: int, run: CalibrationRun | None) -> QuerySet[Attempt]:
    """Attempts handed in that today's rule and `run` have not been applied to."""
    done = AbilityEstimate.objects.filter(attempt=OuterRef("pk"), rule=CURRENT.number, run=run)
    return Attempt.objects.filter(~Exists(done), quiz=quiz_id, submitted_at__isnull=False).order_by("pk")


def estimates_of(quiz_id: int, learner: User, run: CalibrationRun | None) -> list[dict[str, AbilityEstimate]]:
    """For each sitting, first to last, its estimates by scale. One query."""
    rows = (
        AbilityEstimate.objects.visible_to(learner)
        .filter(attempt__quiz=quiz_id, rule=CURRENT.number, run=run)
        .select_related("attempt")
        .defer("attempt__paper", "attempt__answers", "attempt__seconds", "posterior")
        .order_by("attempt__number", "pk")
    )
    sittings: dict[int, dict[str, AbilityEstimate]] = defaultdict(dict)
    for row in rows:
        sittings[row.attempt.number][row.scale] = row
    return list(sittings.values())


def self_assessment(quiz_id: int, learner: User, occasion: int) -> SelfAssessment | None:
    """One query."""
    return SelfAssessment.objects.filter(quiz=quiz_id, learner=learner, occasion=occasion).first()


def change_between(sittings: Sequence[Mapping[str, AbilityEstimate]], scale: str) -> Change | None:
    """From the first sitting to the last; None with one sitting, or with too little answered."""
    if len(sittings) < 2 or not all(scale in sitting for sitting in (sittings[0], sittings[-1])):
        return None
    before, after = (_as_estimate(sitting[scale]) for sitting in (sittings[0], sittings[-1]))
    return change(before, after, RULE_VERSIONS[sittings[-1][scale].rule])


def dimension_lines(
    sittings: Sequence[Mapping[str, AbilityEstimate]], own: SelfAssessment | None
) -> list[DimensionLine]:
    """The latest sitting, dimension by dimension."""
    ratings = own.ratings if own else {}
    words: dict[int | None, Any] = dict(SelfAssessment.Level.choices)
    return [
        DimensionLine(
            scale, estimate, str(words.get(ratings.get(scale), "")), change_between(sittings, scale)
        )
        for scale, estimate in sittings[-1].items()
        if scale != EVERYTHING
    ]


def suggestions(
    latest: Mapping[str, AbilityEstimate], own: SelfAssessment | None, cohort: Cohort
) -> list[Suggestion]:
    """Three capabilities to begin with: of the school's own list, or of all that fit the classroom.

    Six queries at most, however many there are.
    """
    pool = list(cohort.capabilities.all())
    if not pool:
        environment = own.environment if own else cohort.environment
        everything = Capability.objects.filter(framework=cohort.programme.framework_id)
        # Codes begin with the environment's letter, and a smart classroom can do what a plainer one can.
        pool = [capability for capability in everything if capability.code[:1] <= environment]
    ratings = own.ratings if own else {}
    standings = {
        scale: Standing(Band(estimate.band), estimate.above, ratings.get(scale, 3))
        for scale, estimate in latest.items()
        if scale != EVERYTHING
    }
    right = _shares_right(next(iter(latest.values())).attempt_id)
    taught = _modules_teaching(pool)
    by_id = {capability.pk: capability for capability in pool}
    chosen = suggest(
        (Candidate(one.pk, one.dimension, one.position, one.pk in taught, right.get(one.pk)) for one in pool),
        standings,
    )
    wanted = {module for capability in chosen for module in taught.get(capability, ())}
    modules = ModulePage.objects.filter(pk__in=wanted).only("path", "title", "code", "title_en")
    lines = module_lines(modules)
    return [
        Suggestion(by_id[pk], [line for line in lines if line.module.pk in taught.get(pk, ())])
        for pk in chosen
    ]


def enrolled(cohorts: QuerySet[Cohort]) -> int:
    """How many people take part in these cohorts now. One query."""
    return Enrollment.objects.active().filter(cohort__in=cohorts).count()


def spreads(quiz: Quiz, cohorts: QuerySet[Cohort], run: CalibrationRun | None) -> tuple[int, list[Spread]]:
    """How many people of `cohorts` have a result, and how they stand; no figures for a small group.

    Each person by the last sitting. Two queries, however many people there are.
    """
    enrolled = Enrollment.objects.active().filter(cohort__in=cohorts)
    worked_out = AbilityEstimate.objects.filter(attempt__quiz=quiz, rule=CURRENT.number, run=run)
    later = worked_out.filter(
        learner=OuterRef("learner"), scale=OuterRef("scale"), attempt__number__gt=OuterRef("attempt__number")
    )
    rows = worked_out.filter(~Exists(later), learner__in=enrolled.values("learner")).values("scale", "band")
    counts: dict[str, dict[Band, int]] = defaultdict(dict)
    chances: dict[str, float] = defaultdict(float)
    for row in rows.annotate(people=Count("pk"), chances=Sum("above")).order_by():
        counts[row["scale"]][Band(row["band"])] = row["people"]
        chances[row["scale"]] += row["chances"]
    found = [
        Spread(name, people, round(chances[name]))
        for name in dimensions(quiz)
        if (people := distribution(counts[name])) is not None
    ]
    return sum(counts[EVERYTHING].values()), found


def first_sittings(quiz: Quiz) -> list[int]:
    """Ids of the attempts by which a quiz is calibrated. One query.

    The first only: its population is the scale's, and a second sitting would mix growth into it.
    """
    attempts = Attempt.objects.filter(quiz=quiz, number=1, submitted_at__isnull=False)
    return list(attempts.order_by("pk").values_list("pk", flat=True))


def items_answered(quiz: Quiz) -> dict[Item, str]:
    """What was asked in first sittings, marked by the machine or a person, and its dimension. One query."""
    asked = _counted(Response.objects.filter(attempt__quiz=quiz, attempt__number=1))
    rows = asked.filter(counted__isnull=False, version__question__capability__isnull=False)
    fields = ("version_id", "part", "version__question__capability__dimension")
    found = rows.order_by("version_id", "part").values_list(*fields).distinct()
    return {Item(version, part): dimension for version, part, dimension in found}


def _counted(responses: QuerySet[Response]) -> QuerySet:
    """Each with what it counts now, `counted`: by the key or person that spoke last; None if nobody has."""
    later = ResponseScore.objects.filter(response=OuterRef("pk")).order_by("-pk").values("score")
    return responses.annotate(counted=Coalesce(Subquery(later[:1]), "score"))


def _modules_teaching(capabilities: Collection[Capability]) -> dict[int, set[int]]:
    """Capability's id to the ids of the published modules that teach it. One query."""
    teaching: dict[int, set[int]] = defaultdict(set)
    rows = ModulePage.objects.live().filter(capabilities__in=capabilities)
    for module, capability in rows.values_list("pk", "capabilities"):
        teaching[capability].add(module)
    return teaching


def _shares_right(attempt_id: int) -> dict[int, float]:
    """Capability's id to the share of its questions that were right."""
    rows = _counted(Response.objects.filter(attempt=attempt_id, version__question__capability__isnull=False))
    by_capability: dict[int, list[Answer]] = defaultdict(list)
    for capability, position, score in rows.values_list(
        "version__question__capability_id", "position", "counted"
    ):
        by_capability[capability].append(Answer(Item(0), position, "", True, float(score or 0)))
    return {
        capability: sum(points(answers)) / len(points(answers))
        for capability, answers in by_capability.items()
    }


def _as_estimate(row: AbilityEstimate) -> Estimate:
    return Estimate(
        scale=row.scale,
        questions=row.questions,
        points=row.points,
        above=row.above,
        band=Band(row.band),
        confidence=Confidence(row.confidence),
        wle=row.wle,
        wle_se=row.wle_se,
    )
