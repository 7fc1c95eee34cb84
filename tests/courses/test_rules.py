from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules import Question, index_words, mark, search_words

SINGLE = Question(id="q1", correct=frozenset("a"))
MULTIPLE = Question(id="q2", correct=frozenset("ab"))


def share(right: int, total: int, pass_share: str) -> bool:
    """Whether `right` of `total` single questions pass."""
    paper = [Question(id=str(number), correct=frozenset("a")) for number in range(total)]
    answers = {str(number): "a" if number < right else "b" for number in range(total)}
    return mark(paper, answers, pass_share=Decimal(pass_share)).passed


@pytest.mark.parametrize(
    ("chosen", "is_right"),
    [
        (["a"], False),
        (["a", "b"], True),
        (["b", "a", "a"], True),
        (["a", "b", "c"], False),
        (["c"], False),
        ([], False),
    ],
)
def test_several_answers_are_right_only_all_together(chosen, is_right):
    result = mark([MULTIPLE], {"q2": chosen}, pass_share=Decimal("0.8"))

    assert result.right == ({"q2"} if is_right else set())


def test_a_question_not_answered_is_wrong():
    result = mark([SINGLE, MULTIPLE], {"q1": ["a"]}, pass_share=Decimal("0.5"))

    assert (result.right, result.total, result.share, result.passed) == ({"q1"}, 2, Decimal("0.5"), True)


def test_a_question_without_a_right_option_is_never_right():
    assert mark([Question(id="q", correct=frozenset())], {}, pass_share=Decimal("0.8")).right == frozenset()


def test_an_empty_paper_is_not_passed():
    result = mark([], {}, pass_share=Decimal(0))

    assert (result.passed, result.share) == (False, 0)


def test_answers_to_other_questions_count_nothing():
    assert mark([SINGLE], {"q9": ["a"]}, pass_share=Decimal("0.8")).right == frozenset()


@pytest.mark.parametrize(
    ("right", "total", "pass_share", "passed"),
    [(4, 5, "0.8", True), (3, 4, "0.8", False), (4, 4, "0.8", True), (7, 10, "0.7", True),
     (2, 3, "0.67", False), (1, 1, "1", True), (0, 1, "0", True)],
)  # fmt: skip
def test_the_share_itself_is_enough_to_pass(right, total, pass_share, passed):
    assert share(right, total, pass_share) is passed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("在线教学 Seewo", "在 线 教 学 在线 线教 教学 seewo"),
        ("QQ群", "qq 群"),
        ("二〇二六年", "二 〇 二 六 年 二〇 〇二 二六 六年"),
        ("ＷＰＳ３６５", "wps365"),
        ("，。！ —", ""),
    ],
)
def test_text_is_cut_into_characters_and_pairs(text, words):
    assert index_words(text) == words


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("在线教学", "在线 线教 教学"),
        ("课", "课"),
        ("QQ群", "qq 群"),
        ("AI 备课", "ai 备课"),
        ("？", ""),
        ("", ""),
    ],
)
def test_a_phrase_is_cut_into_pairs(phrase, words):
    assert search_words(phrase) == words


CHINESE = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.sampled_from("㐀𠮷𪚥〇")
WORDS = st.lists(st.text(CHINESE, min_size=1) | st.sampled_from(["QQ", "Ｗps365", "5", "，", "。", "\n"]))
"""A text in pieces: Latin words are found whole, Chinese ones character by character."""


@given(before=st.text(CHINESE), phrase=st.text(CHINESE, min_size=2), after=st.text(CHINESE))
def test_any_chinese_phrase_is_found_in_the_middle_of_a_sentence(before, phrase, after):
    assert set(search_words(phrase).split()) <= set(index_words(before + phrase + after).split())


@given(before=st.text(CHINESE), phrase=WORDS, after=st.text(CHINESE))
def test_a_phrase_of_chinese_and_latin_is_found_as_well(before, phrase, after):
    wanted = " ".join(phrase)

    assert set(search_words(wanted).split()) <= set(index_words(f"{before}，{wanted}{after}").split())
