"""What the desk asks of the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Max, QuerySet

from organizations.jobs.models import Job
from organizations.models import User

from .. import queries as bank
from ..items import stored
from ..items.kinds import Item, Passage
from ..models import Attempt, Question, QuestionVersion, Quiz, Repair, Response, ResponseScore
from . import sheets
from .statistics import NONE, QuestionFigures, QuizFigures, figures

DAY = 24 * 3600
NO_FIGURES = QuizFigures(0, 0, NONE, NONE, NONE, ())


@dataclass(frozen=True)
class QuestionLine:
    """A version of a question, as it is marked now, with its figures."""

    version: QuestionVersion
    item: Item
    figures: QuestionFigures


@dataclass(frozen=True)
class QuizLine:
    """A quiz with what the list says of it."""

    quiz: Quiz
    figures: QuizFigures


@dataclass(frozen=True)
class Progress:
    """How far the jobs of an approved repair have got."""

    is_approving: bool
    """Its key is about to be put in force."""
    has_stopped: bool
    """The job that should do so gave up, and changed nothing."""
    follows: bool
    """What comes of it for people who pass now, or no longer do, is being worked out."""

    @property
    def is_busy(self) -> bool:
        return (self.is_approving and not self.has_stopped) or self.follows


def approval_key(repair: Repair) -> str:
    """The key of the job that puts a repair in force now."""
    return f"repairs.approve:{repair.pk}:{repair.turn}"


def announcement_key(repair: Repair) -> str:
    """The key of the job that tells the layers above what came of a repair."""
    return f"repairs.announce:{repair.pk}"


def progress_of(repair: Repair) -> Progress:
    """One query."""
    jobs = Job.objects.filter(key__in=[approval_key(repair), announcement_key(repair)])
    states = dict(jobs.values_list("key", "status"))
    is_approving = repair.is_waiting and repair.approving_by_id is not None
    return Progress(
        is_approving=is_approving,
        has_stopped=is_approving and states.get(approval_key(repair)) == Job.Status.FAILED,
        follows=states.get(announcement_key(repair)) in {Job.Status.WAITING, Job.Status.RUNNING},
    )


def quiz_lines(quizzes: Collection[Quiz]) -> list[QuizLine]:
    """Figures of these quizzes. Seven queries for any number of them; two where nothing is new."""
    newest = _newest(quizzes)
    known: dict[str, QuizFigures] = cache.get_many(newest.values())
    missing = [quiz for quiz in quizzes if newest[quiz.pk] not in known]
    read = _figures(missing)
    found = {newest[pk]: figures for pk, figures in read.items()}
    cache.set_many(found, DAY)
    return [QuizLine(quiz, (known | found)[newest[quiz.pk]]) for quiz in quizzes]


def _newest(quizzes: Collection[Quiz]) -> dict[int, str]:
    """Quiz's id to a cache key that changes with its attempts, and with scores given later. Two queries."""
    pks = [quiz.pk for quiz in quizzes]
    finished = Attempt.objects.filter(quiz__in=pks, submitted_at__isnull=False)
    rows = finished.values("quiz").annotate(count=Count("pk"), last=Max("submitted_at"))
    counts = {
        quiz: f"{count}:{last.timestamp()}" for quiz, count, last in rows.values_list("quiz", "count", "last")
    }
    later = ResponseScore.objects.aggregate(newest=Max("pk"))["newest"]
    return {pk: f"desk.figures:{pk}:{counts.get(pk, 0)}:{later}" for pk in pks}


def _figures(quizzes: Collection[Quiz]) -> dict[int, QuizFigures]:
    """Quiz's id to its figures. Five queries for any number of quizzes."""
    found = sheets.sheets_of([quiz.pk for quiz in quizzes])
    versions = bank.versions(pk for sheet in found.values() for pk in sheet.versions)
    items = keyed(versions.values())
    return {quiz.pk: figures(found[quiz.pk], items) if quiz.pk in found else NO_FIGURES for quiz in quizzes}


def keyed(versions: Iterable[QuestionVersion]) -> dict[int, Item]:
    """Version's id to what it asks, with the key by which it is marked now. One query."""
    versions = list(versions)
    keys = bank.repaired_keys(version.pk for version in versions)
    return {
        version.pk: stored.load(keys[version.pk]) if version.pk in keys else version.item
        for version in versions
    }


def question_lines(figures: QuizFigures) -> list[QuestionLine]:
    """The versions that a quiz has asked, by key of their question: one reworded has several lines."""
    pks = [question.version for question in figures.questions]
    versions = QuestionVersion.objects.select_related("question").in_bulk(pks)
    items = keyed(versions.values())
    lines = [QuestionLine(versions[q.version], items[q.version], q) for q in figures.questions]
    return sorted(lines, key=lambda line: (line.version.question.key, line.version.number))


def version(pk: int) -> QuestionVersion | None:
    return QuestionVersion.objects.select_related("question").filter(pk=pk).first()


def repairs_of(question: Question) -> QuerySet[Repair]:
    """All that was proposed, newest first, with the names of those who did."""
    return question.repairs.select_related("proposed_by", "approved_by", "declined_by")


def waiting_for(user: User) -> QuerySet[Response]:
    """Answers that this person may mark, the longest waiting first."""
    found = Response.objects.reviewable_by(user).waiting()
    return found.select_related("attempt__quiz", "attempt__learner", "version")


def asked(response: Response) -> Item:
    """The question, or the part of a passage, that was answered."""
    item = response.version.item
    if isinstance(item, Passage):
        return next(part.item for part in item.parts if part.id == response.part)
    return item
