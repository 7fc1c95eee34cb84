"""Which pictures an item shows."""

from __future__ import annotations

from collections.abc import Iterator

from .kinds import Choice, Item, Passage


def images(item: Item) -> Iterator[str]:
    """The names of its pictures, in the order of the question; one that stands twice comes twice."""
    if item.figure:
        yield item.figure.image
    if isinstance(item, Choice):
        yield from (option.image for option in item.options if option.image)
    if isinstance(item, Passage):
        for part in item.parts:
            yield from images(part.item)
