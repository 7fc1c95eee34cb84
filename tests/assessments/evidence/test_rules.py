"""Grading, against a formulation of its own: a grade is reached when nothing asked for it is missing."""

from hypothesis import given
from hypothesis import strategies as st

from assessments.evidence.rules import (
    EXCELLENT,
    FAIL,
    ORDER,
    PASS,
    Mark,
    grade_of_capability,
    grade_of_evidence,
)

MARKS = st.lists(st.builds(Mark, level=st.sampled_from([PASS, EXCELLENT]), met=st.booleans()))


def grade_by_what_is_missing(marks: list[Mark]) -> str:
    missing = {mark.level for mark in marks if not mark.met}
    if not marks or PASS in missing:
        return FAIL
    return PASS if missing else EXCELLENT


@given(MARKS)
def test_evidence_is_graded_by_what_is_missing(marks):
    assert grade_of_evidence(marks) == grade_by_what_is_missing(marks)


@given(MARKS, st.randoms())
def test_the_order_of_marks_does_not_matter(marks, random):
    shuffled = random.sample(marks, len(marks))

    assert grade_of_evidence(shuffled) == grade_of_evidence(marks)


@given(MARKS, st.data())
def test_one_more_no_never_helps(marks, data):
    if not marks:
        return
    place = data.draw(st.integers(0, len(marks) - 1))
    worse = [*marks[:place], Mark(marks[place].level, met=False), *marks[place + 1 :]]

    assert ORDER.index(grade_of_evidence(worse)) <= ORDER.index(grade_of_evidence(marks))


@given(st.lists(st.sampled_from(ORDER)))
def test_the_worst_piece_decides(grades):
    expected = next((grade for grade in ORDER if grade in grades), FAIL)

    assert grade_of_capability(grades) == expected


def test_nothing_shown_is_a_fail():
    assert (grade_of_evidence([]), grade_of_capability([])) == (FAIL, FAIL)


def test_excellence_needs_the_pass_lines_too():
    assert grade_of_evidence([Mark(PASS, met=False), Mark(EXCELLENT, met=True)]) == FAIL
