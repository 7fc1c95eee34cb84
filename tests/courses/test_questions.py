from __future__ import annotations

from decimal import Decimal

import pytest
from django.http import QueryDict

from courses import questions


def question(name: str, kind: str, right: str) -> dict:
    return {
        "id": name,
        "kind": kind,
        "stem": f"{name}？",
        "options": [
            {"id": letter, "text": f"选项{letter}", "correct": letter in right, "feedback": f"因为{letter}"}
            for letter in "abc"
        ],
    }


PAPER = [question("q1", "single", "a"), question("q2", "multiple", "ab")]


def options(**asked) -> list[list[tuple[str, bool, str, str]]]:
    """Value, choice, verdict and feedback of each option, where q1 is wrong and q2 half right."""
    shown = questions.fields(PAPER, {"q1": ["b"], "q2": ["a"]}, **asked)
    return [[(o.value, o.checked, o.verdict, o.feedback) for o in field.options] for field in shown]


def test_only_known_questions_and_options_are_read():
    data = QueryDict("q1=b&q2=a&q2=c&q2=zzz&q9=a&csrfmiddlewaretoken=x")

    assert questions.read_answers(PAPER, data) == {"q1": ["b"], "q2": ["a", "c"]}


def test_a_question_with_unknown_options_only_counts_as_unanswered():
    answers = questions.read_answers(PAPER, QueryDict("q1=zzz&q2=a"))

    assert answers == {"q2": ["a"]}
    assert questions.unanswered(PAPER, answers) == [1]


def test_two_options_of_a_question_with_one_answer_are_wrong():
    answers = questions.read_answers(PAPER, QueryDict("q1=a&q1=b&q2=a&q2=b"))

    assert questions.mark(PAPER, answers, pass_share=Decimal("0.8")).right == {"q2"}


def test_a_form_has_the_controls_its_questions_need():
    shown = questions.fields(PAPER)

    assert [(field.name, field.number, field.kind) for field in shown] == [
        ("q1", 1, "radio"),
        ("q2", 2, "checkbox"),
    ]


@pytest.mark.parametrize("answers", [None, {"q1": ["b"], "q2": ["a"]}])
def test_nothing_about_what_is_right_is_shown_unless_asked_for(answers):
    shown = questions.fields(PAPER, answers)

    assert all((o.verdict, o.feedback) == ("", "") for field in shown for o in field.options)


def test_answers_given_are_kept():
    assert [[checked for _, checked, *_ in field] for field in options()] == [
        [False, True, False],
        [True, False, False],
    ]


def test_marking_speaks_of_the_chosen_options_only():
    assert options(marked=True) == [
        [("a", False, "", ""), ("b", True, "wrong", "因为b"), ("c", False, "", "")],
        [("a", True, "right", "因为a"), ("b", False, "", ""), ("c", False, "", "")],
    ]


def test_revealing_also_shows_the_right_options_that_were_missed():
    assert options(marked=True, reveal=True) == [
        [("a", False, "missed", "因为a"), ("b", True, "wrong", "因为b"), ("c", False, "", "")],
        [("a", True, "right", "因为a"), ("b", False, "missed", "因为b"), ("c", False, "", "")],
    ]
