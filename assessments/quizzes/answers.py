"""Answers as a form sends them: known questions and options only, so nothing else is ever kept."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import QueryDict

from .items.kinds import Answer, Choice, Gaps, Item, Matching, Ordering, Passage
from .models import QuestionVersion
from .names import cover

MOST_CHARACTERS = 4000
"""Of one text: what somebody writes on a phone in an hour is less."""

MOST_DIGITS = 9
"""Of a count or a place: Python refuses to read numbers of thousands of digits."""


def read_answers(paper: Iterable[QuestionVersion], data: QueryDict) -> dict[str, Answer | None]:
    """Id of each version to what was answered; None where nothing was.

    A message that names the questions it is about (`changed`) says nothing about the others, which are left
    out; a whole form speaks for all.
    """
    changed = set(data.getlist("changed"))
    asked = {str(version.pk): version.item for version in paper}
    return {key: read(item, key, data) for key, item in asked.items() if not changed or key in changed}


def read_page(data: QueryDict) -> tuple[str, int] | None:
    """Which page sends a message (its lease), and the message's number; None if it is none of ours."""
    lease, number = data.get("lease", ""), data.get("sequence", "")
    is_number = number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS and int(number) > 0
    return (lease, int(number)) if lease and is_number else None


def read_seconds(data: QueryDict) -> dict[str, int]:
    """Id of the version to the seconds it was before the eyes, as the page counted them: `seconds=12:30`."""
    pairs = (value.partition(":") for value in data.getlist("seconds"))
    return {
        key: min(int(number[:MOST_DIGITS]), 86400)
        for key, _, number in pairs
        if number.isascii() and number.isdigit()
    }


def read(item: Item, name: str, data: QueryDict) -> Answer | None:
    """One answer from the fields that `fields.py` named."""
    if isinstance(item, Choice):
        # In the question's own order, whatever the page's: the same ticks are then always the same answer.
        ticked = set(data.getlist(name))
        return [option.id for option in item.options if cover(name, option.id) in ticked] or None
    if isinstance(item, Passage):
        parts = {part.id: read(part.item, f"{name}.{part.id}", data) for part in item.parts}
        return {key: answer for key, answer in parts.items() if answer} or None
    if isinstance(item, Ordering):
        return _order(item, name, data)
    if isinstance(item, Matching):
        known = {cover(name, option.id): option.id for option in item.options}
        chosen = {prompt.id: data.get(f"{name}.{prompt.id}", "") for prompt in item.prompts}
        return {key: known[value] for key, value in chosen.items() if value in known} or None
    if isinstance(item, Gaps):
        written = {gap.id: data.get(f"{name}.{gap.id}", "")[:MOST_CHARACTERS] for gap in item.gaps}
        return {key: value for key, value in written.items() if value.strip()} or None
    return data.get(name, "")[:MOST_CHARACTERS] or None


def _order(item: Ordering, name: str, data: QueryDict) -> list[str] | None:
    """Options by the place that each was given; those without a place are left out."""
    places = {
        option.id: data.get(f"{name}.{cover(name, option.id)}", "")[:MOST_DIGITS] for option in item.options
    }
    placed = [option for option, place in places.items() if place.isascii() and place.isdigit()]
    return sorted(placed, key=lambda option: int(places[option])) or None
