"""The tables of the desk as text: what the screen shows is what the workbook holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from ..items import stored
from ..items.kinds import Choice, Gaps, Item, Matching, Ordering, Passage
from . import words
from .queries import QuestionLine, QuizLine
from .statistics import QuestionFigures


@dataclass(frozen=True)
class Table:
    """Headings, and rows of as many cells; the first cell names the row."""

    columns: list[str]
    rows: list[list[str]]


def quizzes(lines: Iterable[QuizLine]) -> Table:
    """One row for each quiz."""
    columns = [
        _("Quiz"),
        _("Attempts"),
        _("Mean points"),
        _("Questions on a paper"),
        _("Alpha"),
        _("Standard error (points)"),
        _("Flagged questions"),
    ]
    rows = [
        [
            line.quiz.title,
            str(line.figures.attempts),
            words.number(line.figures.mean),
            str(line.figures.paper_size),
            words.number(line.figures.alpha),
            words.number(line.figures.sem),
            str(line.figures.flagged),
        ]
        for line in lines
    ]
    return Table(columns, rows)


def questions(lines: Iterable[QuestionLine]) -> Table:
    """One row for each version of a question that a quiz has asked."""
    columns = [
        _("Question"),
        _("People"),
        _("Facility"),
        _("Point-biserial, corrected"),
        _("Alpha without it"),
        _("Upper less lower group"),
        _("Median time"),
        _("Flags"),
    ]
    rows = [
        [
            name(line),
            str(line.figures.statistics.people),
            words.number(line.figures.statistics.facility),
            words.number(line.figures.statistics.point_biserial),
            words.number(line.figures.statistics.alpha_if_deleted),
            words.number(line.figures.statistics.discrimination),
            words.seconds(line.figures.seconds),
            words.flags(line.figures.flags),
        ]
        for line in lines
    ]
    return Table(columns, rows)


def name(line: QuestionLine) -> str:
    """A version as the tables call it: key, number, how it begins."""
    stem = line.item.stem
    return f"{line.version.question.key} v{line.version.number}: {stem[:40]}{'…' if len(stem) > 40 else ''}"


def options(item: Item, figures: QuestionFigures) -> Table:
    """One row for each option; none for questions without options to tick."""
    columns = [_("Option"), _("Key"), _("Chosen by"), _("Share"), _("Mean rest score"), _("Correlation")]
    texts = {option.id: option for option in item.options} if isinstance(item, Choice) else {}
    rows = [
        [
            texts[option].text,
            _key(texts[option].score),
            str(found.count),
            words.percent(found.share),
            words.number(found.mean_rest),
            words.number(found.correlation),
        ]
        for option, found in figures.options
    ]
    return Table(columns, rows)


def _key(score: float) -> str:
    if score == 1:
        return _("right")
    return _("earns %(share)s") % {"share": words.number(score)} if score else _("wrong")


def key_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Table:
    """What is right by one content and by another, where they differ."""
    pairs = zip_longest(_key_lines(stored.load(before)), _key_lines(stored.load(after)), fillvalue=("", ""))
    rows = [[new[0] or old[0], old[1] or "–", new[1] or "–"] for old, new in pairs if old != new]
    return Table([_("What is asked"), _("So far"), _("From now on")], rows)


def _key_lines(item: Item) -> list[tuple[str, str]]:
    """What is asked and what is right of it, a line for each thing that can be right by itself."""
    if isinstance(item, Passage):
        return [line for part in item.parts for line in _key_lines(part.item)]
    if isinstance(item, Choice):
        return [(option.text, _key(option.score)) for option in item.options]
    if isinstance(item, Matching):
        texts = {option.id: option.text for option in item.options}
        return [(prompt.text, texts[prompt.answer]) for prompt in item.prompts]
    if isinstance(item, Ordering):
        return [(str(place), option.text) for place, option in enumerate(item.options, start=1)]
    gaps = item.gaps if isinstance(item, Gaps) else ()
    return [
        (
            _("Gap %(id)s") % {"id": gap.id},
            " / ".join(f"{answer.text} ({_key(answer.score)})" for answer in gap.answers),
        )
        for gap in gaps
    ]
