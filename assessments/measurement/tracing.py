"""What somebody probably knows by now, from answers in lessons: knowledge tracing, and Elo for few data.

Only for "what next": the next lesson, exercise or hint. Never for a level, a grade or a certificate:
answers in lessons are helped, repeated and unproctored, and parameters are those of a crowd.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from .arrays import Floats, vector

MOST_SLIPS = 0.20
"""Upper bound of the slip: somebody who fails more often does not know it."""
ABOVE_CHANCE = 0.05
"""How far guessing may lie above 1 / options."""
FEWEST = 300
"""Sequences below which parameters are not fitted; until then use Elo."""
EDGE = 1e-4
"""Lowest and highest chance that fitting allows: at 0 or 1 no answer could change it any more."""


@dataclass(frozen=True)
class Tracing:
    """Parameters of Bayesian knowledge tracing for one micro-capability. Source: Corbett, Anderson (1995).

    Raises ValueError for anything that is not a chance.
    """

    knows: float
    """Chance of knowing it before the first answer."""
    learns: float
    """Chance of learning it with an answer."""
    slips: float
    """Chance of a wrong answer although known."""
    guesses: float
    """Chance of a right answer although not known."""
    forgets: float = 0.0
    """Chance of losing it between two answers."""

    def __post_init__(self) -> None:
        chances = (self.knows, self.learns, self.slips, self.guesses, self.forgets)
        if not all(0 <= chance <= 1 for chance in chances):
            raise ValueError("all parameters are chances from 0 to 1")

    def predict(self, known: float) -> float:
        """Chance of a right answer from somebody who knows it with chance `known`."""
        return known * (1.0 - self.slips) + (1.0 - known) * self.guesses

    def given(self, known: float, *, right: bool) -> float:
        """Chance that it was known when the answer was given; an impossible answer teaches nothing."""
        chance = self.predict(known) if right else 1.0 - self.predict(known)
        evidence = known * (1.0 - self.slips if right else self.slips)
        return evidence / chance if chance > 0 else known

    def update(self, known: float, *, right: bool) -> float:
        """Chance of knowing it at the next answer."""
        posterior = self.given(known, right=right)
        return posterior * (1.0 - self.forgets) + (1.0 - posterior) * self.learns

    def trace(self, answers: Sequence[bool]) -> tuple[float, ...]:
        """Chance of knowing it before the first answer and after each."""
        states = [self.knows]
        for right in answers:
            states.append(self.update(states[-1], right=right))
        return tuple(states)


@dataclass(frozen=True)
class Fit:
    """Parameters by maximum likelihood within bounds, and how they were come by."""

    parameters: Tracing
    log_likelihood: float
    sequences: int
    cycles: int


def fit(
    sequences: Sequence[Sequence[bool]],
    options: int,
    *,
    start: Tracing | None = None,
    fewest: int = FEWEST,
    tolerance: float = 1e-6,
    most_cycles: int = 2_000,
) -> Fit:
    """Fit by EM without forgetting; slips ≤ .20, guesses ≤ 1 / `options` + .05.

    The bounds keep "knows" from meaning its opposite. Raises ValueError for fewer than `fewest` sequences,
    an empty one, or if parameters still move by more than `tolerance` after `most_cycles`.
    """
    if len(sequences) < fewest:
        raise ValueError(f"{len(sequences)} sequences, at least {fewest} are needed")
    if options < 2 or min((len(sequence) for sequence in sequences), default=0) < 1:
        raise ValueError("a question has at least two options, a sequence at least one answer")
    answers = _padded(sequences)
    most_guesses = 1.0 / options + ABOVE_CHANCE
    now = start or Tracing(knows=0.4, learns=0.2, slips=0.1, guesses=min(0.2, most_guesses))
    upper = np.array([1 - EDGE, 1 - EDGE, MOST_SLIPS, most_guesses])
    parameters = np.clip([now.knows, now.learns, now.slips, now.guesses], EDGE, upper)
    for cycle in range(1, most_cycles + 1):
        estimate, likelihood = _cycle(answers, parameters)
        # Each parameter's share of the expected likelihood has one peak, so its bound is the best beyond it.
        estimate = np.clip(estimate, EDGE, upper)
        change = float(np.abs(estimate - parameters).max())
        parameters = estimate
        if change < tolerance:
            return Fit(Tracing(*parameters.tolist()), likelihood, len(sequences), cycle)
    raise ValueError(f"no fit after {most_cycles} cycles")


@dataclass(frozen=True)
class Ratings:
    """Elo ratings of a learner and a question, on the logit scale."""

    ability: float
    difficulty: float


def elo(before: Ratings, *, right: bool, step: float = 0.4, question_step: float = 0.1) -> Ratings:
    """Ratings after an answer: θ + K(x - P), with P = 1 / (1 + exp(difficulty - ability)).

    A question moves by `question_step`, less than a learner: many learners pull at it.
    """
    surprise = right - float(expit(before.ability - before.difficulty))
    return Ratings(before.ability + step * surprise, before.difficulty - question_step * surprise)


def elo_ability(answers: ArrayLike, difficulties: ArrayLike, start: float = 0.0, step: float = 0.4) -> float:
    """A learner's rating after answers (1 or 0) to questions of known difficulty."""
    marks = vector(answers, "answers")
    ability = start
    for right, difficulty in zip(marks, vector(difficulties, "difficulties", len(marks)), strict=True):
        ability = elo(Ratings(ability, difficulty), right=bool(right), step=step).ability
    return ability


def _padded(sequences: Sequence[Sequence[bool]]) -> Floats:
    """Answers as (sequences, longest), nan after the last of each."""
    table = np.full((len(sequences), max(len(sequence) for sequence in sequences)), np.nan)
    for row, sequence in zip(table, sequences, strict=True):
        row[: len(sequence)] = sequence
    return table


def _cycle(answers: Floats, parameters: Floats) -> tuple[Floats, float]:
    """One EM cycle: new (knows, learns, slips, guesses), unbounded, and the log-likelihood of the old."""
    knows, learns, slips, guesses = parameters
    here = ~np.isnan(answers)
    right = answers == 1
    emission = np.stack(
        [np.where(right, guesses, 1 - guesses), np.where(right, 1 - slips, slips)], axis=2
    )  # (sequences, answers, not known or known)
    emission[~here] = 1.0
    moves = np.array([[1 - learns, learns], [0.0, 1.0]])
    forward, scale = _forward(emission, np.array([1 - knows, knows]), moves)
    backward = _backward(emission, scale, moves)
    state = forward * backward
    # From not known to known between two answers that were both given.
    learned = (
        forward[:, :-1, 0] * learns * emission[:, 1:, 1] * backward[:, 1:, 1] / scale[:, 1:] * here[:, 1:]
    )
    could = (state[:, :-1, 0] * here[:, 1:]).sum()
    known, unknown = state[..., 1] * here, state[..., 0] * here
    estimate = np.array(
        [
            state[:, 0, 1].mean(),
            learned.sum() / could if could > 0 else learns,
            (known * ~right).sum() / known.sum(),
            (unknown * right).sum() / unknown.sum(),
        ]
    )
    return estimate, float(np.log(scale).sum())


def _forward(emission: Floats, initial: Floats, moves: Floats) -> tuple[Floats, Floats]:
    forward, scale = np.empty_like(emission), np.empty(emission.shape[:2])
    state = np.broadcast_to(initial, emission[:, 0].shape)
    for step in range(emission.shape[1]):
        joint = (state if step == 0 else state @ moves) * emission[:, step]
        scale[:, step] = joint.sum(axis=1)
        state = forward[:, step] = joint / scale[:, step, None]
    return forward, scale


def _backward(emission: Floats, scale: Floats, moves: Floats) -> Floats:
    backward = np.ones_like(emission)
    for step in range(emission.shape[1] - 2, -1, -1):
        later = emission[:, step + 1] * backward[:, step + 1] / scale[:, step + 1, None]
        backward[:, step] = later @ moves.T
    return backward
