"""What a page shows of a plan or of a file that was made: kept as codes, for readers of any language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from typing import Any

from ..formats.entries import Problem
from .plans import ADDED, CHANGED, Plan, Planned

MOST_SHOWN = 200
"""Rows of one kind on a page; how many there are is said beside them."""
MOST_REFUSED = 5000
"""Questions that were refused: nobody would know of one that is not named, so only a flood is cut."""
MOST_LETTERS = 200
"""Of one text."""


def sketch(plan: Plan) -> dict[str, Any]:
    """The first rows of each kind: {added, changed, refused, warned}."""
    return {
        ADDED: [
            {"key": row.key, "where": row.where, "stem": row.item.stem[:MOST_LETTERS]}
            for row in plan.of(ADDED)[:MOST_SHOWN]
        ],
        CHANGED: [_changed(row) for row in plan.of(CHANGED)[:MOST_SHOWN]],
        "refused": first(plan.refused, MOST_REFUSED),
        "warned": first(plan.warnings),
    }


def first(problems: Iterable[Problem], most: int = MOST_SHOWN) -> list[dict[str, Any]]:
    """The first of these, as `sentences.sentences` reads them."""
    return [asdict(problem) for problem in islice(problems, most)]


def _changed(row: Planned) -> dict[str, Any]:
    return {
        "key": row.key,
        "where": row.where,
        "differences": [
            [one.what, one.where, one.before[:MOST_LETTERS], one.after[:MOST_LETTERS]]
            for one in row.differences
        ],
        "details": row.changed,
    }
