"""Questions over the bank and people's attempts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from time import monotonic
from typing import Any

from django.conf import settings
from django.db.models import (
    CharField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.utils import timezone

from organizations.models import Posting, User
from organizations.prepared import Given, Ids, Prepared

from .models import Attempt, Extension, Question, QuestionVersion, Quiz, Repair, ResponseScore, Section

_read: dict[int, QuestionVersion] = {}
"""Versions that this process has read. They never change, so they need no cache that others share: no
message is sent for them, and each is parsed once."""

MOST_KEPT = 5000
"""Versions kept in memory: some ten megabytes."""


Pools = list[tuple[Section, dict[int, int]]]
"""Each section of a quiz, with question's id to its version's of all that it may hold."""

_pools: dict[int, tuple[float, Pools]] = {}
"""Quiz's id to when this process read its pools, and what it read."""


@dataclass(frozen=True)
class Allowance:
    """What one person may do at one quiz."""

    minutes: int
    attempts: int


@dataclass(frozen=True)
class Entrant:
    """Somebody who wants to begin an attempt at a quiz."""

    allowance: Allowance
    school: int | None
    """Where they work today, by id."""
    turn: int
    """How many attempts that school has begun."""


_live: Prepared[Quiz] = Prepared(
    lambda: Quiz.objects.live().filter(code=Given("code", CharField())).select_related(None)
)
_attempt: Prepared[Attempt] = Prepared(
    lambda: Attempt.objects.visible_to(Given("learner")).filter(pk=Given("pk"))
)
_attempt_of_quiz: Prepared[Attempt] = Prepared(
    lambda: Attempt.objects.visible_to(Given("learner")).filter(pk=Given("pk")).select_related("quiz__module")
)
_history: Prepared[Attempt] = Prepared(
    lambda: (
        Attempt.objects.visible_to(Given("learner"))
        .filter(quiz=Given("quiz"))
        .defer("answers", "seconds")
        .order_by("-number")
    )
)
_extension: Prepared[Extension] = Prepared(
    lambda: Extension.objects.filter(quiz=Given("quiz"), learner=Given("learner"))
)


@Prepared
def _entrant() -> QuerySet[User, tuple[int | None, int | None, int | None, int | None]]:
    """Further minutes and attempts, the school of today, how many attempts it has begun."""
    extra = Extension.objects.filter(quiz=Given("quiz"), learner=OuterRef("pk"))
    postings = Posting.objects.current(on=Given("today", DateField())).filter(person=OuterRef("pk"))
    colleagues = Attempt.objects.filter(quiz=Given("quiz"), school=OuterRef("works_in")).order_by()
    return (
        User.objects.filter(pk=Given("learner"))
        .annotate(works_in=Subquery(postings.order_by("pk").values("organization")[:1]))
        .values_list(
            Subquery(extra.values("minutes")),
            Subquery(extra.values("attempts")),
            "works_in",
            Subquery(colleagues.values("quiz").annotate(begun=Count("pk")).values("begun")),
        )
    )


_passes: Prepared[tuple[int, int]] = Prepared(
    lambda: (
        Attempt.objects.filter(
            learner__among=Given("learners", Ids()), passed=True, quiz__module__isnull=False
        )
        .values_list("learner_id", "quiz__module_id")
        .distinct()
    )
)
_quizzes_of: Prepared[tuple[int, bool]] = Prepared(
    lambda: Quiz.objects.filter(module__among=Given("modules", Ids())).values_list(
        "module_id",
        Exists(Attempt.objects.filter(quiz=OuterRef("pk"), learner=Given("learner"), passed=True)),
    )
)
_keys: Prepared[tuple[int, dict[str, Any]]] = Prepared(
    lambda: (
        Repair.objects.filter(approved_at__isnull=False, covers__among=Given("versions", Ids()))
        .order_by("approved_at", "pk")
        .values_list("covers", "content")
    )
)
_later: Prepared[ResponseScore] = Prepared(
    lambda: (
        ResponseScore.objects.filter(response__attempt=Given("attempt"))
        .select_related("response")
        .order_by("pk")
    )
)


_recomputed: Prepared[Attempt] = Prepared(
    lambda: (
        Attempt.objects.visible_to(Given("learner"))
        .filter(
            Exists(
                ResponseScore.objects.filter(
                    response__attempt=OuterRef("pk"),
                    repair__isnull=False,
                    created_at__gte=Given("since", DateTimeField()),
                )
            ),
            score__isnull=False,
        )
        .exclude(quiz__purpose=Quiz.Purpose.DIAGNOSTIC)
        .select_related("quiz")
        .defer("paper", "answers", "seconds")
        .order_by("-pk")
    )
)


def live_quiz(code: str) -> Quiz:
    """A quiz that can be seen, without its module. Raises Quiz.DoesNotExist."""
    return _live.get(code=code)


def attempt(pk: int, learner: User, *, with_quiz: bool = False) -> Attempt:
    """A learner's own attempt; `with_quiz` reads its quiz and module too. Raises Attempt.DoesNotExist."""
    asked = _attempt_of_quiz if with_quiz else _attempt
    return asked.get(pk=pk, learner=learner.pk)


def versions(pks: Iterable[int]) -> dict[int, QuestionVersion]:
    """Versions by id, for reading only. One query for those that this process has not read yet."""
    wanted = set(pks)
    found = {pk: version for pk in wanted if (version := _read.get(pk))}
    if missing := wanted - found.keys():
        read = QuestionVersion.objects.in_bulk(missing)
        if len(_read) + len(read) > MOST_KEPT:
            _read.clear()
        _read.update(read)
        found |= read
    return found


def forget() -> None:
    """For tests, whose databases give the same ids to other rows."""
    _read.clear()
    _pools.clear()


def paper_of(attempt: Attempt, about: Collection[str] = ()) -> list[QuestionVersion]:
    """The versions on an attempt's paper, in order; only those with these ids, if any are given."""
    pks = [pk for pk, _order in attempt.paper if not about or str(pk) in about]
    found = versions(pks)
    return [found[pk] for pk in pks]


def corrected_paper_of(attempt: Attempt) -> list[QuestionVersion]:
    """As `paper_of`, each version with the key by which it is marked now. A query more."""
    paper = paper_of(attempt)
    keys = repaired_keys(version.pk for version in paper)
    return [_with_key(version, keys[version.pk]) if version.pk in keys else version for version in paper]


def _with_key(version: QuestionVersion, content: dict[str, Any]) -> QuestionVersion:
    """For reading only: the row itself keeps what it said."""
    corrected = copy(version)
    corrected.content = content
    corrected.__dict__.pop("item", None)
    return corrected


def repaired_keys(versions: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Version's id to its content with the key that was approved last; those never repaired are missing."""
    wanted = list(versions)
    return dict(_keys.rows(versions=wanted)) if wanted else {}


def later_scores(attempt: Attempt) -> list[ResponseScore]:
    """What people and corrected keys gave to an attempt's answers, oldest first. One query."""
    return _later.rows(attempt=attempt.pk)


def recomputed(learner: User) -> list[Attempt]:
    """A learner's attempts whose score a corrected key changed of late, newest first, each with its quiz.

    Of late: within `settings.CORRECTION_NOTICE_DAYS`. None of a diagnosis, which nobody passes. One query.
    """
    since = timezone.now() - timedelta(days=settings.CORRECTION_NOTICE_DAYS)
    return _recomputed.rows(learner=learner.pk, since=since)


def kept_pools(quiz: Quiz) -> Pools:
    """As `pools`, as this process read it within the last `settings.POOLS_KEPT_S` seconds.

    Where a whole school starts at once, all draw from what one of them has read. What changes in the bank
    meanwhile is in the papers of those who start after that.
    """
    now = monotonic()
    read_at, found = _pools.get(quiz.pk, (-inf, []))
    if now - read_at >= settings.POOLS_KEPT_S:
        found = pools(quiz)
        _pools[quiz.pk] = now, found
    return found


def pools(quiz: Quiz) -> Pools:
    """Each section, with all questions in use that it may hold. Two queries.

    Named questions come in the order in which the section names them. Only a section that names its
    questions may hold those that a person has to mark.
    """
    sections = list(quiz.sections.all())
    found: dict[int, dict[int, int]] = {section.pk: {} for section in sections}
    if sections:
        first, *others = (
            _candidates(section).order_by().values_list(Value(section.pk), "place", "pk", "asked")
            for section in sections
        )
        for section_pk, _place, question, version in sorted(first.union(*others, all=True)):
            found[section_pk][question] = version
    return [(section, found[section.pk]) for section in sections]


def _candidates(section: Section) -> QuerySet:
    questions = Question.objects.in_use()
    if not section.count:
        return questions.filter(named_in__section=section).annotate(place=F("named_in__position"))
    wanted = {
        name: getattr(section, name)
        for name in ("module_id", "capability_id", "difficulty")
        if getattr(section, name)
    }
    if section.dimension:
        wanted["capability__dimension"] = section.dimension
    if section.tag_id:
        wanted["tags"] = section.tag_id
    return questions.marked_at_once().filter(**wanted).annotate(place=Value(0))


def size(quiz: Quiz) -> int:
    """How many questions a paper has, if the bank holds enough. Two queries at most."""
    in_use = Q(named__question__in=Question.objects.in_use())
    sections = list(quiz.sections.annotate(listed=Count("named", filter=in_use)))
    return sum(section.count or section.listed for section in sections)


def seen(attempts: Iterable[Attempt]) -> Counter[int]:
    """Version's id to how often it was on one of these papers."""
    return Counter(pk for attempt in attempts for pk, _order in attempt.paper)


def history(quiz: Quiz, learner: User) -> list[Attempt]:
    """A learner's attempts at a quiz, newest first, without the answers. One query."""
    return _history.rows(quiz=quiz.pk, learner=learner.pk)


def allowance(quiz: Quiz, learner: int) -> Allowance:
    """Minutes and attempts that a learner (by id) has at a quiz, extensions counted. One query."""
    extra = _extension.rows(quiz=quiz.pk, learner=learner)
    return Allowance(
        minutes=quiz.minutes + sum(extension.minutes for extension in extra),
        attempts=quiz.attempts_allowed + sum(extension.attempts for extension in extra),
    )


def entrant(quiz: Quiz, learner: User) -> Entrant:
    """Of somebody who wants to begin an attempt at a quiz. One query."""
    today = timezone.localdate()
    minutes, attempts, school, turn = _entrant.get(quiz=quiz.pk, learner=learner.pk, today=today)
    return Entrant(
        allowance=Allowance(quiz.minutes + (minutes or 0), quiz.attempts_allowed + (attempts or 0)),
        school=school,
        turn=turn or 0,
    )


def quizzes_of(modules: Collection[int], learner: User) -> dict[int, bool]:
    """Those `modules` (by id) that close with a quiz, and whether `learner` passed it. One query."""
    return dict(_quizzes_of.rows(modules=modules, learner=learner.pk))


def quizzes_passed(learners: Collection[int]) -> dict[int, set[int]]:
    """Learner's id to the ids of the modules whose quiz the learner has passed. One query."""
    passed: dict[int, set[int]] = defaultdict(set)
    for learner, module in _passes.rows(learners=learners):
        passed[learner].add(module)
    return passed
