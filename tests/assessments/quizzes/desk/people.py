"""Corrected keys, and people who do not exist: their attempts are as `actions.submit` leaves them."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from django.utils import timezone

from assessments.quizzes.items.marking import mark
from assessments.quizzes.items.stored import dump
from assessments.quizzes.models import Attempt, QuestionVersion, Quiz, Response
from assessments.quizzes.rules import result
from organizations.models import User
from tests.factories import UserFactory


def sit(quiz: Quiz, answers: list[dict[QuestionVersion, Any]], learners: list[User]) -> list[Attempt]:
    """A finished attempt for each learner, who answered these versions so."""
    now = timezone.now()
    attempts, responses = [], []
    for learner, given in zip(learners, answers, strict=True):
        marks = [mark(version.item, answer) for version, answer in given.items()]
        found = result([each.score for each in marks], pass_share=quiz.pass_share)
        attempt = Attempt(
            quiz=quiz,
            learner=learner,
            number=1,
            paper=[(version.pk, []) for version in given],
            pass_share=quiz.pass_share,
            due_at=now,
            answers={str(version.pk): answer for version, answer in given.items()},
            submitted_at=now,
            score=found.score,
            total=found.total,
            passed=found.passed,
        )
        attempts.append(attempt)
        responses += [
            Response(
                attempt=attempt,
                version=version,
                position=position,
                answer=answer,
                is_answered=True,
                score=each.score,
                seconds=20 + position,
            )
            for position, ((version, answer), each) in enumerate(zip(given.items(), marks, strict=True), 1)
        ]
    Attempt.objects.bulk_create(attempts, batch_size=200)
    Response.objects.bulk_create(responses, batch_size=200)
    return attempts


def strangers(count: int, name: str = "学员") -> list[User]:
    return [UserFactory(name=f"{name}{number}") for number in range(count)]


def ticks(versions: list[QuestionVersion], right: list[str], count: int, *, seed: int = 1) -> list[dict]:
    """What so many people tick: the abler they are, the more often `right`."""
    chance = Random(seed)  # noqa: S311
    sheets = []
    for _person in range(count):
        ability = chance.gauss(0.3, 1.0)
        sheet = {}
        for place, (version, key) in enumerate(zip(versions, right, strict=True)):
            easiness = 0.6 - 0.15 * place
            knows = chance.random() < 1 / (1 + 2.718 ** -(1.6 * (ability + easiness)))
            wrong = [option.id for option in version.item.options if option.id != key]
            sheet[version] = [key if knows else chance.choice(wrong)]
        sheets.append(sheet)
    return sheets


def keyed(version: QuestionVersion, right: str) -> dict:
    """The version's content with another right option."""
    item = version.item
    options = tuple(replace(option, score=float(option.id == right)) for option in item.options)
    return dump(replace(item, options=options))
