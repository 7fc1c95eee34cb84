"""Aiken: a line that asks, lines of options, and ANSWER: with a letter.

Source: Moodle, question/format/aiken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..items.kinds import Choice
from .building import Collector, Refused, checked, choice_of_one, options
from .comparing import loss
from .entries import REFUSE, Entry, Reading, Writing

OPTION = re.compile(r"[A-ZＡ-Ｚ][).．）][ \t　]?")
ANSWER = re.compile(r"(ANSWER|答案)[:：]\s*(.?)")
"""As Moodle has it, and in the full-width forms that people type."""

SHORTEST_LINE = 2
"""In bytes: Moodle skips what is shorter."""
FULL_WIDTH = ord("Ａ") - ord("A")


@dataclass
class _Question:
    line: int
    stem: str
    options: list[str] = field(default_factory=list)


def read(text: str) -> Reading:
    """Every question of the text. A line number is that of the line on which something went wrong."""
    collector = Collector()
    question: _Question | None = None
    for number, line in enumerate(map(str.strip, text.split("\n")), start=1):
        if len(line.encode()) < SHORTEST_LINE:
            continue
        try:
            question = _take(line, number, question, collector)
        except Refused as error:
            collector.refuse(error, str(number), question.stem if question else line)
            question = _after(error, line, number)
    if question:
        collector.refuse(Refused("not_finished"), str(question.line), question.stem)
    return collector.reading


def _take(line: str, number: int, question: _Question | None, collector: Collector) -> _Question | None:
    """The question that is open after this line. Raises Refused."""
    if found := OPTION.match(line):
        if question is None:
            raise Refused("not_started")
        question.options.append(checked(line[found.end() :].strip()))
        return question
    if found := ANSWER.match(line):
        if question is None:
            raise Refused("not_started")
        collector.add(_entry(question, found[2]))
        return None
    if question:
        raise Refused("not_finished")
    return _Question(number, checked(line))


def _after(error: Refused, line: str, number: int) -> _Question | None:
    """The question that a line opens although the one before it was not finished."""
    return _Question(number, line) if error.code == "not_finished" else None


def _entry(question: _Question, letter: str) -> Entry:
    if len(question.options) < 2:
        raise Refused("options_missing")
    right = ord(letter or " ") - ord("A")
    right = right - FULL_WIDTH if right >= FULL_WIDTH else right
    if not 0 <= right < len(question.options):
        raise Refused("answer_unknown", answer=letter)
    scores = [float(n == right) for n in range(len(question.options))]
    item = choice_of_one(question.stem, options(question.options, scores))
    return Entry("", item, where=str(question.line))


def write(entries: Iterable[Entry]) -> Writing:
    """The entries with one right option. Names, feedback and all else have no place in the file."""
    pieces, problems = [], []
    for entry in entries:
        text = _question(entry.item) if isinstance(entry.item, Choice) else ""
        if problem := loss(entry, read(text)):
            problems.append(problem)
            if problem.severity == REFUSE:
                continue
        pieces.append(text)
    return Writing("\n".join(pieces).encode(), problems)


def _question(item: Choice) -> str:
    letters = [chr(ord("A") + n) for n in range(len(item.options))]
    lines = [f"{letter}) {option.text}" for letter, option in zip(letters, item.options, strict=True)]
    right = next((letter for letter, o in zip(letters, item.options, strict=True) if o.score == 1), "")
    return "\n".join([item.stem, *lines, f"ANSWER: {right}", ""])
