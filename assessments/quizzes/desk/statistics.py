"""How the questions of a quiz work: figures of a sheet, through `assessments.measurement.classical`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from assessments.measurement import classical
from assessments.measurement.classical import Flag, ItemStatistics, OptionStatistics

from ..items.kinds import Choice, Item
from . import rules, sheets
from .sheets import Sheet


@dataclass(frozen=True)
class QuestionFigures:
    """One version of a question."""

    version: int
    statistics: ItemStatistics
    seconds: float
    """Median time before the eyes; nan where no page counted it."""
    options: tuple[tuple[str, OptionStatistics], ...]
    """Of questions with options to tick: each option's id and figures."""
    flags: tuple[Flag, ...]

    @property
    def is_sure(self) -> bool:
        return self.statistics.people >= rules.SURE_FROM


@dataclass(frozen=True)
class QuizFigures:
    """A quiz. Mean and SEM are points on a paper; alpha is that of a paper, drawn papers included."""

    attempts: int
    paper_size: int
    mean: float
    alpha: float
    sem: float
    questions: tuple[QuestionFigures, ...]

    @property
    def flagged(self) -> int:
        return sum(bool(question.flags) for question in self.questions)

    @property
    def is_sure(self) -> bool:
        return self.attempts >= rules.SURE_FROM


NONE = float("nan")


def figures(sheet: Sheet, items: Mapping[int, Item]) -> QuizFigures:
    """Figures of all questions to which a marked answer is known.

    `items`: version's id to what is asked, with the key by which it is marked.
    """
    marked = ~np.isnan(sheet.scores)
    columns, lines = np.flatnonzero(marked.any(axis=0)), marked.any(axis=1)
    size = sheet.paper_size
    if not len(columns):
        return QuizFigures(sheet.attempts, size, NONE, NONE, NONE, ())
    scores = sheet.scores[:, columns]
    covariance = classical.covariances(scores)
    alpha, sem = reliability(covariance, size)
    statistics = _statistics(scores, alphas_without(covariance, size))
    rest = classical.rest_scores(scores)
    questions = tuple(
        _question(sheet, int(column), items[sheet.versions[column]], found, rest[:, place])
        for place, (column, found) in enumerate(zip(columns, statistics, strict=True))
    )
    mean = float(np.nanmean(scores[lines], axis=1).mean()) * size
    return QuizFigures(sheet.attempts, size, mean, alpha, sem, questions)


def reliability(covariance: np.ndarray, size: int) -> tuple[float, float]:
    """Cronbach's alpha and the standard error of measurement of a paper of `size` questions.

    From the mean variance of the questions and the mean covariance of pairs that were served together, so
    that it holds for papers drawn from a bank; where all get all, it is the usual alpha. nan if unknown.
    """
    pairs = covariance[~np.eye(len(covariance), dtype=bool)]
    variances = np.diag(covariance)
    if size < 2 or np.isnan(pairs).all() or np.isnan(variances).all():
        return NONE, NONE
    alpha, total = _alpha(np.nanmean(variances), np.nanmean(pairs), size)
    return float(alpha), float(np.sqrt(np.maximum(total * (1.0 - alpha), 0.0)))


def alphas_without(covariance: np.ndarray, size: int) -> np.ndarray:
    """For each question, alpha of a paper made without it: of the same size where the bank holds enough."""
    items = len(covariance)
    size = min(size, items - 1)
    known = ~np.isnan(covariance)
    values = np.where(known, covariance, 0.0)
    own, has_own = np.diag(values), np.diag(known)
    if size < 2:
        return np.full(items, np.nan)
    rows, counts = values.sum(axis=1) - own, known.sum(axis=1) - has_own
    with np.errstate(invalid="ignore", divide="ignore"):
        pairs = (rows.sum() - 2 * rows) / (counts.sum() - 2 * counts)
        variances = (own.sum() - own) / (has_own.sum() - has_own)
    return _alpha(variances, pairs, size)[0]


def _alpha(variance: ArrayLike, covariance: ArrayLike, size: int) -> tuple[np.ndarray, np.ndarray]:
    variance, covariance = np.asarray(variance), np.asarray(covariance)
    total = size * (variance + (size - 1) * covariance)
    with np.errstate(invalid="ignore", divide="ignore"):
        alpha = size / (size - 1) * (1.0 - size * variance / total)
    return np.where(total > 0, alpha, np.nan), total


def _statistics(scores: np.ndarray, without: np.ndarray) -> list[ItemStatistics]:
    if min(scores.shape) < 2:
        count, mean = (~np.isnan(scores)).sum(axis=0), np.nanmean(scores, axis=0)
        pairs = zip(count.tolist(), mean.tolist(), strict=True)
        return [ItemStatistics(people, facility, NONE, NONE, NONE) for people, facility in pairs]
    items = classical.analyse(scores).items
    return [
        replace(item, alpha_if_deleted=alpha) for item, alpha in zip(items, without.tolist(), strict=True)
    ]


def _question(
    sheet: Sheet, column: int, item: Item, statistics: ItemStatistics, rest: np.ndarray
) -> QuestionFigures:
    version = sheet.versions[column]
    options, keys = _options(sheet, version, item, rest)
    times = sheet.seconds[:, column]
    known = times[~np.isnan(times)]
    raised = classical.flags(statistics, [found for _id, found in options], keys)
    return QuestionFigures(
        version=version,
        statistics=statistics,
        seconds=float(np.median(known)) if len(known) else NONE,
        options=tuple(options),
        flags=tuple(flag for flag in Flag if flag in raised),
    )


def _options(
    sheet: Sheet, version: int, item: Item, rest: np.ndarray
) -> tuple[list[tuple[str, OptionStatistics]], list[int]]:
    """Figures of the options, and the places of those that earn something."""
    if not isinstance(item, Choice) or np.isnan(rest).all():
        return [], []
    ids = [option.id for option in item.options]
    found = classical.option_statistics(sheets.chosen(sheet.answers[version], ids, sheet.attempts), rest)
    keys = [place for place, option in enumerate(item.options) if option.score > 0]
    return list(zip(ids, found, strict=True)), keys
