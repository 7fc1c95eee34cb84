"""Items outlive storage, and what cannot be asked is known."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.quizzes.items import kinds
from assessments.quizzes.items.stored import dump, load, problems

from .strategies import choices, items

OPTIONS = (kinds.Option("a", "A", 1.0), kinds.Option("b", "B"))
SINGLE = kinds.Choice("single", "题", OPTIONS)
ORDER = kinds.Ordering("ordering", "题", OPTIONS)
MATCH = kinds.Matching("matching", "题", (kinds.Prompt("1", "x", "a"), kinds.Prompt("2", "y", "b")), OPTIONS)
NUMBER = kinds.Gaps("numeric", "题", (kinds.Gap("1", "number", (kinds.Accepted("3"),)),))
SHORT = kinds.Short("short", "题", "")


def gaps(kind, *answers):
    return kinds.Gaps("cloze", "题", (kinds.Gap("1", kind, answers),))


def scored(kind, *scores, rule="all"):
    options = [kinds.Option(str(n), f"选项{n}", score) for n, score in enumerate(scores)]
    return kinds.Choice(kind, "题", tuple(options), rule)


@given(items())
def test_an_item_is_the_same_after_storage(item):
    assert load(json.loads(json.dumps(dump(item)))) == item


@given(st.recursive(st.builds(kinds.Short, st.just("short"), st.text(), st.text(), st.text()), lambda inner:
    st.builds(
        kinds.Passage,
        st.just("passage"),
        st.text(),
        st.lists(st.builds(kinds.Part, st.text(), inner)).map(tuple),
        st.text(),
    )
))  # fmt: skip
def test_whatever_text_is_kept(item):
    assert load(dump(item)) == item


@given(items())
def test_a_well_formed_item_has_no_problem(item):
    assert problems(item) == []


@pytest.mark.parametrize("stored", [{}, {"kind": "single", "stem": ""}, {"kind": "poem", "stem": ""}])
def test_what_is_no_item_is_not_loaded(stored):
    with pytest.raises((KeyError, TypeError)):
        load(stored)


@pytest.mark.parametrize(
    ("item", "codes"),
    [
        (replace(SINGLE, kind="guess"), ["kind_unknown"]),
        (replace(SINGLE, stem=" \n"), ["stem_missing"]),
        (replace(SINGLE, options=OPTIONS[:1]), ["options_missing"]),
        (replace(SINGLE, options=(OPTIONS[0], OPTIONS[0], OPTIONS[1])), ["ids_twice", "right_too_many"]),
        (replace(SINGLE, options=(OPTIONS[0], kinds.Option("b", " "))), ["option_empty"]),
        (replace(SINGLE, rule="mean"), ["rule_unknown"]),
        (replace(SINGLE, kind="picture"), ["picture_missing"]),
        (scored("single", 0, 0), ["right_missing"]),
        (scored("single", 0.5, 0), ["full_score_missing"]),
        (scored("single", 1, 0.5), ["right_too_many"]),
        (scored("single", 1, -1.5), ["score_out_of_range"]),
        (scored("judgement", 1, 0.5, -1), []),
        (scored("judgement", 0.9, 0.5), ["full_score_missing"]),
        (scored("multiple", 1, 1, 0), []),
        (scored("multiple", 0, 0), ["right_missing"]),
        (scored("multiple", 0.5, 0.4, 0, rule="options"), ["full_score_missing"]),
        (scored("multiple", 0.33333, 0.33333, 0.33333, rule="options"), []),
        (replace(ORDER, options=OPTIONS[:1]), ["options_missing"]),
        (replace(MATCH, prompts=MATCH.prompts[:1]), ["pairs_missing"]),
        (replace(MATCH, prompts=(MATCH.prompts[0], kinds.Prompt("2", "y", "z"))), ["pairs_missing"]),
        (replace(NUMBER, gaps=()), ["gaps_missing"]),
        (replace(NUMBER, gaps=NUMBER.gaps * 2), ["ids_twice"]),
        (gaps("number", kinds.Accepted("三")), ["number_invalid"]),
        (gaps("number", kinds.Accepted("3", tolerance=-1)), ["number_invalid"]),
        (gaps("number", kinds.Accepted("3"), kinds.Accepted("*", 0)), []),
        (gaps("text", kinds.Accepted("好", 0.5)), ["full_score_missing"]),
        (gaps("text"), ["right_missing"]),
        (gaps("text", kinds.Accepted(" ")), ["option_empty"]),
        (gaps("text", kinds.Accepted("好"), kinds.Accepted("坏", -2)), ["score_out_of_range"]),
        (gaps("choice", kinds.Accepted("好")), ["options_missing"]),
        (gaps("sound", kinds.Accepted("好")), ["kind_unknown"]),
        (replace(SHORT, stem=""), ["stem_missing"]),
        (kinds.Passage("passage", "文", ()), ["parts_missing"]),
        (kinds.Passage("passage", "文", (kinds.Part("1", replace(SINGLE, stem="")),)), ["stem_missing"]),
    ],
)
def test_what_cannot_be_asked_has_a_code(item, codes):
    assert problems(item) == codes


@given(choices("single"))
def test_without_its_right_option_a_question_cannot_be_asked(item):
    wrong = tuple(replace(option, score=0.0) for option in item.options)
    assert problems(replace(item, options=wrong)) == ["right_missing"]
