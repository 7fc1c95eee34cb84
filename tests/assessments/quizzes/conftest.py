"""A quiz of four questions, three of which must be right, and a way to answer it."""

import pytest

from assessments.quizzes.models import Attempt, Quiz
from tests.factories import plant_module


@pytest.fixture
def quiz(db) -> Quiz:
    return plant_module("M02", questions=4).quiz


@pytest.fixture
def answered():
    """Answers to an attempt's paper, of which so many are right: in the factory's questions option a is."""

    def answer(attempt: Attempt, right: int) -> dict[str, list[str]]:
        return {
            str(version): ["a" if number < right else "b"]
            for number, (version, _order) in enumerate(attempt.paper)
        }

    return answer
