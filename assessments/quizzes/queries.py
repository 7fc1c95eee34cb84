"""Questions over the bank and people's attempts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Exists, OuterRef, Subquery

from organizations.models import User

from .models import Attempt, Question, QuestionVersion, Quiz


def pool(quiz: Quiz) -> list[QuestionVersion]:
    """The newest version of each question of the quiz's module that is in use. One query."""
    newest = QuestionVersion.objects.filter(question=OuterRef("question")).order_by("-number")
    return list(
        QuestionVersion.objects.filter(
            question__module=quiz.module_id,
            question__status=Question.Status.OPERATIONAL,
            pk=Subquery(newest.values("pk")[:1]),
        ).order_by("question__key")
    )


def history(quiz: Quiz, learner: User) -> list[Attempt]:
    """A learner's attempts at a quiz, newest first, without their papers. One query."""
    attempts = Attempt.objects.visible_to(learner).filter(quiz=quiz)
    return list(attempts.defer("paper", "answers").order_by("-number"))


def quizzes_of(modules: Collection[int], learner: User) -> dict[int, bool]:
    """Those `modules` (by id) that close with a quiz, and whether `learner` passed it. One query."""
    passed = Attempt.objects.filter(quiz=OuterRef("pk"), learner=learner, passed=True)
    return dict(Quiz.objects.filter(module__in=modules).values_list("module_id", Exists(passed)))


def quizzes_passed(learners: Collection[int]) -> dict[int, set[int]]:
    """Learner's id to the ids of the modules whose quiz the learner has passed. One query."""
    passed: dict[int, set[int]] = defaultdict(set)
    rows = Attempt.objects.filter(learner__in=learners, passed=True)
    for learner, module in rows.values_list("learner_id", "quiz__module_id").distinct():
        passed[learner].add(module)
    return passed
