"""A new wording keeps the ids of what it has in common with the old one."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assessments.quizzes.formats.comparing import canonical
from assessments.quizzes.items.aligning import aligned, letters, renamed
from assessments.quizzes.items.differences import Difference, differences
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

from .strategies import items


def choice(*texts: str, ids: str = "abcdef") -> Choice:
    options = [
        Option(id_, text, float(n == 0)) for n, (id_, text) in enumerate(zip(ids, texts, strict=False))
    ]
    return Choice("single", "哪个？", tuple(options))


def ids_of(item: Choice | Ordering) -> dict[str, str]:
    return {option.text: option.id for option in item.options}


def test_options_keep_their_ids_when_they_change_places():
    assert ids_of(aligned(choice("丙", "甲", "乙"), choice("甲", "乙", "丙"))) == {
        "甲": "a",
        "乙": "b",
        "丙": "c",
    }


def test_an_option_that_is_only_reworded_keeps_its_id():
    assert ids_of(aligned(choice("丙", "甲！", "乙"), choice("甲", "乙", "丙"))) == {
        "丙": "c",
        "甲！": "a",
        "乙": "b",
    }


def test_a_further_option_gets_an_id_that_was_not_used():
    assert ids_of(aligned(choice("新", "甲", "乙"), choice("甲", "乙", ids="ac"))) == {
        "新": "b",
        "甲": "a",
        "乙": "c",
    }


def test_matched_options_keep_their_ids_and_prompts_still_point_to_them():
    old = Matching(
        "matching",
        "连",
        (Prompt("1", "一", "x"), Prompt("2", "二", "y")),
        (Option("x", "壹"), Option("y", "贰")),
    )
    new = Matching(
        "matching",
        "连",
        (Prompt("1", "二", "a"), Prompt("2", "一", "b")),
        (Option("a", "贰"), Option("b", "壹")),
    )

    found = aligned(new, old)

    assert isinstance(found, Matching)
    assert found.prompts == (Prompt("2", "二", "y"), Prompt("1", "一", "x"))
    assert found.options == (Option("y", "贰"), Option("x", "壹"))


def test_gaps_that_change_places_take_their_ids_and_markers_along():
    one, two = Accepted("一"), Accepted("二")
    old = Gaps("fill", "[[1]]和[[2]]", (Gap("1", "text", (one,)), Gap("2", "text", (two,))))
    new = Gaps("fill", "[[1]]与[[2]]", (Gap("1", "text", (two,)), Gap("2", "text", (one,))))

    found = aligned(new, old)

    assert isinstance(found, Gaps)
    assert found.stem == "[[2]]与[[1]]"
    assert [gap.id for gap in found.gaps] == ["2", "1"]


def test_parts_of_a_passage_keep_their_ids_and_those_of_their_options():
    old = Passage("passage", "文", (Part("p", choice("甲", "乙", ids="xy")),))
    new = Passage("passage", "文章", (Part("1", choice("乙", "甲")),))

    [part] = aligned(new, old).parts

    assert part.id == "p"
    assert ids_of(part.item) == {"乙": "y", "甲": "x"}


def test_another_kind_of_question_has_nothing_in_common():
    assert aligned(choice("甲", "乙"), Ordering("ordering", "排", (Option("x", "甲"),))) == choice("甲", "乙")


@given(items(), st.randoms(use_true_random=False))
def test_only_ids_change(item, random):
    assert canonical(aligned(item, item)) == canonical(item)
    assert differences(aligned(item, item), item) == []


def test_markers_change_places_at_once_and_other_brackets_stay():
    assert renamed("[[1]] [[2]] [[x]] [[ [1]", {"1": "2", "2": "1"}) == "[[2]] [[1]] [[x]] [[ [1]"


def test_there_are_letters_without_end():
    assert [letter for letter, _ in zip(letters(), range(28), strict=False)][24:] == ["y", "z", "a1", "b1"]


def test_differences_name_what_was_reworded_added_dropped_and_moved():
    old = choice("甲", "乙", "丙")
    new = replace(
        choice("甲", "乙！", ids="ba"),
        stem="哪一个？",
        options=(Option("b", "乙！"), Option("a", "甲", 1.0), Option("d", "丁")),
    )

    assert differences(old, new) == [
        Difference("stem", (), "哪个？", "哪一个？"),
        Difference("options", ("c",), "丙", ""),
        Difference("text", ("b",), "乙", "乙！"),
        Difference("options", ("d",), "", "丁"),
        Difference("order", (), "a b", "b a"),
    ]


def test_differences_within_a_passage_say_in_which_part():
    old = Passage("passage", "文", (Part("1", choice("甲", "乙")),))
    new = Passage("passage", "文", (Part("1", choice("甲", "丙")),))

    assert differences(old, new) == [Difference("text", ("1", "b"), "乙", "丙")]


def test_another_kind_is_a_difference_of_all_it_has():
    old = Gaps("numeric", "多少？", (Gap("1", "number", (Accepted("5", tolerance=0.5),)),))

    assert differences(old, choice("甲")) == [
        Difference("kind", (), "numeric", "single"),
        Difference("stem", (), "多少？", "哪个？"),
        Difference("options", ("a",), "", "甲"),
        Difference("rule", (), "", "all"),
        Difference("shuffle", (), "", "✓"),
        Difference("gaps", ("1",), "5 ±0.5", ""),
    ]
