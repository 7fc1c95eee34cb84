"""What an answer earns."""

import time
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assessments.quizzes.items import kinds
from assessments.quizzes.items.marking import (
    UNANSWERED,
    Mark,
    agrees,
    has_content,
    mark,
    number,
    right_answer,
)

from .strategies import OF_KIND, choices, items, matchings, orderings, passages


def options(*scores):
    return tuple(
        kinds.Option(letter, letter.upper(), score) for letter, score in zip("abcdef", scores, strict=False)
    )


def ticked(kind, scores, chosen, rule="all"):
    return mark(kinds.Choice(kind, "?", options(*scores), rule), list(chosen)).score


@pytest.mark.parametrize(
    ("kind", "scores", "chosen", "rule", "score"),
    [
        ("single", (1, 0, 0), "a", "all", 1),
        ("single", (1, 0, 0), "b", "all", 0),
        ("single", (1, 0, 0), "ab", "all", 0),
        ("single", (1, -0.5), "b", "all", 0),
        ("single", (1, 0), "z", "all", 0),
        ("judgement", (1, 0.6, 0.25, -1), "b", "all", 0.6),
        ("judgement", (1, 0.6, 0.25, -1), "d", "all", 0),
        ("judgement", (1, 0.6, 0.25, -1), "bc", "all", 0),
        ("multiple", (1, 1, 0, 0), "ab", "all", 1),
        ("multiple", (1, 1, 0, 0), "a", "all", 0),
        ("multiple", (1, 1, 0, 0), "abc", "all", 0),
        ("multiple", (1, 1, 0, 0), "a", "even", 0.5),
        ("multiple", (1, 1, 0, 0), "abc", "even", 0.5),
        ("multiple", (1, 1, 0, 0), "cd", "even", 0),
        ("multiple", (1, 1), "a", "even", 0.5),
        ("multiple", (1, 1, 1, 0), "ab", "even", 0.6667),
        ("multiple", (0.5, 0.5, -0.25, 0), "ac", "options", 0.25),
        ("multiple", (0.5, 0.5, -1, 0), "abc", "options", 0),
        ("multiple", (0.3333333, 0.3333333, 0.3333333), "abc", "options", 1),
    ],
)
def test_choices_are_marked_by_kind_and_rule(kind, scores, chosen, rule, score):
    assert ticked(kind, scores, chosen, rule) == score


@pytest.mark.parametrize(
    ("given", "score"),
    [("abcd", 1), ("dabc", 0.6667), ("bacd", 0.3333), ("dcba", 0), ("ab", 0.3333), ("abbcbd", 0)],
)
def test_an_order_earns_the_share_of_neighbours_in_place(given, score):
    assert mark(kinds.Ordering("ordering", "?", options(0, 0, 0, 0)), list(given)).score == score


def test_a_match_earns_the_share_of_prompts():
    prompts = (kinds.Prompt("1", "陕西", "a"), kinds.Prompt("2", "甘肃", "b"))
    item = kinds.Matching("matching", "?", prompts, options(0, 0, 0))

    assert mark(item, {"1": "a", "2": "c"}) == Mark(0.5, is_answered=True)


@pytest.mark.parametrize(
    ("accepted", "written", "has_case", "agreed"),
    [
        ("Word", "word", False, True),
        ("Word", "word", True, False),
        ("ＷＯＲＤ", " word ", False, True),
        ("一体 机", "一体　机", False, True),
        ("人工*", "人工智能", False, True),
        ("*智能", "人工智能", False, True),
        ("人*能", "人能", False, True),
        ("人*工*能", "人能工", False, False),
        ("aba*aba", "aba", False, False),
        ("a*b", "axb", False, True),
        (r"a\*b", "axb", False, False),
        (r"a\*b", "a*b", False, True),
        ("a.b", "axb", False, False),
        ("Straße", "STRASSE", False, True),
        ("", "", False, True),
    ],
)
def test_words_agree_but_for_width_blanks_and_case(accepted, written, has_case, agreed):
    gap = kinds.Gap("1", "text", (), has_case)
    assert agrees(gap, kinds.Accepted(accepted), written) is agreed


@pytest.mark.parametrize(
    ("accepted", "tolerance", "written", "agreed"),
    [
        ("3.14", 0.01, "3.15", True),
        ("3.14", 0.01, "3.1500001", False),
        ("0.3", 0.0, "0.30", True),
        ("1234", 0.0, "１，２３４", True),
        ("-5", 0.0, "−5", True),
        ("5", 0.0, "5 cm", True),
        ("5", 0.0, "5ｃｍ", True),
        ("5", 0.0, "5CM", True),
        ("5", 0.0, "5 km", False),
        ("*", 0.0, "17", True),
        ("*", 0.0, "many", False),
        ("5", 0.0, "5e1000000", False),
        ("5", 0.0, "nan", False),
        ("5", 0.0, "", False),
    ],
)
def test_numbers_agree_within_the_tolerance_with_or_without_the_unit(accepted, tolerance, written, agreed):
    gap = kinds.Gap("1", "number", ())
    assert agrees(gap, kinds.Accepted(accepted, tolerance=tolerance), written, unit="cm") is agreed


@pytest.mark.parametrize("text", ["", "abc", "1,23", "Infinity", "1e100", "0x10", "1 2", "1_000"])
def test_what_is_no_number_is_none(text):
    assert number(text) is None


def test_the_best_of_the_accepted_answers_counts():
    answers = (kinds.Accepted("北*", 0.5), kinds.Accepted("北京"))
    item = kinds.Gaps("fill", "?", (kinds.Gap("1", "text", answers),))

    assert mark(item, {"1": "北京"}).score == 1
    assert mark(item, {"1": "北平"}).score == 0.5
    assert mark(item, {"1": "南京"}).score == 0


@pytest.mark.parametrize("written", ["", "  ", "\u3000"])
def test_a_gap_left_empty_earns_nothing_even_where_anything_is_accepted(written):
    item = kinds.Gaps("fill", "?", (kinds.Gap("1", "text", (kinds.Accepted("*"),)),))

    assert (mark(item, {"1": written}).score, mark(item, {"1": "答"}).score) == (0, 1)


def test_wildcards_cost_no_time():
    gap = kinds.Gap("1", "text", ())
    started = time.monotonic()

    assert not agrees(gap, kinds.Accepted("*a" * 200 + "b"), "a" * 20_000)

    assert time.monotonic() - started < 0.5


def test_a_passage_waits_for_its_short_answers():
    closed, opened = kinds.Choice("single", "?", options(1, 0)), kinds.Short("short", "?", "")
    passage = kinds.Passage("passage", "文", (kinds.Part("1", closed), kinds.Part("2", opened)))

    assert mark(passage, {"1": ["a"], "2": "好"}) == Mark(None, is_answered=True)
    assert mark(passage, {"1": ["a"]}) == Mark(0.5, is_answered=True)


def test_a_right_mark_is_a_whole_one():
    assert [Mark(score, is_answered=True).is_right for score in (1, 0.9999, None)] == [True, False, False]


@given(st.one_of(*OF_KIND.values(), passages()))
def test_the_right_answer_earns_everything(item):
    parts = [part.item for part in item.parts] if isinstance(item, kinds.Passage) else [item]
    shorts = [part for part in parts if isinstance(part, kinds.Short)]
    assume(all(short.sample.strip() for short in shorts))

    assert mark(item, right_answer(item)).score == (None if shorts else 1)


@given(items(), st.sampled_from([None, "", "  ", [], {}, {"1": ""}, {"1": [], "2": {"a": " "}}]))
def test_an_empty_answer_earns_nothing(item, answer):
    assert not has_content(answer)
    assert mark(item, answer) == UNANSWERED


@given(st.data(), st.one_of(choices("multiple"), choices("judgement"), choices("single"), orderings()))
def test_whatever_is_ticked_earns_from_nothing_to_one(data, item):
    ids = [option.id for option in item.options] + ["z"]
    answer = data.draw(st.lists(st.sampled_from(ids), min_size=1))
    score = mark(item, answer).score

    assert 0 <= score <= 1
    assert round(score, 4) == score


@given(st.data(), matchings() | OF_KIND["cloze"] | OF_KIND["numeric"])
def test_whatever_is_written_earns_from_nothing_to_one(data, item):
    answer = data.draw(st.dictionaries(st.sampled_from(["1", "2", "9"]), st.text(min_size=1), min_size=1))
    assert 0 <= mark(item, answer).score <= 1


@given(choices("single") | choices("multiple") | choices("judgement"), st.randoms())
def test_the_order_of_the_options_changes_no_mark(item, random):
    moved = random.sample(item.options, len(item.options))
    answer = [random.choice(item.options).id]

    assert mark(replace(item, options=tuple(moved)), answer) == mark(item, answer)
