"""Taking a quiz. The paper is frozen at the start, answers are kept as they come, the clock is the server's.

An attempt's row is its own record, so nothing of this is written to the log.
"""

from __future__ import annotations

import logging
import random
import secrets
from collections.abc import Callable, Collection, Mapping
from copy import copy
from datetime import datetime, timedelta
from typing import cast

from django.db import IntegrityError, transaction
from django.db.models import Field, QuerySet
from django.utils import timezone

from courses.signals import announce_progress
from organizations.models import User
from organizations.prepared import Given, PreparedUpdate

from . import queries, rules
from .items.kinds import Answer, Choice, Item, Matching, Ordering, Passage
from .items.marking import has_content, mark
from .models import Attempt, QuestionVersion, Quiz, Response

logger = logging.getLogger(__name__)

Answers = Mapping[str, Answer | None]
"""Id of the version to what was answered; None or nothing in it where an answer was taken back."""


class AlreadyPassed(Exception):
    """The quiz has been passed: there is nothing left to take."""


class AttemptsUsedUp(Exception):
    """No attempt is left at this quiz."""


class NoQuestions(Exception):
    """The quiz has no question in use yet."""


class NotOpen(Exception):
    """The quiz has not opened yet, or has closed."""


class TakenElsewhere(Exception):
    """The paper was opened on another page since: only that one may send answers."""


ONE_BY_ONE_MINUTES = 14 * 24 * 60
"""How long questions that come one by one may take: nobody hurries, and what is left lying is closed."""


def start(*, quiz: Quiz, by: User, one_by_one: bool = False) -> Attempt:
    """Begin an attempt, or go on with the open one: asked twice, it gives the same attempt.

    One whose time is up is closed first. With `one_by_one` a new attempt has no question yet.
    Raises AlreadyPassed, AttemptsUsedUp, NoQuestions, NotOpen.
    """
    # No lock, for which the others would have to wait: the database lets one attempt be open, and has each
    # number once. So of two requests at once one finds, when it looks again, what the other has begun.
    try:
        return _start(quiz, by, one_by_one)
    except IntegrityError:
        return _start(quiz, by, one_by_one)


def _start(quiz: Quiz, learner: User, one_by_one: bool) -> Attempt:
    entrant, attempts = queries.entrant(quiz, learner), queries.history(quiz, learner)
    if attempts and attempts[0].is_open:
        return attempts[0]
    if attempts and attempts[0].is_overdue:
        attempts[0] = close(attempt=attempts[0])
        if attempts[0].is_open:
            return attempts[0]
    if quiz.purpose != Quiz.Purpose.DIAGNOSTIC and any(attempt.passed for attempt in attempts):
        raise AlreadyPassed
    if len(attempts) >= entrant.allowance.attempts:
        raise AttemptsUsedUp
    if not quiz.is_open():
        raise NotOpen
    return _begin(quiz, learner, entrant, attempts, one_by_one)


def _begin(
    quiz: Quiz, learner: User, entrant: queries.Entrant, before: list[Attempt], one_by_one: bool
) -> Attempt:
    paper = [] if one_by_one else _paper(quiz, learner, entrant, seen=queries.seen(before))
    if not paper and not one_by_one:
        raise NoQuestions
    now = timezone.now()
    minutes = ONE_BY_ONE_MINUTES if one_by_one else entrant.allowance.minutes
    with transaction.atomic():  # a collision must not spoil a transaction that the caller has begun
        return Attempt.objects.create(
            quiz=quiz,
            learner=learner,
            school_id=entrant.school,
            number=len(before) + 1,
            one_by_one=one_by_one,
            paper=paper,
            total=len(paper),
            pass_share=quiz.pass_share,
            started_at=now,
            due_at=_due_at(quiz, now, minutes),
        )


def _due_at(quiz: Quiz, started_at: datetime, minutes: int) -> datetime:
    due = started_at + timedelta(minutes=minutes)
    return min(due, quiz.closes_at) if quiz.closes_at else due


def _paper(
    quiz: Quiz, learner: User, entrant: queries.Entrant, *, seen: Mapping[int, int]
) -> list[tuple[int, list[str]]]:
    """A paper: version ids, each with its options in the order in which they will be shown."""
    chosen: dict[int, int] = {}
    # Who works nowhere goes round alone: a school of all of them would give each the same paper.
    school = entrant.school or f"of {learner.pk}"
    for section, pool in queries.kept_pools(quiz):
        if section.count:
            drawn = rules.draw(
                list(pool),
                section.count,
                seen={question: seen[version] for question, version in pool.items()},
                taken=chosen,
                turn=entrant.turn,
                school_seed=f"{quiz.pk}:{section.pk}:{school}",
            )
            random.shuffle(drawn)
        else:
            drawn = [question for question in pool if question not in chosen]
        chosen |= {question: pool[question] for question in drawn}
    found = queries.versions(chosen.values())
    return [(version, shown_order(found[version].item)) for version in chosen.values()]


def shown_order(item: Item) -> list[str]:
    """Ids of the options in the order in which this paper shows them; of a passage, "part.option"."""
    if isinstance(item, Passage):
        return [f"{part.id}.{option}" for part in item.parts for option in shown_order(part.item)]
    if not isinstance(item, Choice | Matching | Ordering):
        return []
    ids = [option.id for option in item.options]
    if isinstance(item, Choice) and (not item.shuffle or item.kind == "truefalse"):
        return ids
    return random.sample(ids, len(ids))


def open_paper(*, attempt: Attempt, by: User) -> Attempt:
    """Give the page that is opened now the right to send answers, and take it from any other.

    What comes back has all answers that were acknowledged until then; one that was handed in meanwhile
    comes back as it is. Raises Attempt.DoesNotExist for somebody else's.
    """
    opened, lease = copy(attempt), secrets.token_urlsafe(16)
    while not _open_as_read.run(**_as_read(opened, by), new_lease=lease):
        opened = queries.attempt(attempt.pk, by)
        opened.quiz = attempt.quiz
        if opened.submitted_at is not None:
            return opened
    opened.lease = lease
    _prolong(opened)
    return opened


AS_READ = ("lease", "sequence", "answers")
"""What tells that nothing came between."""
KEPT = ("answers", "seconds", "sequence", "saved_at")
"""What a save writes."""


def _unchanged() -> QuerySet[Attempt]:
    """An open attempt, if nothing came between its reading and what is done to it now.

    Takes the place of a lock, with half as many round trips: who finds nothing reads it again.
    """
    return Attempt.objects.visible_to(Given("learner")).filter(
        pk=Given("pk"), submitted_at=None, **{name: _of(name) for name in AS_READ}
    )


def _of(name: str, given: str = "") -> Given:
    return Given(given or name, cast(Field, Attempt._meta.get_field(name)))


def _as_read(attempt: Attempt, learner: User) -> dict[str, object]:
    """What `_unchanged` is asked with."""
    return {"pk": attempt.pk, "learner": learner.pk} | {name: getattr(attempt, name) for name in AS_READ}


_open_as_read = PreparedUpdate(_unchanged, lease=_of("lease", "new_lease"))
_keep_as_read = PreparedUpdate(_unchanged, **{name: _of(name, f"new_{name}") for name in KEPT})


def save_answers(
    *,
    attempt_id: int,
    read: Callable[[list[QuestionVersion]], Answers],
    about: Collection[str] = (),
    seconds: Mapping[str, int],
    lease: str,
    sequence: int | None = None,
    by: User,
) -> Attempt:
    """Keep answers as they come. Others stay as they are; a message that came before changes nothing.

    `read` gets the paper, or of it the versions with the ids in `about`, and returns the answers. A message
    was taken if the attempt's `sequence` is its own afterwards; a whole form has no number and is always
    taken. A paper that was handed in, or whose time is up, stays as it is. Raises TakenElsewhere, and
    Attempt.DoesNotExist for somebody else's.
    """
    while True:
        attempt = queries.attempt(attempt_id, by)
        if attempt.is_overdue:
            _prolong(attempt)
        if not attempt.is_open:
            return attempt
        if attempt.lease != lease:
            raise TakenElsewhere
        number = attempt.sequence + 1 if sequence is None else sequence
        if number <= attempt.sequence:
            return attempt
        as_read = _as_read(attempt, by)
        _merge(attempt, read(queries.paper_of(attempt, about)), seconds)
        attempt.sequence, attempt.saved_at = number, timezone.now()
        if _keep_as_read.run(**as_read, **{f"new_{name}": getattr(attempt, name) for name in KEPT}):
            return attempt


def _merge(attempt: Attempt, answers: Answers, seconds: Mapping[str, int]) -> None:
    asked = {str(pk) for pk, _order in attempt.paper}
    merged = attempt.answers | {key: answer for key, answer in answers.items() if key in asked}
    attempt.answers = {key: answer for key, answer in merged.items() if has_content(answer)}
    known = {key: max(value, attempt.seconds.get(key, 0)) for key, value in seconds.items() if key in asked}
    attempt.seconds = attempt.seconds | known


@transaction.atomic
def add_missing(*, attempt: Attempt, answers: Answers, by: User) -> Attempt:
    """Keep the answers of a page that may no longer send any, but only to questions that have none yet."""
    attempt = _locked(attempt.pk, by)
    if attempt.is_open:
        _merge(attempt, {key: answer for key, answer in answers.items() if key not in attempt.answers}, {})
        attempt.save(update_fields=["answers"])
    return attempt


@transaction.atomic
def submit(
    *, attempt: Attempt, answers: Answers, by: User, lease: str, seconds: Mapping[str, int] | None = None
) -> Attempt:
    """Hand in and mark a paper. Handed in again, it returns the first result and changes nothing.

    `answers` join those kept before. After time is up and GRACE is over, only what was kept counts.
    Raises TakenElsewhere.
    """
    quiz, attempt = attempt.quiz, _locked(attempt.pk, by)
    if attempt.submitted_at is not None:
        return attempt
    attempt.quiz, attempt.learner = quiz, by
    if attempt.is_open:
        if attempt.lease != lease:
            raise TakenElsewhere
        _merge(attempt, answers, seconds or {})
    return _finish(attempt)


@transaction.atomic
def close(*, attempt: Attempt) -> Attempt:
    """Mark an attempt whose time is up, with what was kept. One that was handed in stays as it is."""
    attempt = Attempt.objects.select_for_update(no_key=True).get(pk=attempt.pk)
    if attempt.is_overdue:
        _prolong(attempt)
    return _finish(attempt) if attempt.is_overdue else attempt


def close_overdue() -> int:
    """Mark all attempts whose time is up. Returns how many; running it twice is harmless."""
    closed = 0
    for pk in list(Attempt.objects.overdue().values_list("pk", flat=True)):
        try:
            close(attempt=Attempt(pk=pk))
        except Exception:
            # One that cannot be marked must not keep the others from being marked.
            logger.exception("attempt %s was not closed", pk)
        else:
            closed += 1
    return closed


def _finish(attempt: Attempt) -> Attempt:
    paper = queries.corrected_paper_of(attempt)
    marks = [mark(version.item, attempt.answers.get(str(version.pk))) for version in paper]
    found = rules.result([mark.score for mark in marks], pass_share=attempt.pass_share)
    attempt.score, attempt.passed = found.score, found.passed
    attempt.submitted_at = timezone.now()
    attempt.save(update_fields=["answers", "seconds", "score", "passed", "submitted_at"])
    Response.objects.bulk_create(
        response
        for position, version in enumerate(paper, 1)
        for response in _responses(attempt, position, version)
    )
    if attempt.passed or attempt.quiz.purpose == Quiz.Purpose.DIAGNOSTIC:
        announce_progress(attempt.learner, may_wait=True)
    return attempt


def _responses(attempt: Attempt, position: int, version: QuestionVersion) -> list[Response]:
    """What was answered to a question: a row, or one for each part of a passage."""
    key, item = str(version.pk), version.item
    answer = attempt.answers.get(key)
    places = [("", item, answer)]
    if isinstance(item, Passage):
        given = answer if isinstance(answer, dict) else {}
        places = [(part.id, part.item, given.get(part.id)) for part in item.parts]
    seconds = attempt.seconds.get(key)
    rows = []
    for part, asked, given_answer in places:
        marked = mark(asked, given_answer)
        rows.append(
            Response(
                attempt=attempt,
                version=version,
                part=part,
                position=position,
                answer=given_answer,
                is_answered=marked.is_answered,
                score=marked.score,
                seconds=seconds if not part else None,
                answered_at=attempt.saved_at or timezone.now(),
            )
        )
    return rows


def _locked(attempt_id: int, learner: User) -> Attempt:
    attempt = Attempt.objects.visible_to(learner).select_for_update(no_key=True).get(pk=attempt_id)
    if attempt.is_overdue:
        _prolong(attempt)
    return attempt


def _prolong(attempt: Attempt) -> None:
    """Give an open attempt the minutes that were granted since it began: time only ever gets longer.

    Looked at when a page is opened and before an attempt counts as overdue, so that a save asks for nothing
    more. One that was closed before minutes were granted stays closed: then a further attempt is granted.
    """
    minutes = queries.allowance(attempt.quiz, attempt.learner_id).minutes
    due = _due_at(attempt.quiz, attempt.started_at, minutes)
    if attempt.submitted_at is None and due > attempt.due_at:
        attempt.due_at = due
        attempt.save(update_fields=["due_at"])
