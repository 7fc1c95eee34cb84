"""Files that were changed on their way, by accident or on purpose."""

import time
from copy import deepcopy
from io import BytesIO
from xml.etree.ElementTree import Element, tostring
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.quizzes.formats.entries import REFUSE, Entry
from assessments.quizzes.formats.messages import message
from assessments.quizzes.formats.qti import read, write
from assessments.quizzes.items.stored import problems
from tests.assessments.quizzes.items import strategies

WORDS = ["", "0", "-1", "nan", "1e999", "RESPONSE", "multiple", "true", "*", "A B", "x"]


def written(item) -> list[Element]:
    with ZipFile(BytesIO(write([Entry("Q", item)]).content)) as archive:
        return [fromstring(archive.read(name)) for name in archive.namelist() if name.startswith("items/")]


def change(root: Element, draw) -> None:
    """Leave out, repeat, move or reword a part of the file."""
    elements = list(root.iter())
    element = draw(st.sampled_from(elements))
    how = draw(st.sampled_from(["attribute", "drop", "text", "repeat", "rename", "turn"]))
    if how == "attribute" and element.attrib:
        element.set(draw(st.sampled_from(sorted(element.attrib))), draw(st.sampled_from(WORDS)))
    elif how == "drop" and len(element):
        element.remove(draw(st.sampled_from(list(element))))
    elif how == "text":
        element.text = draw(st.sampled_from(WORDS))
    elif how == "repeat":
        element.append(deepcopy(draw(st.sampled_from(elements))))
    elif how == "rename" and element is not root:
        element.tag = draw(st.sampled_from(elements)).tag
    elif how == "turn":
        element[:] = reversed(list(element))


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(strategies.items(), st.data())
def test_a_changed_file_is_read_or_refused_in_words(item, data):
    for root in written(item):
        for _ in range(data.draw(st.integers(1, 3))):
            change(root, data.draw)
        reading = read(tostring(root), "q.xml")
        assert [problems(entry.item) for entry in reading.entries] in ([], [[]])
        refused = [problem for problem in reading.problems if problem.severity == REFUSE]
        assert bool(refused) != bool(reading.entries)
        assert all(message(problem.code, problem.details) for problem in reading.problems)


def test_notes_on_spacing_inside_each_other_cost_no_more_than_their_length():
    depth = 60
    body = "<div data-text='x'>" * depth + "y" + "</div>" * depth
    start = time.monotonic()
    reading = read(
        b"<assessmentItem xmlns='http://www.imsglobal.org/xsd/imsqti_v2p2' title='Q'>"
        b"<responseDeclaration identifier='R' cardinality='single' baseType='string'/><itemBody>"
        + body.encode()
        + b"<extendedTextInteraction responseIdentifier='R'/></itemBody></assessmentItem>",
        "q.xml",
    )
    assert time.monotonic() - start < 2
    assert [entry.item.stem for entry in reading.entries] == ["y"]
