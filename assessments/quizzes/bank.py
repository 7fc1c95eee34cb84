"""What changes the bank."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from wagtail.models import ModelLogEntry

from organizations.models import User

from . import rules
from .items import stored
from .items.kinds import Item, Passage, Short
from .items.pictures import images
from .models import Question, QuestionVersion, Section, SectionQuestion, Tag
from .pictures import missing

AT_ONCE = 500
"""How many rows one statement writes."""


class NotAskable(Exception):
    """The item has problems, whose codes are the arguments; `formats.messages` words them."""


class NotNext(Exception):
    """A question does not go from the status it has to that one."""


class OwnQuestion(Exception):
    """Somebody other than who wrote it, or a part of it, lets a question go to trial or into use."""


class NewerWording(Exception):
    """What would be passed is not what was seen: a question was reworded meanwhile."""


@dataclass(frozen=True)
class Wording:
    """A question, saved or not, and what it is to ask from now on: as `items.stored.dump` writes it."""

    question: Question
    content: dict[str, Any]


@transaction.atomic
def add_version(
    *, question: Question, content: dict[str, Any], by: User | None, is_passed: bool = False
) -> QuestionVersion:
    """Give a question a further wording. Raises NotAskable.

    Papers begun from now on hold it once a second person lets it go on by `set_status`; `is_passed` says that
    one has. Until then, where teachers are asked the question, they get the wording they had. The same
    wording again adds nothing and returns the version that is there.
    """
    row = Question.objects.select_for_update().get(pk=question.pk)
    current = row.current
    if current and current.content == content:
        _check(content)
        return current
    version = _version(question, content, after=current, by=by)
    _check_pictures([version])
    version.save()
    question.current = version
    # Of the row and not of `question`, which may have been read before its wording was passed.
    question.asked_id = version.pk if is_passed or not _needs_second_person(by) else row.asked_id
    question.save(update_fields=["current", "asked"])
    return version


def _needs_second_person(by: User | None) -> bool:
    """What an operator loads has no author, and waits for nobody."""
    return by is not None and settings.REVIEW_BY_SECOND_PERSON


@transaction.atomic
def add_wordings(*, wordings: Sequence[Wording], by: User | None) -> list[QuestionVersion]:
    """The same for thousands of questions at once, in a few statements; questions that are new are saved.

    Each wording must differ from the question's newest one. Raises NotAskable, and then nothing is written.
    """
    Question.objects.bulk_create([w.question for w in wordings if w.question.pk is None], batch_size=AT_ONCE)
    known = [w.question.pk for w in wordings]
    locked = Question.objects.select_for_update(of=("self",)).select_related("current").in_bulk(known)
    versions = [_version(w.question, w.content, after=locked[w.question.pk].current, by=by) for w in wordings]
    _check_pictures(versions)
    QuestionVersion.objects.bulk_create(versions, batch_size=AT_ONCE)
    newest = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number").values("pk")
    changed = [w.question.pk for w in wordings]
    for start in range(0, len(changed), AT_ONCE):
        some = Question.objects.filter(pk__in=changed[start : start + AT_ONCE])
        some.update(current=Subquery(newest[:1]))
        if not _needs_second_person(by):
            some.update(asked=F("current"))
    return versions


def fingerprint(questions: Iterable[Question]) -> str:
    """What stands for the wordings of these questions on a page: another one once any is reworded."""
    seen = sorted((question.pk, question.current_id or 0) for question in questions)
    return hashlib.sha256(repr(seen).encode()).hexdigest()


@transaction.atomic
def set_status(*, questions: Iterable[Question], status: str, by: User, seen: str | None = None) -> int:
    """Let questions go on to `status`, each with an entry in its log. Returns how many it was.

    On trial or in use, teachers are asked the newest wording from then on. One that is there already goes
    there again if its newest wording waits.

    `seen` is the fingerprint of what `by` was shown; pages always hand it in. Raises NewerWording if it has
    changed, NotNext if one of them does not go there from where it is, and OwnQuestion if somebody else has
    to say so; then none does.
    """
    rows = Question.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in questions])
    moved = list(rows.select_related("current").order_by("pk"))
    if seen is not None and seen != fingerprint(moved):
        raise NewerWording
    authors = _authors(moved)
    entries = []
    for question in moved:
        goes = status in rules.NEXT[question.status]
        goes = goes or (status == question.status and question.has_waiting_wording)
        if not goes or question.current_id is None:
            raise NotNext(question.key)
        if _needs_another(status, authors[question.pk], by):
            raise OwnQuestion(question.key)
        entries.append(_moved(question, status, by))
    # Not by log(), one by one: an import of thousands of drafts goes to review at once.
    ModelLogEntry.objects.bulk_create(entries, batch_size=AT_ONCE)
    rows = Question.objects.filter(pk__in=[question.pk for question in moved])
    if status in rules.ASKED_OF_TEACHERS:
        return rows.update(status=status, asked=F("current"))
    return rows.update(status=status)


def closed_to(question: Question, statuses: Iterable[str], by: User) -> list[str]:
    """To which of these somebody other than `by` has to let this question go. One query."""
    authors = _authors([question])[question.pk]
    return [status for status in statuses if _needs_another(status, authors, by)]


def _authors(questions: Iterable[Question]) -> dict[int, set[int]]:
    """Question's id to those who may not pass it. One query."""
    found: dict[int, set[int]] = defaultdict(set)
    versions = QuestionVersion.objects.to_be_passed().filter(question__in=[one.pk for one in questions])
    for question, author in versions.values_list("question_id", "created_by_id"):
        found[question].add(author)
    return found


def _needs_another(status: str, authors: Collection[int], by: User) -> bool:
    return rules.needs_another(
        status, authors=authors, by=by.pk, by_second_person=settings.REVIEW_BY_SECOND_PERSON
    )


def movable(questions: QuerySet[Question], status: str, by: User) -> QuerySet[Question]:
    """Those of these questions that `set_status` lets `by` move to `status`."""
    starts = [name for name, ends in rules.NEXT.items() if status in ends]
    waiting = Q(status=status, status__in=rules.ASKED_OF_TEACHERS) & ~Q(asked=F("current"))
    going = questions.filter(Q(status__in=starts) | waiting, current__isnull=False)
    if settings.REVIEW_BY_SECOND_PERSON and status in rules.ASKED_OF_TEACHERS:
        own = QuestionVersion.objects.to_be_passed().filter(question=OuterRef("pk"), created_by=by)
        going = going.filter(~Exists(own))
    return going.distinct()


@transaction.atomic
def set_tags(*, question: Question, names: Sequence[str]) -> None:
    """Let exactly these words stand at a question; words that are new are added to the bank's."""
    Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
    question.tags.set(Tag.objects.filter(name__in=names))


@transaction.atomic
def name_questions(*, section: Section, questions: Sequence[Question]) -> None:
    """Let a section name exactly these questions, in this order."""
    if list(section.named.values_list("question_id", flat=True)) == [question.pk for question in questions]:
        return
    section.named.all().delete()
    SectionQuestion.objects.bulk_create(
        SectionQuestion(section=section, question=question, position=position)
        for position, question in enumerate(questions, start=1)
    )


def needs_marker(item: Item) -> bool:
    """Whether a person marks it, or a part of it."""
    if isinstance(item, Passage):
        return any(needs_marker(part.item) for part in item.parts)
    return isinstance(item, Short)


def _moved(question: Question, status: str, by: User) -> ModelLogEntry:
    return ModelLogEntry(
        content_type=ContentType.objects.get_for_model(Question),
        object_id=str(question.pk),
        label=str(question),
        action="quizzes.status",
        timestamp=timezone.now(),
        user=by,
        data={"before": question.status, "after": status},
    )


def _check(content: dict[str, Any]) -> Item:
    item = stored.load(content)
    if found := stored.problems(item):
        raise NotAskable(*found)
    return item


def _check_pictures(versions: Iterable[QuestionVersion]) -> None:
    if missing(name for version in versions for name in images(version.item)):
        raise NotAskable("picture_unknown")


def _version(
    question: Question, content: dict[str, Any], *, after: QuestionVersion | None, by: User | None
) -> QuestionVersion:
    item = _check(content)
    return QuestionVersion(
        question=question,
        number=after.number + 1 if after else 1,
        kind=item.kind,
        stem=item.stem,
        content=content,
        needs_marker=needs_marker(item),
        created_by=by,
    )
