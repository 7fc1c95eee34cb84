"""Items as JSON and back, and whether an item can be asked at all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from .kinds import (
    CHOICES,
    GAP_KINDS,
    GAPS,
    KINDS,
    RULES,
    Accepted,
    Choice,
    Figure,
    Gap,
    Gaps,
    Item,
    Matching,
    Option,
    Ordering,
    Part,
    Passage,
    Prompt,
    Short,
)
from .marking import ANY, number

Stored = Mapping[str, Any]
"""The fields of an item as JSON holds them: {kind, stem, options: [...], …}."""


def load(stored: Stored) -> Item:
    """The item that `dump` wrote. Raises KeyError or TypeError on anything else."""
    kind, rest = stored["kind"], {key: value for key, value in stored.items() if key not in {"kind", "stem"}}
    if "figure" in stored:
        rest["figure"] = Figure(**stored["figure"])
    if kind in CHOICES:
        return Choice(kind, stored["stem"], **rest | {"options": _options(stored)})
    if kind in GAPS:
        return Gaps(kind, stored["stem"], **rest | {"gaps": tuple(map(_gap, stored["gaps"]))})
    if kind == "matching":
        prompts = tuple(Prompt(**prompt) for prompt in stored["prompts"])
        return Matching(kind, stored["stem"], **rest | {"prompts": prompts, "options": _options(stored)})
    if kind == "ordering":
        return Ordering(kind, stored["stem"], **rest | {"options": _options(stored)})
    if kind == "passage":
        parts = tuple(Part(part["id"], load(part["item"])) for part in stored["parts"])  # type: ignore[arg-type]
        return Passage(kind, stored["stem"], **rest | {"parts": parts})
    return Short(kind, stored["stem"], **rest)


def dump(item: Item) -> dict[str, Any]:
    """The item as JSON can hold it; `load` gives the same item back. What is None is left out."""
    return _plain(asdict(item))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if inner is not None}
    return [_plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _options(stored: Stored) -> tuple[Option, ...]:
    return tuple(Option(**option) for option in stored["options"])


def _gap(stored: Stored) -> Gap:
    return Gap(**{**stored, "answers": tuple(Accepted(**answer) for answer in stored["answers"])})


def problems(item: Item) -> list[str]:
    """Codes of what keeps an item from being asked, worded in `messages.py`; empty if nothing does."""
    return list(_problems(item))


def _problems(item: Item) -> Iterator[str]:
    if item.kind not in KINDS:
        yield "kind_unknown"
    if not item.stem.strip():
        yield "stem_missing"
    if item.figure and not (item.figure.image and item.figure.text.strip()):
        yield "figure_incomplete"
    if isinstance(item, Choice):
        yield from _choice_problems(item)
    elif isinstance(item, Matching):
        yield from _option_problems(item.options)
        if len(item.prompts) < 2 or not {prompt.answer for prompt in item.prompts} <= _ids(item.options):
            yield "pairs_missing"
    elif isinstance(item, Ordering):
        yield from _option_problems(item.options)
    elif isinstance(item, Gaps):
        yield from _gap_problems(item)
    elif isinstance(item, Passage):
        if not item.parts:
            yield "parts_missing"
        for part in item.parts:
            yield from _problems(part.item)


def _ids(options: tuple[Option, ...]) -> set[str]:
    return {option.id for option in options}


def _option_problems(options: tuple[Option, ...]) -> Iterator[str]:
    if len(options) < 2:
        yield "options_missing"
    if len(_ids(options)) < len(options):
        yield "ids_twice"
    if any(not option.text.strip() for option in options):
        yield "option_empty"
    if any(not -1 <= option.score <= 1 for option in options):
        yield "score_out_of_range"


def _choice_problems(item: Choice) -> Iterator[str]:
    yield from _option_problems(item.options)
    scores = [option.score for option in item.options]
    best = sum(score for score in scores if score > 0) if item.rule == "options" else max(scores, default=0)
    if item.rule not in RULES:
        yield "rule_unknown"
    if not any(score > 0 for score in scores):
        yield "right_missing"
    elif round(best, 4) < 1 and (item.kind != "multiple" or item.rule == "options"):
        yield "full_score_missing"
    if item.kind in {"single", "truefalse", "picture"} and sum(score > 0 for score in scores) > 1:
        yield "right_too_many"
    if item.kind == "picture" and any(not option.image for option in item.options):
        yield "picture_missing"
    if item.kind == "truefalse" and any(option.image for option in item.options):
        yield "picture_misplaced"


def _gap_problems(item: Gaps) -> Iterator[str]:
    if not item.gaps:
        yield "gaps_missing"
    if len({gap.id for gap in item.gaps}) < len(item.gaps):
        yield "ids_twice"
    for gap in item.gaps:
        yield from _answer_problems(gap)


def _answer_problems(gap: Gap) -> Iterator[str]:
    if gap.kind not in GAP_KINDS:
        yield "kind_unknown"
    if not any(answer.score > 0 for answer in gap.answers):
        yield "right_missing"
    elif not any(answer.score == 1 for answer in gap.answers):
        yield "full_score_missing"
    if gap.kind == "choice" and len(gap.answers) < 2:
        yield "options_missing"
    if any(not answer.text.strip() for answer in gap.answers):
        yield "option_empty"
    if any(not -1 <= answer.score <= 1 for answer in gap.answers):
        yield "score_out_of_range"
    if gap.kind == "number" and not all(map(_is_number, gap.answers)):
        yield "number_invalid"


def _is_number(answer: Accepted) -> bool:
    return (answer.text == ANY or number(answer.text) is not None) and 0 <= answer.tolerance < math.inf
