"""What changes the bank."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from organizations.models import User

from .items import stored
from .items.kinds import Item, Passage, Short
from .models import Question, QuestionVersion


class NotAskable(Exception):
    """The item has problems, whose codes are the arguments; `formats.messages` words them."""


@transaction.atomic
def add_version(*, question: Question, content: dict[str, Any], by: User | None) -> QuestionVersion:
    """Give a question a further wording, which papers begun from now on will hold. Raises NotAskable.

    The same wording again adds nothing and returns the version that is there.
    """
    item = stored.load(content)
    if found := stored.problems(item):
        raise NotAskable(*found)
    latest = question.current
    if latest and latest.content == content:
        return latest
    version = QuestionVersion.objects.create(
        question=question,
        number=latest.number + 1 if latest else 1,
        kind=item.kind,
        stem=item.stem,
        content=content,
        needs_marker=needs_marker(item),
        created_by=by,
    )
    question.current = version
    question.save(update_fields=["current"])
    return version


def needs_marker(item: Item) -> bool:
    """Whether a person marks it, or a part of it."""
    if isinstance(item, Passage):
        return any(needs_marker(part.item) for part in item.parts)
    return isinstance(item, Short)
