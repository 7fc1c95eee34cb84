"""Figures of a quiz: what the textbook says, drawn papers included."""

import math

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.measurement import classical
from assessments.measurement.classical import Flag
from assessments.quizzes.desk import queries
from assessments.quizzes.desk.statistics import alphas_without, reliability
from assessments.quizzes.items.kinds import Short
from tests.factories import plant_question

from .conftest import RIGHT
from .people import sit, strangers, ticks


def lines_of(quiz):
    [line] = queries.quiz_lines([quiz])
    return line, queries.question_lines(line.figures)


def some_scores(people: int = 200, items: int = 10) -> np.ndarray:
    chance = np.random.default_rng(3)
    ability, difficulty = chance.normal(size=(people, 1)), chance.normal(size=items)
    return (chance.random((people, items)) < 1 / (1 + np.exp(difficulty - ability))).astype(float)


def test_a_paper_of_all_questions_has_the_usual_alpha_and_error():
    scores = some_scores()
    form = classical.analyse(scores)

    assert reliability(classical.covariances(scores), 10) == pytest.approx((form.alpha, form.sem))


def test_alpha_without_a_question_is_that_of_the_others():
    scores = some_scores()
    without = alphas_without(classical.covariances(scores), 10)

    usual = [item.alpha_if_deleted for item in classical.analyse(scores).items]
    assert without.tolist() == pytest.approx(usual)


def test_alpha_of_drawn_papers_is_near_that_of_a_fixed_paper_of_the_size():
    scores = some_scores(people=4000, items=12)
    drawn = np.full(scores.shape, np.nan)
    chance = np.random.default_rng(5)
    for row in range(len(scores)):
        served = chance.choice(12, size=6, replace=False)
        drawn[row, served] = scores[row, served]

    known, _sem = reliability(classical.covariances(scores), 6)
    found, _sem = reliability(classical.covariances(drawn), 6)

    assert found == pytest.approx(known, abs=0.03)


@pytest.mark.parametrize("size", [0, 1])
def test_a_paper_of_one_question_has_no_alpha(size):
    assert all(math.isnan(value) for value in reliability(np.ones((1, 1)), size))


def test_the_wrong_key_is_flagged_and_no_other(quiz, versions, wrong):
    sit(quiz, ticks(versions, RIGHT, 300), strangers(300))

    line, questions = lines_of(quiz)

    assert line.figures.attempts == 300
    assert [q.version for q in questions if Flag.WRONG_KEY in q.figures.flags] == [wrong]
    assert line.figures.flagged >= 1
    figures = next(q.figures for q in questions if q.version == wrong)
    assert figures.statistics.point_biserial < 0
    assert figures.seconds == 22


def test_figures_of_a_drawn_paper_count_only_whom_it_was_served(quiz, versions):
    people = strangers(40)
    sheets = ticks(versions, RIGHT, 40)
    sit(quiz, [dict(list(sheet.items())[place % 2 :]) for place, sheet in enumerate(sheets)], people)

    _line, questions = lines_of(quiz)

    assert [q.figures.statistics.people for q in questions] == [20, 40, 40, 40, 40, 40]
    right = sum(sheet[versions[0]] == ["a"] for sheet in sheets[::2])
    assert questions[0].figures.statistics.facility == pytest.approx(right / 20)
    assert sum(found.count for _id, found in questions[0].figures.options) == 20


def test_open_attempts_do_not_count(quiz, versions, teacher):
    [attempt] = sit(quiz, ticks(versions, RIGHT, 1), [teacher])
    type(attempt).objects.update(submitted_at=None)

    line, questions = lines_of(quiz)

    assert (line.figures.attempts, questions) == (0, [])


def test_an_answer_that_nobody_marked_has_no_part_in_the_figures(quiz, versions, teacher):
    short = plant_question("S1", Short("short", "为什么？", "说出一个理由")).current
    sit(quiz, [ticks(versions, RIGHT, 1)[0] | {short: "因为"}], [teacher])

    line, questions = lines_of(quiz)

    assert short not in [q.version for q in questions]
    assert line.figures.paper_size == 7


def test_figures_follow_a_further_attempt(quiz, versions):
    sit(quiz, ticks(versions, RIGHT, 3), strangers(3))
    assert lines_of(quiz)[0].figures.attempts == 3

    sit(quiz, ticks(versions, RIGHT, 2), strangers(2))

    assert lines_of(quiz)[0].figures.attempts == 5


@pytest.mark.parametrize("people", [3, 30, 300])
def test_figures_cost_the_same_for_any_number_of_attempts(quiz, versions, people, django_assert_num_queries):
    sit(quiz, ticks(versions, RIGHT, people), strangers(people))

    with django_assert_num_queries(9):
        lines_of(quiz)
    with CaptureQueriesContext(connection) as again:
        lines_of(quiz)

    assert len(again) == 4
