"""Which pictures an item shows."""

from __future__ import annotations

from collections.abc import Iterator

from .kinds import Choice, Figure, Item, Passage


def figures(item: Item) -> Iterator[Figure]:
    """Its pictures with what describes them, in the order of the question; some may stand there twice."""
    if item.figure:
        yield item.figure
    if isinstance(item, Choice):
        yield from (Figure(option.image, option.text) for option in item.options if option.image)
    if isinstance(item, Passage):
        for part in item.parts:
            yield from figures(part.item)


def images(item: Item) -> Iterator[str]:
    """The names of its pictures, likewise."""
    return (figure.image for figure in figures(item))
