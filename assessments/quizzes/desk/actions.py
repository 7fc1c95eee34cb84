"""Correcting a key in two persons' hands, and marking by a person."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.signals import announce_progress
from organizations.jobs.actions import enqueue
from organizations.models import User

from .. import queries
from ..bank import NotAskable, add_version
from ..items import stored
from ..models import Attempt, Question, QuestionVersion, Repair, Response, ResponseScore
from . import queries as desk
from . import rescoring, rules

BATCH = 500


class OtherQuestion(Exception):
    """What is proposed changes more than what is right."""


class SameKey(Exception):
    """The question is marked by this key already."""


class AlreadyProposed(Exception):
    """A repair of this question waits for somebody's word."""


class AlreadyDecided(Exception):
    """The repair was approved or declined meanwhile."""


class OwnProposal(Exception):
    """A repair is approved by somebody other than who proposed it."""


class OwnAnswer(Exception):
    """Nobody marks their own answer."""


class AlreadyMarked(Exception):
    """A colleague has marked this answer, or it needs no marking."""


@transaction.atomic
def propose(
    *, version: QuestionVersion, content: dict[str, Any], reason: str, takes_passes: bool = False, by: User
) -> Repair:
    """Say what the key should be, and foresee what that would change. Nothing is changed by it.

    Raises OtherQuestion, SameKey, AlreadyProposed, NotAskable.
    """
    if not rules.asks_the_same(version.content, content):
        raise OtherQuestion
    if found := stored.problems(stored.load(content)):
        raise NotAskable(*found)
    _lock(version.question_id)
    if Repair.objects.waiting().filter(question=version.question_id).exists():
        raise AlreadyProposed
    if content == key_in_force(version):
        raise SameKey
    repair = Repair(
        question_id=version.question_id,
        version=version,
        content=content,
        reason=reason,
        takes_passes=takes_passes,
        proposed_by=by,
    )
    repair.effects = rescoring.foresee(repair).effects()
    repair.save()
    log(instance=repair, action="quizzes.repair.propose", user=by, data={"effects": repair.effects})
    return repair


def key_in_force(version: QuestionVersion) -> dict[str, Any]:
    """The content by which answers to a version are marked now. One query."""
    return queries.repaired_keys([version.pk]).get(version.pk, version.content)


def key_before(repair: Repair) -> dict[str, Any]:
    """The content by which answers were marked when `repair` was, or is, to be decided. One query."""
    earlier = Repair.objects.filter(covers=repair.version_id, approved_at__isnull=False)
    if not repair.is_waiting:
        earlier = earlier.filter(approved_at__lt=repair.approved_at or repair.declined_at)
    last = earlier.order_by("-approved_at", "-pk").first()
    return last.content if last else repair.version.content


@transaction.atomic
def decline(*, repair: Repair, by: User) -> Repair:
    """Put a proposal aside; its proposer may, too. Raises AlreadyDecided."""
    repair = _undecided(repair)
    repair.declined_by, repair.declined_at = by, timezone.now()
    repair.save(update_fields=["declined_by", "declined_at"])
    log(instance=repair, action="quizzes.repair.decline", user=by)
    return repair


@transaction.atomic
def request_approval(*, repair: Repair, by: User) -> Repair:
    """Have a key put in force by a job. Raises AlreadyDecided, OwnProposal."""
    repair = _undecided(repair)
    if repair.proposed_by_id == by.pk:
        raise OwnProposal
    repair.approving_by = by
    repair.turn += 1
    repair.save(update_fields=["approving_by", "turn"])
    enqueue("repairs.approve", key=desk.approval_key(repair), repair_id=repair.pk, by=by.pk)
    return repair


@transaction.atomic
def approve(*, repair: Repair, by: User) -> Repair:
    """Put a key in force: for papers to come, papers that are open, and all that were handed in.

    What follows from it in the layers above is left to a further job. Raises AlreadyDecided, OwnProposal.
    """
    repair = _waiting(repair)
    if repair.proposed_by_id == by.pk:
        raise OwnProposal
    question = _lock(repair.question_id)
    versions = rescoring.covered(repair)
    if question.current in versions:
        versions.append(add_version(question=question, content=repair.content, by=by, is_passed=True))
    _lock_attempts(versions)
    found = rescoring.foresee(repair)
    repair.effects = found.effects()
    repair.approved_by, repair.approved_at = by, timezone.now()
    repair.save(update_fields=["effects", "approved_by", "approved_at"])
    repair.covers.set(versions)
    _write_scores(repair, found)
    log(instance=repair, action="quizzes.repair.approve", user=by, data={"effects": repair.effects})
    return repair


def _lock(question_id: int) -> Question:
    return Question.objects.select_for_update(no_key=True).get(pk=question_id)


def _waiting(repair: Repair) -> Repair:
    repair = Repair.objects.select_for_update(no_key=True).get(pk=repair.pk)
    if not repair.is_waiting:
        raise AlreadyDecided
    return repair


def _undecided(repair: Repair) -> Repair:
    """The row locked, while nobody has decided: nor approved it to a job that is still to come."""
    repair = _waiting(repair)
    progress = desk.progress_of(repair)
    if progress.is_approving and not progress.has_stopped:
        raise AlreadyDecided
    return repair


def _lock_attempts(versions: list[QuestionVersion]) -> None:
    """Keep still every attempt that holds the question.

    An open one, too: handed in at this moment it is waited for and counted, handed in later it is marked by
    the new key.
    """
    asked = {version.pk for version in versions}
    running = Attempt.objects.filter(submitted_at=None).values_list("pk", "paper")
    still_open = [pk for pk, paper in running if any(version in asked for version, _order in paper)]
    held = rescoring.holding(versions).values("pk")
    for rows in (Attempt.objects.filter(pk__in=still_open), Attempt.objects.filter(pk__in=held)):
        list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _write_scores(repair: Repair, found: rescoring.Rescoring) -> None:
    ResponseScore.objects.bulk_create(
        [ResponseScore(response_id=pk, repair=repair, score=score) for pk, score in found.scores.items()],
        batch_size=BATCH,
    )
    flipped = []
    for pk, outcome in found.outcomes.items():
        attempt = found.attempts[pk]
        passed = outcome.passes_now(takes_passes=repair.takes_passes)
        if passed != attempt.passed:
            flipped.append(attempt.learner_id)
        attempt.score, attempt.passed = outcome.score, passed
    Attempt.objects.bulk_update(found.attempts.values(), ["score", "passed"], batch_size=BATCH)
    if flipped:
        learners = sorted(set(flipped))
        enqueue("repairs.announce", key=desk.announcement_key(repair), learners=learners)


@transaction.atomic
def mark_answer(*, response: Response, score: Decimal, comment: str, by: User) -> ResponseScore:
    """Give an answer what it is worth, once. The last of an attempt's answers gives the attempt its result.

    Raises OwnAnswer, AlreadyMarked.
    """
    attempt = Attempt.objects.select_for_update(no_key=True).get(pk=response.attempt_id)
    if attempt.learner_id == by.pk:
        raise OwnAnswer
    if not Response.objects.waiting().filter(pk=response.pk).exists():
        raise AlreadyMarked
    given = ResponseScore.objects.create(response=response, marked_by=by, score=score, comment=comment)
    outcome = rescoring.outcome_of(attempt)
    if outcome.score is not None:
        attempt.score, attempt.passed = outcome.score, outcome.would_pass
        attempt.save(update_fields=["score", "passed"])
        announce_progress(attempt.learner)
    return given
