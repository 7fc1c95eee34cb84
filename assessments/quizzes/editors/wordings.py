"""A question's versions as editors read them: who, when, and what changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..items.differences import Difference, differences
from ..models import Attempt, Question, QuestionVersion, Response, Section

WORDS = {
    "kind": _("kind"),
    "stem": _("question"),
    "feedback": _("feedback"),
    "options": _("option"),
    "prompts": _("prompt"),
    "gaps": _("gap"),
    "parts": _("question of the text"),
    "text": _("wording"),
    "score": _("points"),
    "image": _("picture"),
    "figure": _("picture of the question"),
    "figure_text": _("what the picture shows"),
    "rule": _("marking"),
    "shuffle": _("options in any order"),
    "answer": _("what fits"),
    "answers": _("answers that count"),
    "has_case": _("capital letters matter"),
    "unit": _("unit"),
    "guide": _("how to mark it"),
    "sample": _("example of an answer"),
    "order": _("order"),
}
SHORT_NAME = 8
"""Letters shown of a picture's name."""

DETAILS = {
    "module_id": _("module"),
    "capability_id": _("capability"),
    "difficulty": _("difficulty"),
    "tags": _("tags"),
    "content": _("question"),
}


@dataclass(frozen=True)
class Change:
    """One difference, in words."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Wording:
    """A version, what it changed in the one before it, and how many papers hold it."""

    version: QuestionVersion
    changes: list[Change]
    papers: int


def changes(found: Iterable[Difference]) -> list[Change]:
    """Differences in the reader's language."""
    return [Change(" ".join([str(WORDS[one.what]), *one.where]), *_sides(one)) for one in found]


def _sides(one: Difference) -> tuple[str, str]:
    """What was and what is; of pictures' names only as much as tells them apart."""
    length = SHORT_NAME if one.what in {"image", "figure"} else None
    return one.before[:length], one.after[:length]


def details(names: Iterable[str]) -> str:
    """The names of fields of a question, in a row."""
    return gettext(", ").join(str(DETAILS[name]) for name in names)


def wordings(question: Question) -> list[Wording]:
    """A question's versions, newest first. Three queries."""
    versions = list(question.versions.select_related("created_by").order_by("number"))
    papers = papers_of(versions)
    found = []
    for before, version in zip([None, *versions], versions, strict=False):
        changed = changes(differences(before.item, version.item)) if before else []
        found.append(Wording(version, changed, papers[version.pk]))
    return found[::-1]


def papers_of(versions: Iterable[QuestionVersion]) -> dict[int, int]:
    """Version's id to the number of papers that hold it, open ones too. Two queries."""
    ids = [version.pk for version in versions]
    rows = Response.objects.filter(version__in=ids).values_list("version")
    counted = dict(rows.annotate(Count("attempt", distinct=True)))
    for paper in Attempt.objects.filter(submitted_at=None).values_list("paper", flat=True):
        for pk, _order in paper:
            counted[pk] = counted.get(pk, 0) + 1
    return {pk: counted.get(pk, 0) for pk in ids}


def sections_naming(question: Question) -> list[Section]:
    """Sections that name a question, each with its quiz."""
    return list(Section.objects.filter(named__question=question).select_related("quiz"))


def sections_drawing(question: Question) -> list[Section]:
    """Sections that may draw a question, if it is in use: what they ask for is true of it.

    None for one that a person marks: those are named only.
    """
    if question.current and question.current.needs_marker:
        return []
    dimension = question.capability.dimension if question.capability else ""
    tags = set(question.tags.values_list("pk", flat=True))
    sections = Section.objects.filter(count__gt=0).select_related("quiz")
    return [
        section
        for section in sections
        if section.module_id in {None, question.module_id}
        and section.capability_id in {None, question.capability_id}
        and section.dimension in {"", dimension}
        and section.difficulty in {"", question.difficulty}
        and section.tag_id in {None, *tags}
    ]
