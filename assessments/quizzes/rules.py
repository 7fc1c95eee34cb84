"""What a paper is made of, and what an attempt is worth. No database, no Django."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

PLACES = Decimal("0.0001")
MOST_ROUNDED = PLACES
"""By how much a question's mark can fall short of what was earned: a third is kept as .3333, and the mean of
a passage's parts is rounded once more."""


@dataclass(frozen=True)
class Result:
    """What an attempt earned. `score` and `passed` are None while a person has yet to mark a part of it."""

    score: Decimal | None
    total: int
    passed: bool | None


def result(scores: Sequence[float | None], *, pass_share: Decimal) -> Result:
    """Each question counts one point. A paper without questions is not passed.

    Rounding fails nobody: three thirds are a point. Source: docs/rules.md, "Marking".
    """
    total = len(scores)
    marked = [Decimal(str(score)) for score in scores if score is not None]
    if len(marked) < total:
        return Result(None, total, None)
    score = sum(marked, Decimal(0)).quantize(PLACES)
    return Result(score, total, bool(total) and score + MOST_ROUNDED * total >= pass_share * total)


def percent(score: Decimal, total: int) -> int:
    """The share of all points in whole percent, never rounded up: who failed does not read the pass mark."""
    return int(100 * (score + MOST_ROUNDED * total) / total)


def draw(
    pool: Sequence[int],
    count: int,
    *,
    seen: Mapping[int, int],
    taken: Collection[int] = (),
    turn: int = 0,
    school_seed: str = "",
) -> list[int]:
    """`count` questions of `pool`, or all where there are fewer.

    Those this person has seen least come first, so nothing repeats while the pool lasts. Among these, each
    attempt of a school (its `turn`: 0, 1, 2 …) begins where the one before it ended, on a round through the
    pool that is the school's own: two colleagues share questions only when the pool has been gone round.
    `seen`: question to how often this person had it; `taken`: questions that this paper has already.
    """
    free = sorted(set(pool) - set(taken))
    # An order that differs between schools, not a secret.
    Random(school_seed).shuffle(free)  # noqa: S311
    if not free:
        return []
    start = turn * count % len(free)
    order = free[start:] + free[:start]
    return sorted(order, key=lambda question: seen.get(question, 0))[:count]


def next_save(seconds_left: int) -> int:
    """After how many seconds a page that has nothing to send asks for the time again: sooner near the end."""
    return 30 if seconds_left > 120 else 10


NEXT: Mapping[str, tuple[str, ...]] = {
    "draft": ("review", "retired"),
    "review": ("draft", "pilot", "operational", "retired"),
    "pilot": ("review", "operational", "retired"),
    "operational": ("review", "retired"),
    "retired": ("review",),
}
"""Where a question may go from each status. Nothing is asked of teachers that nobody has looked at: every way
from a draft to use leads through review. Source: docs/rules.md, "The question bank"."""

ASKED_OF_TEACHERS = ("pilot", "operational")


def needs_another(status: str, *, authors: Collection[int], by: int, by_second_person: bool) -> bool:
    """Whether somebody else has to let a question go to `status`: nobody passes their own wording.

    `authors` wrote its newest version, or one since the last that was passed; what was loaded has none.
    Source: docs/rules.md, "The question bank".
    """
    return by_second_person and status in ASKED_OF_TEACHERS and by in authors
