"""Whether a file says all of an entry: every writer reads back what it wrote before it hands it out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from ..items.kinds import (
    Accepted,
    Choice,
    Gaps,
    Item,
    Matching,
    Option,
    Ordering,
    Part,
    Passage,
    Prompt,
    Short,
    Simple,
)
from ..items.pictures import images
from .building import label, letters, true_or_false, truth
from .entries import WARN, Entry, Problem, Reading

Answer = TypeVar("Answer", Option, Accepted)

MARKER = re.compile(r"\[\[([^\[\]]+)\]\]")
"""Where a gap stands in a stem."""


def loss(entry: Entry, back: Reading) -> Problem | None:
    """What reading the file back lacks: nothing, some details (WARN), or the question itself."""
    name = label(entry)
    if len(back.entries) != 1:
        return _not_in_format(entry)
    found, wanted = replace(back.entries[0], where=""), replace(entry, where="", item=canonical(entry.item))
    if found == wanted:
        return None
    if bare(found.item) == bare(wanted.item):
        return Problem("details_left_out", name=name, severity=WARN)
    return _not_in_format(entry)


def _not_in_format(entry: Entry) -> Problem:
    code = "pictures_no_place" if any(images(entry.item)) else "not_in_format"
    return Problem(code, name=label(entry))


def canonical(item: Item) -> Item:
    """The same question with ids as readers give them, and gaps and matched options in order of use.

    Most formats keep no ids, so two items are the same to them if this makes them equal.
    """
    if isinstance(item, Passage):
        parts = tuple(Part(str(n), _canonical(part.item)) for n, part in enumerate(item.parts, start=1))
        return replace(item, parts=parts)
    return _canonical(item)


def _canonical(item: Simple) -> Simple:
    if isinstance(item, Choice | Ordering):
        ids = letters(len(item.options))
        listed = tuple(replace(option, id=new) for option, new in zip(item.options, ids, strict=True))
        # One right picture among pictures is asked and marked alike, whichever of the two it is called.
        is_picture = item.kind == "single" and all(option.image for option in item.options)
        return replace(item, kind="picture" if is_picture else item.kind, options=listed)
    if isinstance(item, Matching):
        return _canonical_matching(item)
    return canonical_gaps(item) if isinstance(item, Gaps) else item


def _canonical_matching(item: Matching) -> Matching:
    used = list(dict.fromkeys(prompt.answer for prompt in item.prompts))
    options = sorted(
        item.options, key=lambda option: used.index(option.id) if option.id in used else len(used)
    )
    ids = dict(zip([option.id for option in options], letters(len(options)), strict=True))
    prompts = tuple(Prompt(str(n), p.text, ids[p.answer]) for n, p in enumerate(item.prompts, start=1))
    return replace(
        item, prompts=prompts, options=tuple(replace(option, id=ids[option.id]) for option in options)
    )


def canonical_gaps(item: Gaps) -> Gaps:
    """Gaps in the order of the stem, all named there; but one alone is not named if it stands at the end."""
    known = {gap.id: gap for gap in item.gaps}
    named = [found for found in dict.fromkeys(MARKER.findall(item.stem)) if found in known]
    order = named + [gap.id for gap in item.gaps if gap.id not in named]
    ids = {old: str(n) for n, old in enumerate(order, start=1)}
    stem = renamed(item.stem, ids)
    if len(order) == 1 and stem.endswith("[[1]]") and stem.count("[[1]]") == 1:
        stem = stem.removesuffix("[[1]]").rstrip()
    elif len(order) > 1:
        stem = " ".join([stem, *[f"[[{ids[old]}]]" for old in order if old not in named]])
    return replace(item, stem=stem, gaps=tuple(replace(known[old], id=ids[old]) for old in order))


def renamed(stem: str, ids: Mapping[str, str]) -> str:
    """The stem with its markers of gaps named anew."""
    return MARKER.sub(lambda found: f"[[{ids.get(found[1], found[1])}]]", stem)


def bare(item: Item) -> Item:
    """The question without what only helps to learn from it or to mark it by hand."""
    if isinstance(item, Passage):
        parts = tuple(Part(part.id, _bare(part.item)) for part in item.parts)
        return replace(item, parts=parts, feedback="")
    return _bare(item)


def _bare(item: Simple) -> Simple:
    if isinstance(item, Short):
        return Short(item.kind, item.stem, "", figure=item.figure)
    if isinstance(item, Gaps):
        gaps = tuple(replace(gap, answers=tuple(map(_silent, gap.answers))) for gap in item.gaps)
        return replace(item, gaps=gaps, feedback="")
    if isinstance(item, Choice):
        if item.kind == "truefalse" and (is_true := truth(item)) is not None:
            return replace(true_or_false(item.stem, is_true), figure=item.figure)
        return replace(item, options=tuple(map(_silent, item.options)), feedback="", shuffle=True)
    return replace(item, feedback="")


def _silent(answer: Answer) -> Answer:
    return replace(answer, feedback="")
