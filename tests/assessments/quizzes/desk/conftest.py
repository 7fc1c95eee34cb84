"""A quiz whose second question has a wrong key, two officers of the bureau, and a way to sit it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assessments.quizzes.items.stored import dump
from assessments.quizzes.models import Question, QuestionVersion, Quiz
from organizations.models import User
from organizations.roles import Role
from tests.factories import plant_module, post

SIZE = 6
RIGHT = ["a", "b", "a", "a", "a", "a"]
"""What people who know it tick; the bank says a everywhere."""


@pytest.fixture
def quiz(db) -> Quiz:
    return plant_module("M02", questions=SIZE).quiz


@pytest.fixture
def versions(quiz) -> list[QuestionVersion]:
    return [question.current for question in Question.objects.select_related("current").order_by("key")]


@pytest.fixture
def wrong(versions) -> QuestionVersion:
    return versions[1]


def keyed(version: QuestionVersion, right: str) -> dict:
    """The version's content with another right option."""
    item = version.item
    options = tuple(replace(option, score=float(option.id == right)) for option in item.options)
    return dump(replace(item, options=options))


@pytest.fixture
def officer(bureau) -> User:
    return post(bureau, Role.BUREAU_OFFICER, name="崔子燕")


@pytest.fixture
def second(bureau) -> User:
    return post(bureau, Role.BUREAU_OFFICER, name="高明")
