"""Questions over the bank and people's attempts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef

from organizations.models import User

from .models import Attempt, Extension, Question, QuestionVersion, Quiz, Section

DAY = 24 * 3600


@dataclass(frozen=True)
class Allowance:
    """What one person may do at one quiz."""

    minutes: int
    attempts: int


def versions(pks: Iterable[int]) -> dict[int, QuestionVersion]:
    """Versions by id. They never change, so they come from the cache; one query for those it lacks."""
    keys = {f"quizzes.version:{pk}": pk for pk in pks}
    found: dict[int, QuestionVersion] = {keys[key]: version for key, version in cache.get_many(keys).items()}
    missing = set(keys.values()) - set(found)
    if missing:
        read = QuestionVersion.objects.in_bulk(missing)
        cache.set_many({f"quizzes.version:{pk}": version for pk, version in read.items()}, DAY)
        found |= read
    return found


def paper_of(attempt: Attempt) -> list[QuestionVersion]:
    """The versions on an attempt's paper, in order."""
    found = versions(pk for pk, _order in attempt.paper)
    return [found[pk] for pk, _order in attempt.paper]


def pool(section: Section) -> dict[int, int]:
    """Question's id to its version's, of all questions in use that a section may hold. One query.

    Only a section that names its questions may hold those that a person has to mark.
    """
    questions = Question.objects.in_use()
    if not section.count:
        return dict(questions.filter(named_in__section=section).values_list("pk", "current"))
    wanted = {
        name: getattr(section, name)
        for name in ("module_id", "capability_id", "difficulty")
        if getattr(section, name)
    }
    if section.dimension:
        wanted["capability__dimension"] = section.dimension
    if section.tag_id:
        wanted["tags"] = section.tag_id
    return dict(questions.marked_at_once().filter(**wanted).values_list("pk", "current"))


def size(quiz: Quiz) -> int:
    """How many questions a paper has, if the bank holds enough. Two queries at most."""
    sections = list(quiz.sections.annotate(listed=Count("named")))
    return sum(section.count or section.listed for section in sections)


def seen(quiz: Quiz, learner: User) -> Counter[int]:
    """Version's id to how often a learner had it on a paper of this quiz. One query."""
    papers = Attempt.objects.visible_to(learner).filter(quiz=quiz).values_list("paper", flat=True)
    return Counter(pk for paper in papers for pk, _order in paper)


def history(quiz: Quiz, learner: User) -> list[Attempt]:
    """A learner's attempts at a quiz, newest first, without their papers. One query."""
    attempts = Attempt.objects.visible_to(learner).filter(quiz=quiz)
    return list(attempts.defer("paper", "answers", "seconds").order_by("-number"))


def allowance(quiz: Quiz, learner: User) -> Allowance:
    """Minutes and attempts that a learner has at a quiz, extensions counted. One query."""
    extra = Extension.objects.filter(quiz=quiz, learner=learner).first()
    return Allowance(
        minutes=quiz.minutes + (extra.minutes if extra else 0),
        attempts=quiz.attempts_allowed + (extra.attempts if extra else 0),
    )


def quizzes_of(modules: Collection[int], learner: User) -> dict[int, bool]:
    """Those `modules` (by id) that close with a quiz, and whether `learner` passed it. One query."""
    passed = Attempt.objects.filter(quiz=OuterRef("pk"), learner=learner, passed=True)
    return dict(Quiz.objects.filter(module__in=modules).values_list("module_id", Exists(passed)))


def quizzes_passed(learners: Collection[int]) -> dict[int, set[int]]:
    """Learner's id to the ids of the modules whose quiz the learner has passed. One query."""
    passed: dict[int, set[int]] = defaultdict(set)
    rows = Attempt.objects.filter(learner__in=learners, passed=True, quiz__module__isnull=False)
    for learner, module in rows.values_list("learner_id", "quiz__module_id").distinct():
        passed[learner].add(module)
    return passed
