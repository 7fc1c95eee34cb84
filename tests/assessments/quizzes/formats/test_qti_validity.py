"""What the published schema of QTI 2.2 asks of an item, as far as we write it: learnt from reading it."""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree.ElementTree import Element
from zipfile import ZipFile

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from assessments.quizzes.formats.entries import Entry
from assessments.quizzes.formats.excel.examples import EXAMPLES
from assessments.quizzes.formats.qti import archives, read, write
from assessments.quizzes.formats.qti.documents import parse
from assessments.quizzes.formats.qti.documents import write as write_document
from assessments.quizzes.formats.qti.manifests import Packed, manifest_for
from assessments.quizzes.items.kinds import Accepted, Choice, Figure, Gap, Gaps, Option, Part, Passage, Short
from tests.assessments.quizzes.pictures import BLUE, GREEN, PICTURES, RED

NAME = re.compile(r"[^\W\d][\w.\-]*")
"""xs:NCName, but for rare letters."""
IN_ORDER = ["responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing", "modalFeedback"]
INTERACTIONS = {"choiceInteraction", "matchInteraction", "orderInteraction", "extendedTextInteraction"}
PLACES = {"textEntryInteraction", "inlineChoiceInteraction"}
CHILDREN = {
    "itemBody": {"div", "p", "rubricBlock", "feedbackBlock", *INTERACTIONS},
    "div": {"div", "p", "br", "img", "span", "feedbackBlock", "feedbackInline", *INTERACTIONS, *PLACES},
    "p": {"br", "span", "feedbackInline", *PLACES},
    "choiceInteraction": {"prompt", "simpleChoice"},
    "simpleChoice": {"br", "img", "feedbackInline"},
    "feedbackInline": {"br"},
    "orderInteraction": {"prompt", "simpleChoice"},
    "matchInteraction": {"prompt", "simpleMatchSet"},
    "extendedTextInteraction": {"prompt"},
    "rubricBlock": {"p", "div"},
    "modalFeedback": {"p", "div"},
}
"""Of what we write, what may stand in what. A rubric stands in the body itself and nowhere else."""
REQUIRED = {
    "assessmentItem": {"identifier", "title", "adaptive", "timeDependent"},
    "responseDeclaration": {"identifier", "cardinality"},
    "outcomeDeclaration": {"identifier", "cardinality"},
    "mapEntry": {"mapKey", "mappedValue"},
    "simpleChoice": {"identifier"},
    "inlineChoice": {"identifier"},
    "simpleAssociableChoice": {"identifier", "matchMax"},
    "rubricBlock": {"view"},
    "modalFeedback": {"outcomeIdentifier", "identifier", "showHide"},
    "feedbackInline": {"outcomeIdentifier", "identifier"},
    "setOutcomeValue": {"identifier"},
    "baseValue": {"baseType"},
    "stringMatch": {"caseSensitive"},
    "patternMatch": {"pattern"},
    "equal": {"toleranceMode"},
    "img": {"src", "alt"},
} | {name: {"responseIdentifier"} for name in INTERACTIONS | PLACES}

RUBRICS = Passage(
    "passage",
    "材料",
    (Part("1", Short("short", "为什么？", "一个理由")), Part("2", Short("short", "怎么做？", "两个步骤"))),
)
FLAGS = Choice(
    "picture",
    "哪面旗是红的？",
    (Option("a", "绿旗", 0.0, "看颜色。", GREEN), Option("b", "红旗", 1.0, "对。", RED)),
    feedback="旗有三种。",
    figure=Figure(BLUE, "一面蓝旗"),
)
PICTURED = Passage("passage", "材料", (Part("1", FLAGS),), "总评", Figure(RED, "一面红旗"))
OPEN = Gaps(
    "cloze",
    "[[1]]和[[2]]",
    (
        Gap("1", "text", (Accepted("*红*", 1.0, "对。"), Accepted(r"\*", 0.5))),
        Gap("2", "number", (Accepted("3", 1.0, "对。", 0.5),)),
    ),
)
WRITTEN = [
    *(example.item for example in EXAMPLES if example.item.kind != "picture"),
    RUBRICS,
    FLAGS,
    PICTURED,
    OPEN,
]


def document(item) -> Element:
    content = write([Entry("题", item, key="K-1", pictures=PICTURES)], version="2.2").content
    root = fromstring(ZipFile(BytesIO(content)).read("items/item00001.xml"))
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


@pytest.fixture(params=WRITTEN, ids=lambda item: item.kind)
def root(request) -> Element:
    return document(request.param)


def test_the_parts_of_an_item_come_in_the_order_of_the_schema(root):
    places = [IN_ORDER.index(child.tag) for child in root]

    assert places == sorted(places)


def test_every_element_has_what_it_must_have_and_no_attribute_that_is_unknown(root):
    missing = {
        (element.tag, name)
        for element in root.iter()
        for name in REQUIRED.get(element.tag, set()) - set(element.attrib)
    }
    unknown = {name for element in root.iter() for name in element.attrib if "-" in name}

    assert missing == set()
    assert unknown == set()


def test_elements_stand_where_they_may(root):
    stray = {
        (element.tag, child.tag)
        for element in root.iter()
        for child in element
        if child.tag not in CHILDREN.get(element.tag, {child.tag})
    }

    assert stray == set()
    assert not (root.find("itemBody").text or "").strip()


def test_a_prompt_comes_first(root):
    later = [child.tag for found in root.iter() if found.tag in INTERACTIONS for child in found[1:]]

    assert "prompt" not in later


def test_identifiers_are_names_and_answers_point_to_one_declaration(root):
    declared = [found.get("identifier") for found in root.iter("responseDeclaration")]
    used = {found.get("responseIdentifier") for found in root.iter()} - {None}
    names = [found.get("identifier") for found in root.iter() if found.get("identifier")]

    assert len(set(declared)) == len(declared)
    assert used == set(declared)
    assert [name for name in names if not NAME.fullmatch(name)] == []


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"])))
def test_what_we_note_of_an_element_survives_among_its_classes(text):
    root = Element("assessmentItem", identifier="a")
    root.set("data-text", text)

    assert parse(write_document(root, "2.2")).get("data-text") == text


@pytest.mark.parametrize("version", ["2.2", "3.0"])
def test_rubrics_come_back_to_their_parts(version):
    [entry] = read(write([Entry("题", RUBRICS)], version=version).content, "p.zip").entries

    assert entry.item == RUBRICS


def test_the_manifest_of_five_thousand_questions_is_no_larger_than_what_is_read():
    entry = Entry("题", RUBRICS, "", "A5", ("学情", "问卷"), "easy", "M02/第一课")
    files = [Packed(f"item{number:05}", f"items/item{number:05}.xml", entry, []) for number in range(5000)]

    assert len(manifest_for(files, "2.2")) < archives.MAX_FILE_BYTES


@pytest.mark.parametrize("item", [RUBRICS, PICTURED])
def test_words_for_people_have_a_body_of_their_own_in_version_3(item):
    content = write([Entry("题", item, pictures=PICTURES)], version="3.0").content
    root = fromstring(ZipFile(BytesIO(content)).read("items/item00001.xml"))
    names = {"qti-rubric-block", "qti-feedback-block", "qti-feedback-inline", "qti-modal-feedback"}
    told = [element for element in root.iter() if element.tag.rpartition("}")[2] in names]
    inside = {
        (element.tag.rpartition("}")[2], child.tag.rpartition("}")[2])
        for element in told
        for child in element
    }

    assert told
    assert {child for name, child in inside if name != "qti-feedback-inline"} == {"qti-content-body"}
    assert all(element.get("use") for element in told if element.tag.endswith("rubric-block"))
