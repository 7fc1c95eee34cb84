"""What readers of all formats do with what they read: give ids, choose kinds, collect what is wrong."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import count

from ..items.kinds import Accepted, Choice, Gap, Gaps, Matching, Option, Ordering, Prompt
from ..items.stored import problems
from .entries import WARN, Entry, Problem, Reading

TRUE, FALSE = "对", "错"
"""The options of a true-or-false question, in formats that only say which of the two is right."""

TRUE_WORDS = frozenset({TRUE, "正确", "是", "√", "✓", "✔", "t", "true", "y", "yes", "right"})
FALSE_WORDS = frozenset(
    {FALSE, "错误", "否", "不对", "不正确", "×", "✗", "✘", "x", "f", "false", "n", "no", "wrong"}
)
"""How people write the two, in small letters."""

MOST_TEXT = 50_000
"""Longest text taken, in characters. A long case study has five thousand."""

MOST_PLACES = 200
"""Gaps of a question that offer the same words, and such words: each gap holds all of them."""

NAME_LENGTH = 40
BLANK = re.compile("_____+")


class Refused(Exception):
    """The question at hand cannot be taken; `code` and `details` say why."""

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass
class Collector:
    """Takes entries as a reader finds them, and remembers what is wrong with them."""

    reading: Reading = field(default_factory=Reading)

    def add(self, entry: Entry, warnings: Iterable[str] = ()) -> None:
        """Keep the entry, unless it cannot be asked. `warnings` are codes of what was left out of it."""
        name = label(entry)
        if codes := list(dict.fromkeys(problems(entry.item))):
            self.reading.problems.extend(Problem(code, entry.where, name) for code in codes)
            return
        self.reading.entries.append(entry)
        for code in dict.fromkeys(warnings):
            self.reading.problems.append(Problem(code, entry.where, name, severity=WARN))

    def refuse(self, error: Refused, where: str, name: str = "") -> None:
        self.reading.problems.append(Problem(error.code, where, shortened(name), error.details))


def refused_file(code: str, **details: str | int) -> Reading:
    """A reading of nothing, and why."""
    return Reading(problems=[Problem(code, details=details)])


def label(entry: Entry) -> str:
    """What people know the entry by: its name, else its key, else how it begins."""
    return shortened(entry.name or entry.key or entry.item.stem)


def shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= NAME_LENGTH else f"{line[: NAME_LENGTH - 1]}…"


def letters(count: int) -> list[str]:
    """So many ids of options: a, b, … z, a1, b1, …"""
    alphabet = string.ascii_lowercase
    return [alphabet[n % 26] + (str(n // 26) if n >= 26 else "") for n in range(count)]


def options(
    texts: Sequence[str], scores: Sequence[float] = (), feedbacks: Sequence[str] = ()
) -> tuple[Option, ...]:
    """Options with ids in their order. Scores and feedbacks are those of the texts, or missing."""
    scores = scores or [0.0] * len(texts)
    feedbacks = feedbacks or [""] * len(texts)
    return tuple(map(Option, letters(len(texts)), texts, scores, feedbacks))


def choice_of_one(
    stem: str, listed: tuple[Option, ...], *, feedback: str = "", shuffle: bool = True
) -> Choice:
    """single, or judgement where several options earn something."""
    kind = "single" if sum(option.score > 0 for option in listed) < 2 else "judgement"
    return Choice(kind, stem, listed, feedback=feedback, shuffle=shuffle)


def true_or_false(
    stem: str, is_true: bool, when_true: str = "", when_false: str = "", feedback: str = ""
) -> Choice:
    """`when_true` and `when_false` are said to who chose that."""
    listed = options((TRUE, FALSE), (float(is_true), float(not is_true)), (when_true, when_false))
    return Choice("truefalse", stem, listed, feedback=feedback, shuffle=False)


def truth(item: Choice) -> bool | None:
    """Whether a true-or-false question is true; None if its options are worded as no other's are."""
    right = [option.score > 0 for option in item.options if option.text.casefold() in TRUE_WORDS]
    wrong = [option.score > 0 for option in item.options if option.text.casefold() in FALSE_WORDS]
    return right[0] if len(right) == len(wrong) == 1 else None


def matching(stem: str, pairs: Iterable[tuple[str, str]], feedback: str = "") -> Matching:
    """Pairs of prompt and answer. Without a prompt it is a distractor; equal answers are one option."""
    pairs = list(pairs)
    used = [answer for prompt, answer in pairs if prompt]
    texts = list(dict.fromkeys(used + [answer for prompt, answer in pairs if not prompt]))
    ids = dict(zip(texts, letters(len(texts)), strict=True))
    prompted = [(prompt, ids[answer]) for prompt, answer in pairs if prompt]
    prompts = tuple(Prompt(str(n), *pair) for n, pair in enumerate(prompted, start=1))
    return Matching("matching", stem, prompts, options(texts), feedback)


def ordering(stem: str, texts: Sequence[str], feedback: str = "", feedbacks: Sequence[str] = ()) -> Ordering:
    return Ordering("ordering", stem, options(texts, feedbacks=feedbacks), feedback)


def gap_ids(stem: str) -> Iterator[str]:
    """Ids of gaps: 1, 2, … without those that a stem has in double brackets already: lists in R look so."""
    return (str(n) for n in count(1) if f"[[{n}]]" not in stem)


def one_gap(
    stem: str,
    kind: str,
    answers: Iterable[Accepted],
    *,
    feedback: str = "",
    has_case: bool = False,
    unit: str = "",
) -> Gaps:
    """fill or numeric with one gap, which stands where the stem has five underscores, as in Moodle."""
    gap = Gap(next(gap_ids(stem)), kind, tuple(answers), has_case)
    stem = BLANK.sub(f"[[{gap.id}]]", stem, count=1)
    return Gaps("numeric" if kind == "number" else "fill", stem, (gap,), feedback, unit)


def kind_of_gaps(gaps: Iterable[Gap]) -> str:
    """fill if all gaps ask for text, numeric for a number alone, else cloze."""
    kinds = [gap.kind for gap in gaps]
    if set(kinds) <= {"text"}:
        return "fill"
    return "numeric" if kinds == ["number"] else "cloze"


def share(percent: str) -> float:
    """ "33.33333" or "33,33333" as 0.3333333. Raises Refused."""
    try:
        value = Decimal(percent.strip().replace(",", ".")) / 100
    except InvalidOperation as error:
        raise Refused("number_invalid") from error
    if not value.is_finite() or abs(value) > 1:
        raise Refused("score_out_of_range")
    return float(value)


def percent(score: float) -> str:
    """0.3333333 as "33.33333", exactly."""
    return digits(Decimal(str(score)) * 100)


def digits(value: Decimal) -> str:
    """A number without exponent and needless zeros."""
    text = f"{value:f}" if value else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def tolerance(text: str) -> float:
    """What a file allows on either side of a number. Raises Refused."""
    try:
        value = Decimal(text.strip() or "0")
    except InvalidOperation as error:
        raise Refused("number_invalid") from error
    if not value.is_finite() or value < 0:
        raise Refused("number_invalid")
    return float(value)


def check_places(gaps: int, words: int) -> None:
    """Raise Refused for more gaps that share words, or more words, than anybody asks for."""
    if max(gaps, words) > MOST_PLACES:
        raise Refused("places_many", limit=MOST_PLACES)


def checked(text: str) -> str:
    """The text, if it is not too long to be one. Raises Refused."""
    if len(text) > MOST_TEXT:
        raise Refused("text_too_long", limit=MOST_TEXT)
    return text
