"""What is drawn once and put together for each paper is what would be drawn for that paper alone."""

import random

import pytest
from django.template.loader import render_to_string

from assessments.quizzes.actions import shown_order
from assessments.quizzes.drawing import drawn
from assessments.quizzes.fields import OPEN, Showing, question_field
from assessments.quizzes.items.kinds import Choice, Option, Part, Passage
from assessments.quizzes.items.marking import right_answer
from assessments.quizzes.items.stored import dump
from assessments.quizzes.models import QuestionVersion
from assessments.quizzes.pictures import keep_all, shown

from .papers import EVERY_KIND, OPTIONS
from .pictures import PICTURES

TWO_CHOICES = Passage(
    "passage",
    "两问：",
    (
        Part("1", Choice("single", "其一？", OPTIONS)),
        Part("10", Choice("multiple", "其二？", (*OPTIONS, Option("d", "<!-- cut -->\ufdd0")))),
    ),
)
KINDS = {**EVERY_KIND, "two choices": TWO_CHOICES}
SHOWINGS = [(OPEN, False), (Showing(marked=True), True), (Showing(marked=True, reveal=True), True)]


def drawn_alone(item, order, answer, showing, closed) -> str:
    field = question_field(
        item, name="7", number="1", order=order, answer=answer, showing=showing, pictures=shown([item])
    )
    return render_to_string("assessments/quizzes/question.html", {"field": field, "closed": closed})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("showing", "closed"), SHOWINGS)
def test_a_question_is_drawn_for_each_paper_as_for_that_paper_alone(db, kind, showing, closed):
    keep_all(PICTURES, by=None)
    item = KINDS[kind]
    version = QuestionVersion(pk=7, content=dump(item))

    for answer in (None, right_answer(item)):
        answers = {} if answer is None else {"7": answer}
        for _ in range(8):
            order = random.sample(whole := shown_order(item), len(whole))
            alone = drawn_alone(item, order, answer, showing, closed)

            assert drawn([(version, order)], answers, showing, closed=closed)[0].split() == alone.split()


def test_an_option_that_the_order_does_not_know_comes_last(db):
    version = QuestionVersion(pk=7, content=dump(KINDS["single"]))

    html = drawn([(version, ["c", "a"])], {})[0]

    assert html.index("后反思") < html.index("先备课") < html.index("再上课")
