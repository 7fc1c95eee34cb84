"""What is written comes back as it was; what a format has no words for is said."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from assessments.quizzes.formats import aiken, excel, gift, moodle
from assessments.quizzes.formats.comparing import canonical
from assessments.quizzes.formats.entries import WARN, Entry, Problem
from assessments.quizzes.items import kinds
from assessments.quizzes.items.pictures import images

from ..items.strategies import OF_KIND, choices, figured, lines, many_gaps, one_gap, passages, pictured
from ..pictures import BLUE, PICTURES, RED
from .strategies import entries

SLOW = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
WORKBOOK = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def read_back(written, read):
    return [replace(entry, where="") for entry in read(written.content.decode()).entries]


def refused(written):
    return [problem.code for problem in written.problems if problem.severity != WARN]


def is_folded(item):
    """Whether a text that Moodle keeps as HTML, which is what stands in its gaps, has blanks side by side."""
    gaps = item.gaps if isinstance(item, kinds.Gaps) else ()
    return any("  " in text for gap in gaps for a in gap.answers for text in (a.text, a.feedback))


def without_guide(item):
    return replace(item, guide="", sample="")


@st.composite
def plain_singles(draw):
    """What Aiken can say: one line that asks, options, and which of them is right."""
    item = draw(choices("single"))
    stem = draw(lines().filter(lambda text: len(text.encode()) > 1))
    return replace(
        item,
        stem=stem,
        options=tuple(replace(option, feedback="") for option in item.options),
        feedback="",
        shuffle=True,
    )


@SLOW
@given(st.lists(plain_singles(), min_size=1, max_size=4))
def test_aiken(items):
    assume(not any(aiken.OPTION.match(item.stem) or aiken.ANSWER.match(item.stem) for item in items))
    written = aiken.write([Entry("", item) for item in items])

    assert written.problems == []
    assert read_back(written, aiken.read) == [Entry("", item) for item in items]


GIFT_KINDS = ["single", "multiple", "truefalse", "judgement", "numeric", "matching", "ordering"]
GIFT = {**{kind: OF_KIND[kind] for kind in GIFT_KINDS}, "fill": one_gap("fill")}
GIFT["short"] = OF_KIND["short"].map(without_guide)


@pytest.mark.parametrize("kind", GIFT)
@SLOW
@given(data=st.data())
def test_gift(kind, data):
    entry = data.draw(entries(GIFT[kind]))
    assume(
        "->" not in str(entry.item)
    )  # GIFT would take it for a pair; such questions are listed as left out
    written = gift.write([entry])

    assert refused(written) == []
    assert read_back(written, gift.read) == [entry]


@pytest.mark.parametrize("kind", OF_KIND)
@SLOW
@given(data=st.data())
def test_moodle(kind, data):
    entry = data.draw(entries(OF_KIND[kind].filter(lambda item: not is_folded(item))))
    assume("_____" not in str(entry.item))  # Moodle's place for a gap: see the test below
    written = moodle.write([entry])

    assert refused(written) == []
    assert read_back(written, moodle.read) == [entry]


@pytest.mark.parametrize("stem", ["_____", "_____[[1]]", "[[1]]"])
def test_moodle_is_not_given_a_gap_that_it_would_put_elsewhere(stem):
    gap = kinds.Gap("1", "number", (kinds.Accepted("3"),))
    item = kinds.Gaps("numeric", stem, (gap,))

    assert refused(moodle.write([Entry("", item)])) == ["not_in_format"]


@SLOW
@given(entries(pictured() | figured(st.one_of(*OF_KIND.values()))))
def test_moodle_carries_pictures(entry):
    assume(not is_folded(entry.item) and "_____" not in str(entry.item))
    written = moodle.write([entry])
    [back] = moodle.read(written.content.decode()).entries

    assert refused(written) == []
    assert replace(back, where="") == entry
    assert back.pictures == {name: PICTURES[name] for name in images(entry.item)}


@pytest.mark.parametrize("kind", [*OF_KIND, "passage"])
@WORKBOOK
@given(data=st.data())
def test_workbook(kind, data):
    entry = data.draw(entries(passages() if kind == "passage" else OF_KIND[kind]))
    written = excel.write([entry])

    assert written.problems == []
    assert [replace(read, where="") for read in excel.read(written.content).entries] == [entry]


@pytest.mark.parametrize("module", [gift, moodle])
@SLOW
@given(data=st.data())
def test_categories_of_many_entries(module, data):
    listed = data.draw(st.lists(entries(OF_KIND["single"]), min_size=2, max_size=5))
    assert read_back(module.write(listed), module.read) == listed


@WORKBOOK
@given(st.lists(entries(OF_KIND["single"] | passages()), min_size=2, max_size=4))
def test_passages_between_other_rows(listed):
    back = excel.read(excel.write(listed).content)
    assert [replace(entry, where="") for entry in back.entries] == listed


SINGLE = kinds.Choice("single", "题", (kinds.Option("a", "甲", 1.0), kinds.Option("b", "乙")))
PASSAGE = kinds.Passage("passage", "文", (kinds.Part("1", SINGLE),))
PICTURE = kinds.Choice(
    "picture", "题", (kinds.Option("a", "甲", 1.0, "", RED), kinds.Option("b", "乙", 0.0, "", BLUE))
)
CLOZE = kinds.Gaps(
    "cloze",
    "[[1]]",
    (kinds.Gap("1", "choice", (kinds.Accepted("甲"), kinds.Accepted("乙", 0.0))),),
)
ARROW = kinds.Matching(
    "matching",
    "题",
    (kinds.Prompt("1", "a->b", "a"), kinds.Prompt("2", "c", "b")),
    (kinds.Option("a", "甲"), kinds.Option("b", "乙")),
)
REWORDED = kinds.Choice("truefalse", "题", (kinds.Option("a", "赞成", 1.0), kinds.Option("b", "反对")))


@pytest.mark.parametrize(
    ("module", "item"),
    [
        (aiken, CLOZE),
        (aiken, replace(SINGLE, stem="两\n行")),
        (aiken, replace(SINGLE, stem="A) 甲")),
        (aiken, replace(SINGLE, kind="judgement")),
        (gift, PASSAGE),
        (gift, CLOZE),
        (gift, ARROW),
        (gift, REWORDED),
        (moodle, PASSAGE),
        (moodle, REWORDED),
    ],
)
def test_what_a_format_has_no_words_for_is_named_and_left_out(module, item):
    kept, left = Entry("留", SINGLE), Entry("走", item)
    written = module.write([left, kept])

    assert Problem("not_in_format", name="走") in written.problems
    assert [entry.item for entry in read_back(written, module.read)] == [SINGLE]


ILLUSTRATED = replace(SINGLE, figure=kinds.Figure(RED, "一面旗"))


@pytest.mark.parametrize("item", [PICTURE, ILLUSTRATED, replace(PASSAGE, figure=ILLUSTRATED.figure)])
@pytest.mark.parametrize("module", [aiken, gift])
def test_a_format_without_pictures_names_the_questions_that_have_some(module, item):
    written = module.write([Entry("走", item, pictures=PICTURES), Entry("", SINGLE)])

    assert written.problems == [Problem("pictures_no_place", name="走")]
    assert [entry.item for entry in read_back(written, module.read)] == [SINGLE]


def test_a_workbook_holds_the_names_of_pictures_to_choose_and_none_under_a_stem():
    entries = [Entry("选", PICTURE), Entry("走", ILLUSTRATED)]
    written = excel.write(entries)

    assert [(p.code, p.name) for p in written.problems] == [("pictures_no_place", "走")]
    assert [entry.item for entry in excel.read(written.content).entries] == [PICTURE]


@pytest.mark.parametrize(
    ("module", "entry"),
    [
        (aiken, Entry("名", SINGLE)),
        (aiken, Entry("", replace(SINGLE, feedback="说"))),
        (gift, Entry("题", kinds.Short("short", "题", "要点"))),
        (gift, Entry("题", replace(SINGLE), tags=("两\n行",))),
        (
            moodle,
            Entry(
                "题",
                kinds.Choice(
                    "truefalse",
                    "题",
                    (kinds.Option("a", "错误"), kinds.Option("b", "正确", 1.0)),
                    shuffle=False,
                ),
            ),
        ),
    ],
)
def test_what_is_left_out_of_a_question_is_said(module, entry):
    written = module.write([entry])

    assert [problem.code for problem in written.problems] == ["details_left_out"]
    assert len(read_back(written, module.read)) == 1


@pytest.mark.parametrize("module", [gift, moodle])
def test_that_moodle_marks_several_right_options_otherwise_is_said(module):
    several = kinds.Choice("multiple", "题", (kinds.Option("a", "甲", 1.0), kinds.Option("b", "乙")))

    assert [p.code for p in module.write([Entry("", several)]).problems] == ["marking_differs"]
    assert module.write([Entry("", replace(several, rule="even"))]).problems == []


def test_ids_and_the_places_of_gaps_do_not_count():
    gaps = kinds.Gaps(
        "fill",
        "[[y]]和[[x]]",
        (
            kinds.Gap("x", "text", (kinds.Accepted("甲"),)),
            kinds.Gap("y", "text", (kinds.Accepted("乙"),)),
            kinds.Gap("z", "text", (kinds.Accepted("丙"),)),
        ),
    )
    again = canonical(gaps)

    assert again.stem == "[[1]]和[[2]] [[3]]"
    assert [gap.answers[0].text for gap in again.gaps] == ["乙", "甲", "丙"]
    assert canonical(again) == again


@SLOW
@given(st.one_of(*OF_KIND.values(), passages(), many_gaps("fill")))
def test_items_as_the_strategies_draw_them_are_canonical(item):
    assert canonical(item) == item


def test_a_text_that_no_cell_can_hold_is_not_cut():
    written = excel.write([Entry("长", replace(SINGLE, stem="长" * 32_768))])

    assert [(p.code, p.name) for p in written.problems] == [("cell_too_long", "长")]
    assert excel.read(written.content).entries == []
