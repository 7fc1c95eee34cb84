"""What a key would change, worked out without changing anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from ..items import stored
from ..items.kinds import Item, Passage
from ..items.marking import mark
from ..models import Attempt, QuestionVersion, Repair, Response, ResponseScore
from ..rules import PLACES, result
from ..signals import at_stake
from . import rules
from .rules import Outcome


@dataclass(frozen=True)
class Rescoring:
    """The scores that change, and what becomes of their attempts."""

    held: int
    """Finished attempts that hold the question."""
    scores: Mapping[int, Decimal]
    """Response's id to its new score."""
    attempts: Mapping[int, Attempt]
    """Attempt's id to the attempt as it is, of those whose score or pass may change."""
    outcomes: Mapping[int, Outcome]

    def flips(self, *, to: bool) -> list[Attempt]:
        """Attempts that would pass now, or no longer would."""
        return [
            self.attempts[pk]
            for pk, outcome in self.outcomes.items()
            if outcome.would_pass is to and outcome.passed is not None and outcome.passed is not to
        ]

    def effects(self) -> dict[str, int]:
        """{what: how many}, as `Repair.effects` keeps it."""
        losses = {(attempt.learner_id, attempt.quiz_id) for attempt in self.flips(to=False)}
        return {
            "attempts": self.held,
            "scores": len(self.scores),
            "to_pass": len(self.flips(to=True)),
            "to_fail": len(self.flips(to=False)),
            **at_stake(losses),
        }


def foresee(repair: Repair) -> Rescoring:
    """What `repair` would change now. Six queries, however many attempts there are."""
    versions = covered(repair)
    item = stored.load(repair.content)
    held = holding(versions)
    before = _scores_in_force(Response.objects.filter(attempt__in=held.values("pk")))
    rows = Response.objects.filter(version__in=versions, attempt__in=held.values("pk"))
    changed = {}
    for response, part, answer in rows.values_list("pk", "part", "answer"):
        score = mark(_asked(item, part), answer).score
        # None: a person marks it, whatever the key.
        if score is not None and (new := Decimal(str(score)).quantize(PLACES)) != before[response].score:
            changed[response] = new
    touched = {before[response].attempt for response in changed}
    attempts = {pk: attempt for pk, attempt in _attempts(held).items() if pk in touched}
    return Rescoring(held.count(), changed, attempts, _outcomes(attempts, before, changed))


def covered(repair: Repair) -> list[QuestionVersion]:
    """The versions of its question that differ from what it says in their key only."""
    versions = QuestionVersion.objects.filter(question=repair.question_id)
    return [version for version in versions if rules.asks_the_same(version.content, repair.content)]


def holding(versions: Iterable[QuestionVersion]) -> QuerySet[Attempt]:
    """Finished attempts that hold one of these versions."""
    responses = Response.objects.filter(version__in=list(versions))
    return Attempt.objects.filter(submitted_at__isnull=False, pk__in=responses.values("attempt"))


def outcome_of(attempt: Attempt) -> Outcome:
    """What an attempt is worth by all scores given so far. Two queries."""
    before = _scores_in_force(Response.objects.filter(attempt=attempt))
    return _outcomes({attempt.pk: attempt}, before, {})[attempt.pk]


@dataclass(frozen=True)
class _Place:
    attempt: int
    position: int
    score: Decimal | None


def _scores_in_force(responses: QuerySet[Response]) -> dict[int, _Place]:
    """Response's id to where it stands and what it counts: the newest of its scores."""
    later = ResponseScore.objects.filter(response__in=responses.values("pk")).order_by("pk")
    newest = dict(later.values_list("response", "score"))
    return {
        pk: _Place(attempt, position, newest.get(pk, score))
        for pk, attempt, position, score in responses.values_list("pk", "attempt", "position", "score")
    }


def _asked(item: Item, part: str) -> Item:
    if isinstance(item, Passage):
        return next(inner.item for inner in item.parts if inner.id == part)
    return item


def _attempts(attempts: QuerySet[Attempt]) -> dict[int, Attempt]:
    found = attempts.defer("paper", "answers", "seconds").select_related("learner").order_by("pk")
    return {attempt.pk: attempt for attempt in found}


def _outcomes(
    attempts: Mapping[int, Attempt], before: Mapping[int, _Place], changed: Mapping[int, Decimal]
) -> dict[int, Outcome]:
    places: dict[int, list[tuple[int, Decimal | None]]] = defaultdict(list)
    for pk, place in before.items():
        if place.attempt in attempts:
            places[place.attempt].append((place.position, changed.get(pk, place.score)))
    outcomes = {}
    for pk, attempt in attempts.items():
        now = result(rules.question_scores(places[pk]), pass_share=attempt.pass_share)
        outcomes[pk] = Outcome(score=now.score, would_pass=now.passed, passed=attempt.passed)
    return outcomes
