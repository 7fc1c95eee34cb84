"""Open questions as HTML, drawn once: most papers show what others have shown before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from . import queries
from .fields import QuestionField, question_field
from .items.kinds import Answer
from .models import QuestionVersion
from .pictures import shown

NUMBER = "\ufdef"
"""Stands for a question's number where it is drawn before it has one. Unicode never gives it a meaning;
private characters have one in older Chinese encodings, which write rare names with them."""

MOST_KEPT = 4096
"""Questions kept in memory, each in one order of its options and one language: some ten megabytes."""


def drawn(
    paper: Iterable[tuple[QuestionVersion, Sequence[str]]], answers: Mapping[str, Answer]
) -> list[SafeString]:
    """The questions of an open paper, each with the order in which it shows its options."""
    return [
        _answered(version, order, number, answers[str(version.pk)])
        if str(version.pk) in answers
        else _numbered(_unanswered(version.pk, tuple(order), get_language()), number)
        for number, (version, order) in enumerate(paper, start=1)
    ]


@lru_cache(maxsize=MOST_KEPT)
def _unanswered(pk: int, order: tuple[str, ...], _language: str | None) -> str:
    """A version never changes, and so neither does what is drawn of it."""
    return _html(_field(queries.versions([pk])[pk], order, NUMBER, None))


def _answered(version: QuestionVersion, order: Sequence[str], number: int, answer: Answer) -> SafeString:
    return _html(_field(version, order, str(number), answer))


def _field(
    version: QuestionVersion, order: Sequence[str], number: str, answer: Answer | None
) -> QuestionField:
    return question_field(
        version.item,
        name=str(version.pk),
        number=number,
        order=order,
        answer=answer,
        pictures=shown([version.item]),
    )


def _html(field: QuestionField) -> SafeString:
    return render_to_string("assessments/quizzes/question.html", {"field": field, "closed": False})


def _numbered(html: str, number: int) -> SafeString:
    return mark_safe(html.replace(NUMBER, str(number)))  # noqa: S308 - a template's output and digits


def forget() -> None:
    """For tests, whose databases give the same ids to other versions."""
    _unanswered.cache_clear()
