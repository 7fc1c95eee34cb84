"""Marking: a pure function of item and answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import cast

from .kinds import Accepted, Answer, Choice, Gap, Gaps, Item, Matching, Ordering, Passage, Short


@dataclass(frozen=True)
class Mark:
    """What an answer earned."""

    score: float | None
    """From 0 to 1, to four places; None while a person has yet to mark it."""
    is_answered: bool

    @property
    def is_right(self) -> bool:
        return self.score == 1


ANY, ESCAPED_ANY = "*", r"\*"
UNESCAPED_ANY = re.compile(r"(?<!\\)\*")
MOST_DIGITS = 99
"""Before or behind the point, in a number that is marked: arithmetic with longer ones can overflow."""

UNANSWERED = Mark(0.0, is_answered=False)


def mark(item: Item, answer: Answer | None) -> Mark:
    """Mark one answer; none, or an empty one, earns nothing. Source: docs/rules.md, "Marking"."""
    if not has_content(answer):
        return UNANSWERED
    if isinstance(item, Short):
        return Mark(None, is_answered=True)
    if isinstance(item, Passage):
        return _mark_passage(item, cast(Mapping[str, Answer], answer))
    return Mark(min(1.0, max(0.0, round(_score(item, answer), 4))), is_answered=True)


def has_content(answer: Answer | None) -> bool:
    """Whether anything was ticked or written."""
    if isinstance(answer, str):
        return bool(answer.strip())
    if isinstance(answer, Mapping):
        return any(has_content(part) for part in answer.values())
    return bool(answer)


def _mark_passage(item: Passage, answers: Mapping[str, Answer]) -> Mark:
    scores = [mark(part.item, answers.get(part.id)).score for part in item.parts]
    if None in scores:
        return Mark(None, is_answered=True)
    return Mark(round(sum(cast(list[float], scores)) / len(scores), 4), is_answered=True)


def _score(item: Choice | Matching | Ordering | Gaps, answer: Answer | None) -> float:
    if isinstance(item, Choice):
        return choice_score(item, frozenset(cast(list[str], answer)))
    if isinstance(item, Ordering):
        return _order_score(item, cast(list[str], answer))
    if isinstance(item, Matching):
        given = cast(dict[str, str], answer)
        return sum(given.get(prompt.id) == prompt.answer for prompt in item.prompts) / len(item.prompts)
    written = cast(dict[str, str], answer)
    return sum(gap_score(gap, written.get(gap.id, ""), unit=item.unit) for gap in item.gaps) / len(item.gaps)


def choice_score(item: Choice, chosen: frozenset[str]) -> float:
    """What ticking these options earns. Only `multiple` lets one tick several."""
    if item.kind != "multiple":
        return (
            sum(option.score for option in item.options if option.id in chosen) if len(chosen) == 1 else 0.0
        )
    right = {option.id for option in item.options if option.score > 0}
    if item.rule == "all":
        return float(chosen == right)
    if item.rule == "options":
        return _sum_of_scores(item, chosen)
    wrong = {option.id for option in item.options} - right
    return len(chosen & right) / len(right) - (len(chosen & wrong) / len(wrong) if wrong else 0.0)


def _sum_of_scores(item: Choice, chosen: frozenset[str]) -> float:
    return sum(option.score for option in item.options if option.id in chosen)


def _order_score(item: Ordering, given: list[str]) -> float:
    """The share of neighbours that follow each other as they should: one slip costs little."""
    if len(set(given)) < len(given):
        return 0.0  # an option in two places could follow and precede whatever it likes
    wanted = [option.id for option in item.options]
    pairs = set(pairwise(wanted))
    return len(pairs & set(pairwise(given))) / len(pairs)


def gap_score(gap: Gap, written: str, *, unit: str = "") -> float:
    """What is earned by what was written into a gap: the best of the accepted answers it agrees with.

    Nothing written earns nothing, even where anything at all is accepted.
    """
    if not written.strip():
        return 0.0
    return max(
        (accepted.score for accepted in gap.answers if agrees(gap, accepted, written, unit=unit)), default=0.0
    )


def agrees(gap: Gap, accepted: Accepted, written: str, *, unit: str = "") -> bool:
    """Whether what was written is this accepted answer; full-width forms and spare blanks do not matter."""
    if gap.kind == "number":
        value, wanted = number(written, unit=unit), number(accepted.text)
        if wanted is None:
            return accepted.text == ANY and value is not None
        return value is not None and abs(value - wanted) <= Decimal(str(accepted.tolerance))
    if gap.kind == "choice":
        return written == accepted.text
    pieces = [piece.replace(ESCAPED_ANY, ANY) for piece in UNESCAPED_ANY.split(_plain(accepted.text, gap))]
    return _follow(pieces, _plain(written, gap))


def _follow(pieces: list[str], text: str) -> bool:
    """Whether the pieces come in the text one after the other, the first at its start, the last at its end.

    Takes a time that grows with the text only, where a regular expression full of `.*` would not.
    """
    if len(pieces) == 1:
        return text == pieces[0]
    first, *middle, last = pieces
    at, end = len(first), len(text) - len(last)
    if at > end or not text.startswith(first) or not text.endswith(last):
        return False
    for piece in middle:
        at = text.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


def _plain(text: str, gap: Gap) -> str:
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    return text if gap.has_case else text.casefold()


def number(text: str, *, unit: str = "") -> Decimal | None:
    """A number as people write it (full-width digits, thousands, the unit behind it), or None."""
    plain, unit = (unicodedata.normalize("NFKC", part).casefold().strip() for part in (text, unit))
    plain = plain.removesuffix(unit).strip()
    if "_" in plain:  # Python reads 1_000, people do not
        return None
    try:
        value = Decimal(re.sub(r"(?<=\d),(?=\d{3}(\D|$))", "", plain.replace("−", "-")))
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) <= MOST_DIGITS else None


def _right_text(gap: Gap) -> str:
    text = next(answer.text for answer in gap.answers if answer.score == 1)
    if gap.kind == "text":
        return unicodedata.normalize("NFKC", text).replace(ESCAPED_ANY, ANY)
    return "0" if gap.kind == "number" and text == ANY else text


def right_answer(item: Item) -> Answer:
    """An answer that earns all there is to earn; of what a person marks, the sample."""
    if isinstance(item, Passage):
        return {part.id: right_answer(part.item) for part in item.parts}
    if isinstance(item, Short):
        return item.sample
    if isinstance(item, Matching):
        return {prompt.id: prompt.answer for prompt in item.prompts}
    if isinstance(item, Gaps):
        return {gap.id: _right_text(gap) for gap in item.gaps}
    if isinstance(item, Ordering):
        return [option.id for option in item.options]
    if item.kind == "multiple":
        return [option.id for option in item.options if option.score > 0]
    return [next(option.id for option in item.options if option.score == 1)]
