"""One item of a file as one of our items."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element

from ...items.kinds import Item, Part, Passage, Short, Simple
from ...items.stored import dump, problems
from ..building import Refused, checked
from .bodies import Segment, check, joined, prompt_of, segments_of, split_passage
from .choices import choice_of
from .documents import first, within
from .pairs import matching_of, ordering_of
from .pictures import figure_of
from .places import dragged_of, gaps_of
from .processing import as_declared
from .scoring import Unknown
from .sources import FEEDBACK, Source, source_of
from .texts import ACCESSIBILITY, plain
from .trials import try_out

UNTOLD = "qti_processing_unknown"
MADE_UP = re.compile(r"item0\d{4,}")
"""Identifiers of items that came to us without one."""


def item_of(root: Element) -> tuple[Item, list[str]]:
    """What an assessmentItem asks, and codes of what is left out or different here.

    Response processing that cannot be told by its form is held against what is declared right: if the two
    agree on every answer that is tried, what is declared counts. Raises Refused if we cannot ask it, or
    cannot be sure what is right.
    """
    check(root)
    try:
        return _tried(root, source_of(root))
    except Refused as refused:
        if refused.code != UNTOLD:
            raise
        try:
            return _tried(root, source_of(root, as_declared), must_agree=True)
        except (Refused, Unknown):
            raise refused from None


def _tried(root: Element, source: Source, *, must_agree: bool = False) -> tuple[Item, list[str]]:
    """Raises Unknown if it must agree with response processing and that cannot be done."""
    item = _read(root, source)
    try:
        if not problems(item):
            try_out(item, root, source)
    except Unknown:
        if must_agree:
            raise
    return item, source.warnings


def _read(root: Element, source: Source) -> Item:
    body = root.find("itemBody")
    if body is None:
        raise Refused("qti_no_interaction")
    item = _passage(body, source) if _parts(body) else _question(body, source, root)
    item = replace(item, figure=figure_of(body))
    general = [*root.findall("modalFeedback"), *_feedback_outside_parts(body)]
    item = replace(item, feedback=source.general(general))
    texts = list(strings(dump(item)))
    for text in texts:
        checked(text)
    kept = "\n".join(texts)
    if any(text not in kept for text in map(plain, within(root, *FEEDBACK))):
        source.warnings.append("feedback_left_out")
    if first(root, *ACCESSIBILITY) is not None:
        source.warnings.append("aids_left_out")
    return item


def strings(value: Any) -> Iterator[str]:
    """All texts in an item as it is stored."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def _parts(body: Element) -> list[Element]:
    return [element for element in body.iter() if "data-part" in element.attrib]


def _feedback_outside_parts(body: Element) -> list[Element]:
    inside = {id(found) for part in _parts(body) for found in within(part, "feedbackBlock")}
    return [found for found in within(body, "feedbackBlock", "feedbackInline") if id(found) not in inside]


def _passage(body: Element, source: Source) -> Passage:
    """A passage as we write it: its parts are marked, and rubrics say which of them they are for."""
    for block in list(within(body, "rubricBlock")):
        for part in _parts(body):
            if block.get("data-for") == part.get("data-part"):
                part.append(block)
    parts = tuple(_part(element, source) for element in _parts(body))
    shared = next((found for found in body.iter() if found.get("data-role") == "passage"), None)
    return Passage("passage", "" if shared is None else plain(shared), parts)


def _part(element: Element, source: Source) -> Part:
    item = _question(element, source, element)
    if isinstance(item, Passage):
        raise Refused("qti_no_interaction")
    feedback = source.general(list(within(element, "feedbackBlock")))
    return Part(element.get("data-part", ""), replace(item, feedback=feedback, figure=figure_of(element)))


def _question(container: Element, source: Source, root: Element) -> Simple | Passage:
    segments = segments_of(container)
    questions = [segment for segment in segments if not segment.is_text]
    if not questions:
        raise Refused("qti_no_interaction")
    if len(questions) == 1:
        stem, text_behind = _around(segments, questions[0])
        item = _simple(stem, questions[0], source, container)
        return replace(item, stem=joined(item.stem, text_behind))
    shared, asked = split_passage(segments)
    parts = []
    for question in asked:
        is_box = question.box is not None
        item = _simple(question.text if is_box else "", question, source, question.box if is_box else root)
        parts.append(Part(_part_id(question), item))
    if len({part.id for part in parts}) < len(parts):
        raise Refused("ids_twice")
    return Passage("passage", shared or root.get("title", ""), tuple(parts))


def _around(segments: list[Segment], question: Segment) -> tuple[str, str]:
    at = segments.index(question)
    return (
        joined(*(segment.text for segment in segments[:at])),
        joined(*(segment.text for segment in segments[at + 1 :])),
    )


def _part_id(question: Segment) -> str:
    interaction = question.box if question.box is not None else question.places[0]
    return interaction.get("responseIdentifier", "")


def _simple(stem: str, question: Segment, source: Source, container: Element | None) -> Simple:
    box = question.box
    if box is None:
        return gaps_of(stem, question, source, container if container is not None else Element("div"))
    if box.tag in {"choiceInteraction", "hottextInteraction"}:
        return choice_of(stem, box, source)
    if box.tag == "orderInteraction":
        return ordering_of(stem, box, source)
    if box.tag == "gapMatchInteraction":
        return dragged_of(stem, box, source)
    if box.tag == "extendedTextInteraction":
        return _short(stem, box, source, container)
    return matching_of(stem, box, source)


def _short(stem: str, box: Element, source: Source, container: Element | None) -> Short:
    """Marked by a person, whatever response processing says; what is declared right is the sample."""
    response = source.declared.response(box)
    blocks = within(container, "rubricBlock") if container is not None else iter(())
    guides = [block for block in blocks if "scorer" in block.get("view", "").split()]
    return Short(
        "short",
        joined(stem, prompt_of(box)),
        joined(*map(plain, guides)),
        "".join(response.correct[:1]),
    )


def name_in(root: Element) -> str:
    """What an item is called: its title, or else its identifier."""
    return root.get("title", root.get("identifier", ""))


def key_in(root: Element) -> str:
    """What an item is known by: its identifier, or its label if we made that up.

    To others a label is words for people, which many items may share.
    """
    identifier = root.get("identifier", "")
    return root.get("label", "") if MADE_UP.fullmatch(identifier) else identifier


def is_item(root: Element) -> bool:
    """Whether this is an item of QTI 2 or 3."""
    return root.tag == "assessmentItem" and "imsqti" in root.get("xmlns", "")
