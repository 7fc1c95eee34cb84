"""QTI among other formats, and words for all that may be wrong with it."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from assessments.quizzes.formats import qti, reading
from assessments.quizzes.formats.entries import Entry
from assessments.quizzes.formats.messages import MESSAGES, TEMPLATE_WORDS
from assessments.quizzes.items.kinds import Choice, Option

CHOICE = Choice("single", "Which?", (Option("a", "red", 1.0), Option("b", "blue")))
CODE = re.compile(r"""Refused\(\s*"(\w+)"([^()]*(?:\([^()]*\)[^()]*)*)\)""")
DETAIL = re.compile(r"(\w+)=")


def refusals() -> set[tuple[str, tuple[str, ...]]]:
    sources = [path.read_text() for path in Path(qti.__file__).parent.glob("*.py")]
    return {(code, tuple(DETAIL.findall(rest))) for source in sources for code, rest in CODE.findall(source)}


def test_there_are_words_for_every_refusal_with_all_its_details():
    found = refusals()
    assert len(found) > 30
    with translation.override("en"):
        wanted = {code: set(re.findall(r"%\((\w+)\)", str(MESSAGES[code]))) for code, _ in found}
    assert [
        (code, details)
        for code, details in sorted(found)
        if not wanted[code] - TEMPLATE_WORDS.keys() <= set(details)
    ] == []


@pytest.mark.parametrize("version", ["2.2", "3.0"])
def test_a_package_is_known_by_its_manifest_whatever_it_is_called(version):
    content = qti.write([Entry("Q", CHOICE)], version).content
    assert reading.read(content, "questions.xlsx").entries == [Entry("Q", CHOICE, "items/item00001.xml")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_item_is_known_by_its_root_whatever_it_is_called(encoding):
    text = f"""<?xml version="1.0" encoding="{encoding}"?>
        <assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="q" title="Q"/>"""
    [problem] = reading.read(text.encode(encoding), "Item.TXT").problems
    assert (problem.code, problem.where, problem.name) == ("qti_no_interaction", "Item.TXT", "Q")


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"<quiz></quiz>", b"Which?\nA. a\nANSWER: A", b""])
def test_other_files_are_not_taken_for_qti(content):
    assert not qti.is_meant(content)
