"""The body of an item: its words, its interactions, and which words belong to which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from ..building import Refused
from .documents import first, within
from .pictures import is_shown, misplaced
from .texts import ACCESSIBILITY, BLOCKS, SILENT, plain, plain_of

PLACES = frozenset(["textEntryInteraction", "inlineChoiceInteraction"])
"""Interactions that stand in a line of text."""
BOXES = frozenset(
    [
        "choiceInteraction",
        "orderInteraction",
        "matchInteraction",
        "associateInteraction",
        "gapMatchInteraction",
        "extendedTextInteraction",
        "hottextInteraction",
    ]
)
"""Interactions that stand on their own."""
MEDIA = ("img", "object", "audio", "video", "picture", "svg", "iframe", "embed", "canvas", "include", "math")
TEMPLATES = (
    "templateDeclaration",
    "templateProcessing",
    "templateBlock",
    "templateInline",
    "printedVariable",
)


@dataclass(frozen=True)
class Segment:
    """A stretch of a body: words only, a box with nothing else, or words with places in them."""

    text: str
    box: Element | None = None
    places: tuple[Element, ...] = ()

    @property
    def is_text(self) -> bool:
        return self.box is None and not self.places


def check(item: Element) -> None:
    """Raise Refused for what we have no way to ask or to show."""
    if item.get("adaptive") in {"true", "1"}:
        raise Refused("qti_adaptive")
    if first(item, *TEMPLATES) is not None:
        raise Refused("qti_template")
    if first(item, "assessmentStimulusRef") is not None:
        raise Refused("qti_stimulus")
    body = item.find("itemBody")
    if body is None:
        raise Refused("qti_no_interaction")
    for element in body.iter():
        is_interaction = element.tag.endswith("Interaction") or element.tag == "infoControl"
        if is_interaction and element.tag not in PLACES | BOXES:
            raise Refused("qti_interaction", element=element.tag)
    aids = {id(inside) for aid in within(item, *ACCESSIBILITY) for inside in aid.iter()}
    for element in within(item, *MEDIA, "gapImg"):
        if not is_shown(element) and id(element) not in aids:
            raise Refused("media", tag=element.tag)
    if misplaced(body):
        raise Refused("media", tag="img")


def segments_of(container: Element) -> list[Segment]:
    """The stretches of a body or of a part of it, in order; neighbours with places are one."""
    listed: list[Segment] = []
    for segment in _segments(container):
        last = listed[-1] if listed else Segment("")
        if segment.places and last.places:
            both = last.places + segment.places
            listed[-1] = Segment(f"{last.text}\n{segment.text}", places=both)
        else:
            listed.append(segment)
    return listed


def _segments(container: Element) -> list[Segment]:
    if container.tag in BOXES:
        return [Segment("", container)]
    if first(container, *BOXES) is None:
        places = tuple(within(container, *PLACES))
        text = plain_of(container)
        return [Segment(text, places=places)] if text or places else []
    listed: list[Segment] = []
    loose = _loose(container.text)
    for child in container:
        is_block = child.tag in BLOCKS and child.tag not in SILENT
        if not is_block and first(child, *BOXES) is None:
            loose.append(child)
            continue
        listed += [*_loose_segment(loose), *_segments(child)]
        loose = _loose(child.tail)
    return listed + _loose_segment(loose)


def _loose(text: str | None) -> Element:
    """A stand-in for words that lie in a container between its blocks."""
    element = Element("div")
    element.text = text
    return element


def _loose_segment(loose: Element) -> list[Segment]:
    places = tuple(within(loose, *PLACES))
    text = plain(loose)
    return [Segment(text, places=places)] if text or places else []


def prompt_of(interaction: Element) -> str:
    """The words that lead an interaction, "" if it has none of its own."""
    prompt = interaction.find("prompt")
    return "" if prompt is None else plain(prompt)


def split_passage(segments: list[Segment]) -> tuple[str, list[Segment]]:
    """The shared words of several questions, and each question with the words just before it.

    A question with a prompt of its own leaves words at the start to all; one without takes the last stretch.
    """
    shared: list[str] = []
    questions: list[Segment] = []
    waiting: list[str] = []
    for segment in segments:
        if segment.is_text:
            waiting.append(segment.text)
            continue
        has_words = bool(segment.text) or (segment.box is not None and bool(prompt_of(segment.box)))
        if not questions:
            keep = len(waiting) if has_words else max(len(waiting) - 1, 0)
            shared, waiting = waiting[:keep], waiting[keep:]
        questions.append(replace(segment, text=joined(*waiting, segment.text)))
        waiting = []
    if waiting and questions:
        questions[-1] = replace(questions[-1], text=joined(questions[-1].text, *waiting))
    return joined(*shared), questions


def joined(*texts: str) -> str:
    """Texts under each other, without empty ones."""
    return "\n".join(text for text in texts if text)
