"""Ids for a new wording of a question: what it has in common with the old one keeps its id."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import TypeVar

from .kinds import Choice, Gap, Gaps, Item, Matching, Option, Ordering, Part, Passage, Prompt, Simple

Named = TypeVar("Named", Option, Prompt, Gap, Part)


def aligned(new: Item, old: Item) -> Item:
    """`new` with the ids of `old`, where it speaks of the same options, prompts, gaps and parts.

    Those of the same text are the same; the others are too, in their order, if there are as many of them on
    both sides: then they were only reworded. What is left gets an id that `old` does not use.
    """
    if isinstance(new, Passage):
        if not isinstance(old, Passage):
            return new
        ids = _ids(new.parts, old.parts, lambda part: part.item.stem, numbers())
        former = {part.id: part.item for part in old.parts}
        parts = (
            Part(id_, _aligned(part.item, former[id_]) if id_ in former else part.item)
            for id_, part in zip(ids, new.parts, strict=True)
        )
        return replace(new, parts=tuple(parts))
    return new if isinstance(old, Passage) else _aligned(new, old)


def _aligned(new: Simple, old: Simple) -> Simple:
    if isinstance(new, Choice) and isinstance(old, Choice):
        return replace(new, options=_options(new.options, old.options))
    if isinstance(new, Ordering) and isinstance(old, Ordering):
        return replace(new, options=_options(new.options, old.options))
    if isinstance(new, Matching) and isinstance(old, Matching):
        return _matching(new, old)
    if isinstance(new, Gaps) and isinstance(old, Gaps):
        return _gaps(new, old)
    return new


def _options(new: Sequence[Option], old: Sequence[Option]) -> tuple[Option, ...]:
    ids = _ids(new, old, _text, letters())
    return tuple(replace(option, id=id_) for id_, option in zip(ids, new, strict=True))


def _matching(new: Matching, old: Matching) -> Matching:
    option_ids = _ids(new.options, old.options, _text, letters())
    known = {option.id: id_ for id_, option in zip(option_ids, new.options, strict=True)}
    prompt_ids = _ids(new.prompts, old.prompts, _text, numbers())
    return replace(
        new,
        options=tuple(replace(option, id=known[option.id]) for option in new.options),
        prompts=tuple(
            Prompt(id_, prompt.text, known[prompt.answer])
            for id_, prompt in zip(prompt_ids, new.prompts, strict=True)
        ),
    )


def _gaps(new: Gaps, old: Gaps) -> Gaps:
    """Gaps have no text of their own: what they accept tells them apart."""
    ids = _ids(new.gaps, old.gaps, lambda gap: repr(gap.answers), numbers())
    known = {gap.id: id_ for id_, gap in zip(ids, new.gaps, strict=True)}
    gaps = tuple(replace(gap, id=known[gap.id]) for gap in new.gaps)
    return replace(new, gaps=gaps, stem=renamed(new.stem, known))


def renamed(stem: str, ids: dict[str, str]) -> str:
    """The stem with its markers of gaps named anew, all at once: ids may change places."""
    pieces = stem.split("[[")
    for place, piece in enumerate(pieces[1:], start=1):
        name, closed, rest = piece.partition("]]")
        pieces[place] = f"{ids.get(name, name)}]]{rest}" if closed else piece
    return "[[".join(pieces)


def letters() -> Iterator[str]:
    """Ids of options: a, b, … z, a1, b1, …"""
    yield from string.ascii_lowercase
    for n in count(1):
        yield from (f"{letter}{n}" for letter in string.ascii_lowercase)


def numbers() -> Iterator[str]:
    """Ids of prompts, gaps and parts."""
    return map(str, count(1))


def _text(named: Option | Prompt) -> str:
    return named.text


def _ids(
    new: Sequence[Named], old: Sequence[Named], told_by: Callable[[Named], str], fresh: Iterable[str]
) -> list[str]:
    """For each of `new` the id of what it is in `old`, else one that is not used there."""
    unclaimed = list(old)
    found: list[str | None] = []
    for thing in new:
        same = next((former for former in unclaimed if told_by(former) == told_by(thing)), None)
        if same is not None:
            unclaimed.remove(same)
        found.append(same.id if same else None)
    if found.count(None) == len(unclaimed):
        reworded = iter(unclaimed)
        return [id_ or next(reworded).id for id_ in found]
    used = {former.id for former in old}
    unused = (id_ for id_ in fresh if id_ not in used)
    return [id_ or next(unused) for id_ in found]
