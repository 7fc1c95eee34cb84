"""What editors' forms hold, and the items that come of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from wagtail.blocks import StreamBlockValidationError

from assessments.quizzes.editors.blocks import KIND_LABELS, QuestionBlock
from assessments.quizzes.editors.shapes import item_of, raw_of
from assessments.quizzes.formats.comparing import canonical
from assessments.quizzes.formats.excel.examples import EXAMPLES
from assessments.quizzes.items.kinds import KINDS, Accepted, Choice, Gap, Gaps, Item, Option

from .items.strategies import items

BLOCK = QuestionBlock()
NEW = "01234567-89ab-cdef-0123-456789abcdef"


def edited(item: Item) -> dict:
    """The item as the form hands it back when nobody changed anything."""
    value = BLOCK.clean(BLOCK.to_python([raw_of(item)]))
    [raw] = BLOCK.get_prep_value(value)
    return raw


@pytest.mark.parametrize("entry", EXAMPLES, ids=lambda entry: entry.item.kind)
def test_a_form_that_is_only_saved_changes_nothing(entry):
    assert item_of(edited(entry.item), entry.item) == entry.item


@given(items())
def test_no_question_that_can_be_asked_changes_by_being_saved(item):
    assert canonical(item_of(raw_of(item), item)) == canonical(item)


def test_there_is_a_form_for_every_kind():
    assert set(KIND_LABELS) == {*KINDS, "points"}


def test_options_keep_their_ids_when_they_are_moved_and_a_new_one_gets_its_own():
    options = (Option("a", "甲", 1.0), Option("c", "丙"))
    raw = edited(Choice("single", "哪个？", options))
    listed = raw["value"]["options"]
    further = {**listed[1], "id": NEW, "value": {**listed[1]["value"], "text": "丁"}}
    raw["value"]["options"] = [further, listed[1], listed[0]]

    item = item_of(raw)

    assert [(o.id, o.text, o.score) for o in item.options] == [
        ("b", "丁", 0.0),
        ("c", "丙", 0.0),
        ("a", "甲", 1.0),
    ]


def test_what_a_wrong_option_costs_stays_although_the_form_does_not_show_it():
    before = Choice("single", "哪个？", (Option("a", "甲", 1.0), Option("b", "乙", -0.5)))
    raw = edited(before)
    assert item_of(raw, before) == before

    raw["value"]["options"][1]["value"]["right"] = True

    assert [option.score for option in item_of(raw, before).options] == [1.0, 1.0]


def test_markers_count_gaps_for_the_editor_and_name_them_in_the_item():
    gaps = (Gap("x", "text", (Accepted("一"),)), Gap("y", "text", (Accepted("二"),)))
    before = Gaps("fill", "[[y]]和[[x]]", gaps)
    raw = edited(before)
    assert raw["value"]["stem"] == "[[2]]和[[1]]"

    raw["value"]["gaps"].append({**raw["value"]["gaps"][0], "id": NEW})
    raw["value"]["stem"] += "，[[3]]"

    item = item_of(raw, before)
    assert item.stem == "[[y]]和[[x]]，[[1]]"
    assert [gap.id for gap in item.gaps] == ["x", "y", "1"]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (Choice("single", "哪个？", (Option("a", "甲"), Option("b", "乙"))), "No answer is right."),
        (
            Choice("single", "哪个？", (Option("a", "甲", 1), Option("b", "乙", 1))),
            "Several options are right, but only one can be chosen.",
        ),
        (
            Gaps("numeric", "多少？", (Gap("1", "number", (Accepted("五个"),)),)),
            "An answer that should be a number is none. Correct it.",
        ),
    ],
)
def test_what_keeps_a_question_from_being_asked_is_said_in_words_at_the_question(item, said):
    with pytest.raises(StreamBlockValidationError) as caught:
        edited(item)

    assert said in str(caught.value.as_json_data())


def test_what_is_wrong_with_a_question_of_a_passage_is_said_there():
    case = EXAMPLES[-1].item
    broken = replace(
        case.parts[0].item, options=tuple(replace(o, score=0.0) for o in case.parts[0].item.options)
    )
    passage = replace(case, parts=(replace(case.parts[0], item=broken), *case.parts[1:]))

    with pytest.raises(StreamBlockValidationError) as caught:
        edited(passage)

    [error] = caught.value.as_json_data()["blockErrors"].values()
    assert list(error["blockErrors"]) == ["parts"]
