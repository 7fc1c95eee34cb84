"""Finished attempts as tables of numbers: a row for each attempt, a column for each version of a question."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import F, FloatField, TextField, Window
from django.db.models.functions import Cast, RowNumber

from ..models import Attempt, Response, ResponseScore

MOST_ATTEMPTS = 2000
"""Of one quiz, the newest: more would make the figures no surer, only slower."""

Row = tuple[int, int, str, float | None, int | None, str | None, int]
"""Attempt, version, part, score, seconds, answer as JSON, response."""


@dataclass(frozen=True)
class Sheet:
    """What was answered in one quiz. Tables are (attempts, versions); nan: not served, or not marked yet."""

    versions: tuple[int, ...]
    served: np.ndarray
    scores: np.ndarray
    seconds: np.ndarray
    answers: dict[int, tuple[np.ndarray, list[str | None]]]
    """Version's id to the rows that were served it, and what they answered, as JSON."""

    @property
    def attempts(self) -> int:
        return len(self.scores)

    @property
    def paper_size(self) -> int:
        """How many questions a paper has, as most attempts had it."""
        return round(float(np.median(self.served.sum(axis=1))))


def sheets_of(quizzes: Collection[int]) -> dict[int, Sheet]:
    """Quiz's id to the sheet of its newest finished attempts, if there are any. Three queries."""
    finished = Attempt.objects.filter(quiz__in=quizzes, submitted_at__isnull=False)
    place = Window(RowNumber(), partition_by=F("quiz"), order_by=F("pk").desc())
    newest = finished.annotate(place=place).filter(place__lte=MOST_ATTEMPTS)
    quiz_of = dict(newest.values_list("pk", "quiz"))
    if not quiz_of:
        return {}
    oldest = min(quiz_of)
    responses = Response.objects.filter(attempt__quiz__in=quizzes, attempt__gte=oldest)
    rows: Iterable[Row] = responses.values_list(
        "attempt",
        "version",
        "part",
        # Floats and text come from the database faster than decimals and parsed JSON.
        Cast("score", FloatField()),
        "seconds",
        Cast("answer", TextField()),
        "pk",
    )
    later = ResponseScore.objects.filter(response__attempt__quiz__in=quizzes, response__attempt__gte=oldest)
    newer = dict(later.order_by("pk").values_list("response", Cast("score", FloatField())))
    by_quiz: dict[int, list[Row]] = {}
    for row in rows:
        by_quiz.setdefault(quiz_of.get(row[0], 0), []).append(row)
    return {quiz: sheet(kept, newer) for quiz, kept in by_quiz.items() if quiz}


def sheet(rows: Collection[Row], newer: dict[int, float]) -> Sheet:
    """Rows as a table. A passage counts the mean of its parts, nothing while one is not marked."""
    attempts, versions, parts, scores, seconds, answers, pks = zip(*rows, strict=True)
    line_of, line = np.unique(np.array(attempts), return_inverse=True)
    column_of, column = np.unique(np.array(versions), return_inverse=True)
    if newer:
        scores = tuple(newer.get(pk, score) for pk, score in zip(pks, scores, strict=True))
    shape = (len(line_of), len(column_of))
    cell = line * shape[1] + column
    total = np.bincount(cell, weights=np.array(scores, dtype=float), minlength=shape[0] * shape[1])
    count = np.bincount(cell, minlength=shape[0] * shape[1])
    longest = np.full(shape[0] * shape[1], np.nan)
    timed = np.array(seconds, dtype=float)
    known = ~np.isnan(timed)
    longest[cell[known]] = timed[known]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / count
    return Sheet(
        versions=tuple(column_of.tolist()),
        served=(count > 0).reshape(shape),
        scores=mean.reshape(shape),
        seconds=longest.reshape(shape),
        answers=_answers(column_of.tolist(), line, column, parts, answers),
    )


def _answers(
    versions: list[int], line: np.ndarray, column: np.ndarray, parts: tuple, answers: tuple
) -> dict[int, tuple[np.ndarray, list[str | None]]]:
    whole = np.array([not part for part in parts])
    found = {}
    for number, version in enumerate(versions):
        places = np.flatnonzero((column == number) & whole)
        found[version] = (line[places], [answers[place] for place in places])
    return found


def chosen(kept: tuple[np.ndarray, list[str | None]], options: list[str], people: int) -> np.ndarray:
    """(people, options): true where somebody ticked the option."""
    lines, answers = kept
    number = {option: place for place, option in enumerate(options)}
    # Hundreds of people give the same few answers: each is read once.
    different = {answer: place for place, answer in enumerate(dict.fromkeys(answers))}
    ticks = np.zeros((len(different), len(options)), dtype=bool)
    for answer, place in different.items():
        ticks[place, [number[option] for option in _listed(answer) if option in number]] = True
    table = np.zeros((people, len(options)), dtype=bool)
    table[lines] = ticks[[different[answer] for answer in answers]]
    return table


def _listed(answer: str | None) -> list[Any]:
    value = json.loads(answer) if answer else None
    return [option for option in value if isinstance(option, str)] if isinstance(value, list) else []
