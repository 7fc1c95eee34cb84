"""Questions over evidence: what is asked, what was handed in, what waits for marking."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from courses.models import Capability, Enrollment, LessonPage, ModulePage
from organizations.models import User
from organizations.prepared import Given, Ids, Prepared

from .models import EvidenceFile, EvidenceTask, Indicator, IndicatorMark, Review, Submission


@dataclass(frozen=True)
class PortfolioLine:
    """A capability, what the learner has handed in for it, and whether the school works on it."""

    capability: Capability
    submission: Submission | None
    is_chosen: bool


@dataclass(frozen=True)
class TaskLine:
    """A task with what was handed in for it in this round, and what an assessor said in the last."""

    task: EvidenceTask
    file: EvidenceFile | None
    indicators: list[Indicator]
    marks: dict[int, IndicatorMark]

    @property
    def marked(self) -> list[tuple[Indicator, IndicatorMark | None]]:
        return [(indicator, self.marks.get(indicator.pk)) for indicator in self.indicators]


class SubmissionLine(NamedTuple):
    """What became of somebody's evidence of a capability; its files are not read."""

    learner: int
    framework: int
    position: int
    """Of the capability in its framework."""
    code: str
    dimension: str
    name: str
    status: str
    grade: str


@Prepared
def _lines() -> QuerySet[Submission, tuple[Any, ...]]:
    """The fields of SubmissionLine."""
    of_capability = [
        f"capability__{name}" for name in ("framework_id", "position", "code", "dimension", "name_zh")
    ]
    rows = Submission.objects.filter(
        learner__among=Given("learners", Ids()), capability__framework__among=Given("frameworks", Ids())
    )
    handed_in = rows.exclude(status=Submission.Status.DRAFT).order_by("submitted_at", "pk")
    return handed_in.values_list("learner_id", *of_capability, "status", "grade")


def submissions_of(learners: Collection[int], frameworks: Collection[int]) -> list[SubmissionLine]:
    """All that these people have handed in for these frameworks, the oldest first. One query."""
    return [SubmissionLine(*row) for row in _lines.rows(learners=learners, frameworks=frameworks)]


def capability(code: str, learner: User) -> Capability | None:
    """The capability of this code for which evidence can be handed in.

    Should several frameworks have it: that of the learner's programmes, else of the newest. One query.
    """
    own = Enrollment.objects.active().filter(
        learner=learner, cohort__programme__framework=OuterRef("framework")
    )
    return _asked().filter(code=code).order_by(Exists(own).desc(), "-framework_id").first()


def _asked() -> QuerySet[Capability]:
    """Those for which evidence is asked."""
    return Capability.objects.filter(pk__in=EvidenceTask.objects.filter(retired=False).values("capability"))


def tasks_of(capability: Capability) -> list[EvidenceTask]:
    """What a capability asks for, each task with its live indicators. Two queries."""
    live = Indicator.objects.filter(retired=False).order_by("position")
    tasks = capability.evidence_tasks.filter(retired=False).order_by("position")
    prefetch = Prefetch("indicators", live, to_attr="live_indicators")
    # The plugin that types prefetches would declare the attribute once more.
    return list(tasks.prefetch_related(prefetch))  # type: ignore[no-redef]


def task_lines(submission: Submission, review: Review | None) -> list[TaskLine]:
    """Each task of a submission with its file and the marks of `review`. Three queries."""
    files = {file.task_id: file for file in submission.files.filter(round=submission.round)}
    marks = {mark.indicator_id: mark for mark in review.marks.all()} if review else {}
    return [
        TaskLine(task, files.get(task.pk), task.live_indicators, marks)
        for task in tasks_of(submission.capability)
    ]


def blank_lines(capability: Capability) -> list[TaskLine]:
    """What a capability asks for, before anything was begun. Two queries."""
    return [TaskLine(task, None, task.live_indicators, {}) for task in tasks_of(capability)]


def reviews_of(submission: Submission) -> list[Review]:
    """All verdicts so far with their marks, newest first. Three queries."""
    reviews = submission.reviews.select_related("reviewer").prefetch_related("marks__indicator")
    return list(reviews.order_by("-round"))


def lesson_tasks(capability: Capability) -> list[tuple[LessonPage, dict[str, Any]]]:
    """The tasks in class of the lessons that lead to a capability, each with its lesson. Two queries."""
    modules = {module.path: module for module in ModulePage.objects.live().filter(capabilities=capability)}
    lessons = LessonPage.objects.none()
    for module in modules.values():
        lessons |= LessonPage.objects.live().child_of(module)
    found = []
    for lesson in lessons.order_by("path"):
        task = lesson.task
        if task and task["capability"] == capability.code:
            lesson.module = modules[lesson.path[: -LessonPage.steplen]]
            found.append((lesson, task))
    return found


def own_submission(learner: User, capability: Capability) -> Submission | None:
    return Submission.objects.filter(learner=learner, capability=capability).first()


def portfolio(learner: User) -> list[PortfolioLine]:
    """The capabilities a learner may show: those of their programmes' frameworks, and what was begun.

    In the order of the framework. Four queries.
    """
    enrollments = list(Enrollment.objects.of(learner))
    frameworks = {enrollment.cohort.programme.framework_id for enrollment in enrollments}
    cohorts = [enrollment.cohort_id for enrollment in enrollments]
    chosen = set(Capability.objects.filter(cohorts__in=cohorts).values_list("pk", flat=True))
    submissions = {s.capability_id: s for s in Submission.objects.filter(learner=learner)}
    offered = _asked().filter(Q(framework__in=frameworks) | Q(pk__in=submissions))
    return [
        PortfolioLine(capability, submissions.get(capability.pk), capability.pk in chosen)
        for capability in offered.order_by("framework", "position")
    ]


_graded: Prepared[Submission] = Prepared(
    lambda: Submission.objects.filter(
        learner=Given("learner"), status=Submission.Status.GRADED
    ).select_related("capability")
)


def shown_capabilities(learner: User) -> list[Capability]:
    """The capabilities in which a learner was graded. One query."""
    return [submission.capability for submission in _graded.rows(learner=learner.pk)]
