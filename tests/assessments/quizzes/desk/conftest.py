"""A quiz whose second question has a wrong key, two officers of the bureau, and a way to sit it."""

from __future__ import annotations

import pytest

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


@pytest.fixture
def officer(bureau) -> User:
    return post(bureau, Role.BUREAU_OFFICER, name="崔子燕")


@pytest.fixture
def second(bureau) -> User:
    return post(bureau, Role.BUREAU_OFFICER, name="高明")
