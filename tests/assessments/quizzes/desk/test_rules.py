"""What a repair may change, and what comes of it."""

from copy import deepcopy
from decimal import Decimal

import pytest

from assessments.quizzes.desk.rules import Outcome, asks_the_same, question_scores
from assessments.quizzes.items.kinds import (
    Accepted,
    Choice,
    Gap,
    Gaps,
    Matching,
    Option,
    Ordering,
    Part,
    Passage,
    Prompt,
)
from assessments.quizzes.items.stored import dump

OPTIONS = (Option("a", "甲", 1.0), Option("b", "乙"))
CHOICE = Choice("single", "哪个？", OPTIONS)
ITEMS = {
    "choice": CHOICE,
    "matching": Matching("matching", "配对", (Prompt("1", "一", "a"), Prompt("2", "二", "b")), OPTIONS),
    "ordering": Ordering("ordering", "排序", OPTIONS),
    "words": Gaps("fill", "[[1]]", (Gap("1", "text", (Accepted("甲"),)),)),
    "list": Gaps("cloze", "[[1]]", (Gap("1", "choice", (Accepted("甲"), Accepted("乙", 0.0))),)),
    "passage": Passage("passage", "材料", (Part("1", CHOICE),)),
}


def changed(name: str, change) -> tuple[dict, dict]:
    content = dump(ITEMS[name])
    other = deepcopy(content)
    change(other)
    return content, other


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("choice", lambda c: c["options"][1].update(score=1.0)),
        ("choice", lambda c: c["options"][1].update(feedback="对")),
        ("matching", lambda c: c["prompts"][0].update(answer="b")),
        ("ordering", lambda c: c["options"].reverse()),
        ("words", lambda c: c["gaps"][0]["answers"].append({"text": "乙", "score": 1.0})),
        ("list", lambda c: c["gaps"][0]["answers"].reverse()),
        ("passage", lambda c: c["parts"][0]["item"]["options"][1].update(score=1.0)),
    ],
)
def test_another_key_asks_the_same(name, change):
    assert asks_the_same(*changed(name, change))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("choice", lambda c: c.update(stem="哪一个？")),
        ("choice", lambda c: c.update(rule="even")),
        ("choice", lambda c: c["options"][1].update(text="丙")),
        ("choice", lambda c: c["options"][1].update(id="c")),
        ("choice", lambda c: c["options"].reverse()),
        ("matching", lambda c: c["prompts"][0].update(text="三")),
        ("ordering", lambda c: c["options"].pop()),
        ("words", lambda c: c["gaps"][0].update(kind="number")),
        ("list", lambda c: c["gaps"][0]["answers"][0].update(text="丙")),
        ("passage", lambda c: c["parts"][0]["item"].update(stem="？")),
    ],
)
def test_another_wording_asks_something_else(name, change):
    assert not asks_the_same(*changed(name, change))


def test_a_passage_counts_the_mean_of_its_parts():
    places = [(2, Decimal("1")), (1, Decimal("0.5")), (2, Decimal("0")), (2, Decimal("0"))]

    assert question_scores(places) == [0.5, 0.3333]


def test_a_question_waits_for_each_of_its_parts():
    assert question_scores([(1, Decimal(1)), (2, Decimal(1)), (2, None)]) == [1.0, None]


@pytest.mark.parametrize(
    ("passed", "would_pass", "takes_passes", "now"),
    [
        (False, True, False, True),
        (False, False, False, False),
        (True, False, False, True),
        (True, False, True, False),
        (True, True, True, True),
        (None, None, True, None),
        (True, None, False, True),
    ],
)
def test_a_pass_stands_unless_it_is_meant_to_be_taken(passed, would_pass, takes_passes, now):
    assert Outcome(None, would_pass, passed).passes_now(takes_passes=takes_passes) is now
