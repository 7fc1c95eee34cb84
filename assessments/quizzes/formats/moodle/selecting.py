"""Gaps to fill from a list, in Moodle's gapselect and ddwtos: [[2]] is where the second choice belongs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...items.kinds import Accepted, Gap
from ..building import Refused, check_places

PLACE = re.compile(r"\[\[(\d+)\]\]")
OLD_GROUP = re.compile(r'"draggroup";s:\d+:"(\d+)"')


def read_places(stem: str, choices: Sequence[tuple[str, str]]) -> tuple[str, tuple[Gap, ...]]:
    """The stem with its places numbered in their order, and a gap for each.

    `choices` are texts with their groups; a place offers the group of its right choice. Raises Refused.
    """
    check_places(len(PLACE.findall(stem)), len(choices))
    gaps: list[Gap] = []
    for place in PLACE.finditer(stem):
        number = int(place[1])
        if not 1 <= number <= len(choices):
            raise Refused("answer_unknown", answer=place[0])
        right, group = choices[number - 1]
        texts = dict.fromkeys(text for text, other in choices if other == group)
        answers = tuple(Accepted(text, float(text == right)) for text in texts)
        gaps.append(Gap(str(len(gaps) + 1), "choice", answers))
    ids = iter(gap.id for gap in gaps)
    return PLACE.sub(lambda _: f"[[{next(ids)}]]", stem), tuple(gaps)


def old_group(feedback: str) -> str:
    """The group of a choice in old files, which keep an object of PHP there: looked at, not unpacked."""
    found = OLD_GROUP.search(feedback)
    return found[1] if found else "1"
