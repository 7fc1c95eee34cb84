"""What a repair may change, and what comes of it. No database, no Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Stored = Mapping[str, Any]

SURE_FROM = 30
"""Attempts below which figures are a hint and no more. Source: docs/rules.md, "Looking at questions"."""


def asks_the_same(content: Stored, other: Stored) -> bool:
    """Whether two stored items differ at most in what is right: same words, ids and places to answer."""
    return _without_key(content) == _without_key(other)


def _without_key(content: Stored) -> dict[str, Any]:
    kept = {name: value for name, value in content.items() if name != "feedback"}
    if "parts" in kept:
        kept["parts"] = [(part["id"], _without_key(part["item"])) for part in content["parts"]]
    if "prompts" in kept:
        kept["prompts"] = [(prompt["id"], prompt["text"]) for prompt in content["prompts"]]
    if "gaps" in kept:
        kept["gaps"] = [(gap["id"], gap["kind"], _texts_to_choose(gap)) for gap in content["gaps"]]
    if "options" in kept:
        options = [(option["id"], option["text"], option.get("image", "")) for option in content["options"]]
        # Of things to be put in order, the order is what is right.
        kept["options"] = sorted(options) if content["kind"] == "ordering" else options
    return kept


def _texts_to_choose(gap: Stored) -> list[str]:
    """Those that are shown: what is accepted of free writing belongs to the key."""
    return sorted(answer["text"] for answer in gap["answers"]) if gap["kind"] == "choice" else []


def question_scores(places: Iterable[tuple[int, Decimal | None]]) -> list[float | None]:
    """Score of each question of a paper, from (position, score) of its responses: a passage has one a part.

    None where a part has yet to be marked.
    """
    by_position: dict[int, list[Decimal | None]] = {}
    for position, score in places:
        by_position.setdefault(position, []).append(score)
    return [_mean(by_position[position]) for position in sorted(by_position)]


def _mean(scores: list[Decimal | None]) -> float | None:
    marked = [float(score) for score in scores if score is not None]
    return round(sum(marked) / len(marked), 4) if len(marked) == len(scores) else None


@dataclass(frozen=True)
class Outcome:
    """What an attempt was worth, and what it is worth now."""

    score: Decimal | None
    would_pass: bool | None
    passed: bool | None

    def passes_now(self, *, takes_passes: bool) -> bool | None:
        """Who has passed stays so, unless a repair is meant to take passes back.

        Source: docs/rules.md, "Correcting a key".
        """
        if self.passed and not takes_passes:
            return True
        return self.would_pass
