"""Pictures of a package: <img> elements of an item, and the files they point to.

Before an item is read, each of its <img> that can be shown gets the name of its picture as the attribute
NAME, which no file can give it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from xml.etree.ElementTree import Element

from ...items.kinds import Figure
from ..building import Refused
from .documents import add, within
from .texts import plain

NAME = "{picture}name"
"""In a namespace of its own: `documents.parse` leaves none in what it read."""

CHOICE = "simpleChoice"
PICTURE_TYPES = frozenset(["image/png", "image/jpeg", "image/webp", "image/gif"])
NOT_SHOWN = (
    "feedbackBlock",
    "feedbackInline",
    "gapImg",
    "gapText",
    "hottext",
    "inlineChoice",
    "orderInteraction",
    "rubricBlock",
    "simpleAssociableChoice",
)
"""Elements in which we have no place for a picture."""


def turn_objects(container: Element) -> None:
    """Make <img> of each <object> that is a picture: what stands in it describes it."""
    for element in within(container, "object"):
        if element.get("type") in PICTURE_TYPES:
            described = {"src": element.get("data", ""), "alt": plain(element)}
            element.tag, element.text, element.attrib = "img", None, described
            element[:] = []


def name_pictures(item: Element, name_of: Callable[[str], str | None]) -> None:
    """Name the pictures of a body by their addresses; those without a name stay what cannot be shown."""
    body = item.find("itemBody")
    for image in within(body, "img") if body is not None else ():
        if name := name_of(image.get("src", "")):
            image.set(NAME, name)


def is_shown(image: Element) -> bool:
    return image.tag == "img" and NAME in image.attrib


def misplaced(body: Element) -> bool:
    """Whether a picture stands where we have no place for one."""
    places = within(body, *NOT_SHOWN)
    return any(is_shown(image) for place in places for image in within(place, "img"))


def figure_of(container: Element) -> Figure | None:
    """The picture among a question's words, besides those to choose from. Raises Refused for a second one."""
    found = [_figure(image) for image in _around(container)]
    if len(found) > 1:
        raise Refused("pictures_several")
    return found[0] if found else None


def option_of(choice: Element, words: str) -> Figure | None:
    """The picture that a choice is. Raises Refused for one with words or another picture beside it."""
    found = [_figure(image) for image in within(choice, "img")]
    if found and (words or len(found) > 1):
        raise Refused("picture_with_words")
    return found[0] if found else None


def _around(container: Element) -> Iterator[Element]:
    """The pictures of a container that are neither choices nor in another part of a passage."""
    for child in container:
        if child.tag == "img":
            yield child
        elif child.tag != CHOICE and "data-part" not in child.attrib:
            yield from _around(child)


def _figure(image: Element) -> Figure:
    if not image.get("alt", "").strip():
        raise Refused("picture")
    return Figure(image.get(NAME, ""), image.get("alt", "").strip())


def add_picture(parent: Element, figure: Figure, addresses: Mapping[str, str]) -> None:
    """Write a picture that lies at the address of its name."""
    add(parent, "img", src=addresses[figure.image], alt=figure.text)
