"""Answers as a form sends them."""

from django.http import QueryDict

from assessments.quizzes.answers import read
from assessments.quizzes.items.kinds import Choice, Option
from assessments.quizzes.names import cover


def test_the_same_ticks_are_the_same_answer_in_whatever_order_a_page_shows_them():
    item = Choice("multiple", "哪些？", tuple(Option(letter, letter, 1.0) for letter in "abc"))
    data = QueryDict(mutable=True)
    data.setlist("7", [cover("7", "c"), cover("7", "a"), cover("7", "c")])

    assert read(item, "7", data) == ["a", "c"]
