"""Writing what a plan says, in few statements."""

from __future__ import annotations

from collections.abc import Sequence

from organizations.models import User

from ..bank import AT_ONCE, Wording, add_wordings
from ..items.stored import dump
from ..models import Question, Tag
from ..pictures import keep_all
from .plans import ADDED, CHANGED, Plan, Planned

DETAILS = ["module", "capability", "difficulty"]


def write(found: Plan, by: User | None) -> None:
    """Write all of it, within a transaction. Raises IntegrityError if one of these was added meanwhile."""
    added, changed = found.of(ADDED), found.of(CHANGED)
    new = [Question(key=row.key, **row.details.given()) for row in added]
    wordings = [Wording(question, dump(row.item)) for question, row in zip(new, added, strict=True)]
    reworded = [row for row in changed if row.differences or row.question.current is None]  # type: ignore[union-attr]
    wordings += [Wording(_question(row), dump(row.item)) for row in reworded]
    keep_all({name: png for row in (*added, *changed) for name, png in row.pictures.items()}, by=by)
    add_wordings(wordings=wordings, by=by)
    for row in changed:
        for name, value in row.details.given().items():
            setattr(row.question, name, value)
    Question.objects.bulk_update(
        [_question(row) for row in changed if row.changed], DETAILS, batch_size=AT_ONCE
    )
    tagged = [(question, row.details.tags) for question, row in zip(new, added, strict=True)]
    tagged += [(_question(row), row.details.tags) for row in changed if "tags" in row.changed]
    _tag([(question, names) for question, names in tagged if names])


def _question(row: Planned) -> Question:
    if row.question is None:
        raise ValueError(row.key)
    return row.question


def _tag(tagged: Sequence[tuple[Question, tuple[str, ...]]]) -> None:
    """Let these words, and no others, stand at these questions."""
    names = {name for _, listed in tagged for name in listed}
    Tag.objects.bulk_create([Tag(name=name) for name in sorted(names)], ignore_conflicts=True)
    known = dict(Tag.objects.filter(name__in=names).values_list("name", "pk"))
    through = Question.tags.through
    through.objects.filter(question__in=[question.pk for question, _ in tagged]).delete()
    through.objects.bulk_create(
        [
            through(question_id=question.pk, tag_id=known[name])
            for question, listed in tagged
            for name in listed
        ],
        batch_size=AT_ONCE,
    )
