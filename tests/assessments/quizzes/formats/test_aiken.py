"""Aiken is read as Moodle reads it, and in the full-width forms that people type."""

import pytest

from assessments.quizzes.formats import aiken

GOOD = "哪个是素数？\nA) 4\nB) 7\nC) 9\nANSWER: B\n"


def codes(text):
    return [(problem.where, problem.code) for problem in aiken.read(text).problems]


def test_a_question_has_options_and_one_that_is_right():
    (entry,) = aiken.read(GOOD).entries

    assert (entry.where, entry.item.kind, entry.item.stem) == ("1", "single", "哪个是素数？")
    assert [(o.id, o.text, o.score) for o in entry.item.options] == [
        ("a", "4", 0),
        ("b", "7", 1),
        ("c", "9", 0),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "题\nA. 甲\nB. 乙\nANSWER: B",
        "题\nA)甲\nB)乙\nANSWER:B",
        "\n\n  题  \n\nA) 甲\n-\nB) 乙\n\nANSWER: B and nothing else\n",
        "题\nＡ．甲\nＢ．乙\n答案：Ｂ",
        "题\nA）甲\nB）乙\n答案: B",
    ],
)
def test_these_are_the_same_question(text):
    (entry,) = aiken.read(text).entries

    assert entry.item.stem == "题"
    assert [(o.text, o.score) for o in entry.item.options] == [("甲", 0), ("乙", 1)]


def test_what_looks_like_markup_is_text():
    (entry,) = aiken.read("a < b & c 吗？\nA) <b>是</b>\nB) &lt;\nANSWER: A").entries

    assert entry.item.stem == "a < b & c 吗？"
    assert [option.text for option in entry.item.options] == ["<b>是</b>", "&lt;"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("题\nA) 甲\nANSWER: A", [("3", "options_missing")]),
        ("A) 甲", [("1", "not_started")]),
        ("ANSWER: A", [("1", "not_started")]),
        ("题\nA) 甲\nB) 乙", [("1", "not_finished")]),
        ("题\nA) 甲\nB) 乙\nANSWER: C", [("4", "answer_unknown")]),
        ("题\nA) 甲\nB) 乙\nANSWER:", [("4", "answer_unknown")]),
        ("题\nA) 甲\nB) \nANSWER: A", [("1", "option_empty")]),
    ],
)
def test_an_error_costs_its_own_question_only(text, expected):
    assert codes(text) == expected
    assert len(aiken.read(f"{text}\n\n{GOOD}").entries) == 1


def test_a_question_that_was_not_finished_ends_where_the_next_begins():
    reading = aiken.read(f"没写完\nA) 甲\n{GOOD}")

    assert [(p.where, p.code, p.name) for p in reading.problems] == [("3", "not_finished", "没写完")]
    assert [entry.where for entry in reading.entries] == ["3"]
