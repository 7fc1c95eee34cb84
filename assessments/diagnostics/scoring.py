"""From answers to what may be said: by counting at first, by a calibrated model once there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan, sqrt
from typing import NamedTuple

import numpy as np

from assessments.measurement.ability import eap, probability_above, wle
from assessments.measurement.arrays import Floats
from assessments.measurement.cutscores import Confidence, Verdict, above_by_score, decide, theta_of
from assessments.measurement.growth import Change, reliable_change

from .rules import EVERYTHING, Band, RuleVersion

BANDS = {Verdict.ABOVE: Band.READY, Verdict.UNDECIDED: Band.NEAR, Verdict.BELOW: Band.LEARN}
RIGHT = 1 - 1e-6
"""A score from which an answer counts as right for the model: part marks do not."""


class Item(NamedTuple):
    """What a response answers: a version of a question, or one part of a passage."""

    version: int
    part: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, as far as scoring needs it. score: 0 to 1."""

    item: Item
    position: int
    dimension: str
    is_answered: bool
    score: float


Paper = Sequence[Answer]


@dataclass(frozen=True)
class Estimate:
    """What one paper says on one scale. theta and what follows are None when right answers were counted."""

    scale: str
    questions: int
    points: float
    above: float
    band: Band
    confidence: Confidence
    theta: float | None = None
    se: float | None = None
    wle: float | None = None
    wle_se: float | None = None
    posterior: bytes | None = None
    """float16, on the nodes of `measurement.curves.GRID`."""


@dataclass(frozen=True)
class Bank:
    """Calibrated items: arrays by item, and where each scale is cut."""

    items: Sequence[Item]
    scales: Sequence[str]
    """The dimension of each item."""
    a: Floats
    d: Floats
    c: Floats
    cuts: Mapping[str, float]

    def of(self, scale: str) -> np.ndarray:
        """Positions of a scale's items."""
        return np.flatnonzero([scale in {EVERYTHING, own} for own in self.scales])

    def among(self, places: Sequence[int]) -> Bank:
        """These items only, with the cuts of the whole: what was not asked says nothing, and costs time."""
        kept = list(places)
        return replace(
            self,
            items=[self.items[place] for place in kept],
            scales=[self.scales[place] for place in kept],
            a=self.a[kept],
            d=self.d[kept],
            c=self.c[kept],
        )


def calibrated_bank(
    items: Sequence[Item], scales: Sequence[str], a: Floats, d: Floats, c: Floats, rule: RuleVersion
) -> Bank:
    """The items that tell people apart, and on each scale the ability that the rule's cut amounts to:
    there, the expected share of right answers to all questions of the scale is the cut."""
    kept = np.flatnonzero(np.asarray(a) >= rule.least_slope).tolist()
    bank = Bank([items[i] for i in kept], [scales[i] for i in kept], a[kept], d[kept], c[kept], {})
    cuts = {}
    for scale in {EVERYTHING, *bank.scales} if kept else ():
        own = bank.of(scale)
        cuts[scale] = theta_of(rule.cut * len(own), bank.a[own], bank.d[own], bank.c[own])
    return Bank(bank.items, bank.scales, bank.a, bank.d, bank.c, cuts)


def reached(paper: Paper) -> list[Answer]:
    """The answers up to the last question that was answered: what follows was not reached, and says nothing.

    A question passed over on the way counts as wrong.
    """
    last = max((answer.position for answer in paper if answer.is_answered), default=0)
    return [answer for answer in paper if answer.position <= last]


def points(paper: Paper) -> list[float]:
    """0 to 1 for each question; the parts of a passage together are one question."""
    by_position: dict[int, list[float]] = {}
    for answer in paper:
        by_position.setdefault(answer.position, []).append(answer.score)
    return [sum(scores) / len(scores) for scores in by_position.values()]


def by_count(scale: str, paper: Paper, rule: RuleVersion) -> Estimate:
    """By the number of right answers, against the cut.

    Questions are drawn at random, so a person at the cut has a binomial count: its standard deviation is
    the error of measurement there, even for who has all right.
    """
    own = points([answer for answer in paper if scale in {EVERYTHING, answer.dimension}])
    above = 0.5
    if len(own) >= rule.least_questions:
        above = above_by_score(sum(own), rule.cut * len(own), sqrt(len(own) * rule.cut * (1 - rule.cut)))
    return Estimate(scale, len(own), sum(own), above, *_words(above, rule))


def estimates(
    papers: Sequence[Paper],
    scales: Sequence[str],
    rule: RuleVersion,
    bank: Bank | None = None,
    *,
    weighted: bool = True,
) -> list[dict[str, Estimate]]:
    """For each paper what it says on each of `scales` and on everything together.

    By the model where enough calibrated items of a scale were reached, else by counting. Without `weighted`
    the weighted likelihood estimates are left out: a band needs none, and they take most of the time.
    """
    told = [reached(paper) for paper in papers]
    wanted = (*scales, EVERYTHING)
    found = [{scale: by_count(scale, paper, rule) for scale in wanted} for paper in told]
    if bank is not None and papers:
        table = response_table(told, bank.items)
        for scale in wanted:
            if scale in bank.cuts:
                _by_model(found, table, scale, rule, bank, weighted)
    return found


def response_table(papers: Sequence[Paper], items: Sequence[Item]) -> Floats:
    """People x items: 1 right, 0 not, NaN not asked or not reached."""
    places = {item: place for place, item in enumerate(items)}
    table = np.full((len(papers), len(items)), np.nan)
    for row, paper in enumerate(papers):
        for answer in paper:
            if answer.item in places:
                table[row, places[answer.item]] = answer.score >= RIGHT
    return table


def change(before: Estimate, after: Estimate, rule: RuleVersion) -> Change | None:
    """What may be said of the difference between two sittings; None where too little was answered.

    By weighted likelihood where both were measured by one calibration, else by the shares of right answers.
    """
    if min(before.questions, after.questions) < rule.least_questions:
        return None
    first, second = _measure(before), _measure(after)
    if before.wle is None or after.wle is None:
        first, second = _share(before), _share(after)
    return reliable_change(*first, *second, critical=rule.critical).change


def _measure(estimate: Estimate) -> tuple[float, float]:
    return estimate.wle or 0.0, estimate.wle_se or 0.0


def _share(estimate: Estimate) -> tuple[float, float]:
    """Share right and its standard error, for which one right and one wrong answer are added: never 0."""
    smoothed = (estimate.points + 1) / (estimate.questions + 2)
    return estimate.points / estimate.questions, sqrt(smoothed * (1 - smoothed) / estimate.questions)


def _by_model(
    found: list[dict[str, Estimate]],
    table: Floats,
    scale: str,
    rule: RuleVersion,
    bank: Bank,
    weighted: bool,
) -> None:
    """Replace the counted estimates of a scale where the model can say more."""
    own = bank.of(scale)
    people = np.flatnonzero((~np.isnan(table[:, own])).sum(axis=1) >= rule.least_questions)
    if not len(people):
        return
    answers = table[people]
    parameters = bank.a[own], bank.d[own], bank.c[own]
    mean, sd = _prior(answers, scale, rule, bank)
    ability = eap(answers[:, own], *parameters, mean=mean, sd=sd, keep_posterior=True)
    likelihood = wle(answers[:, own], *parameters) if weighted else None
    posterior = ability.posterior if ability.posterior is not None else np.empty((0, 0))
    chances = probability_above(posterior, bank.cuts[scale])
    for place, person in enumerate(people):
        counted, above = found[person][scale], float(np.clip(chances[place], 0, 1))
        found[person][scale] = Estimate(
            scale,
            counted.questions,
            counted.points,
            above,
            *_words(above, rule),
            theta=float(ability.theta[place]),
            se=float(ability.se[place]),
            wle=_known(likelihood.theta[place]) if likelihood else None,
            wle_se=_known(likelihood.se[place]) if likelihood else None,
            posterior=posterior[place].tobytes(),
        )


def _prior(answers: Floats, scale: str, rule: RuleVersion, bank: Bank) -> tuple[Floats, Floats]:
    """For a dimension, what the other dimensions let expect; for everything together, the population."""
    others = np.setdiff1d(np.arange(len(bank.items)), bank.of(scale))
    if not len(others):
        return np.zeros(1), np.ones(1)
    general = eap(answers[:, others], bank.a[others], bank.d[others], bank.c[others])
    spread = np.sqrt(1 - rule.general**2 * (1 - general.se**2))
    return rule.general * general.theta, spread


def _words(above: float, rule: RuleVersion) -> tuple[Band, Confidence]:
    decision = decide(above, decided=rule.decided, high=rule.high)
    return BANDS[decision.verdict], decision.confidence


def _known(value: float) -> float | None:
    return None if isnan(value) else float(value)
