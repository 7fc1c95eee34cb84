"""Questions as HTML, each drawn once: most papers and results show what others have shown before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from .fields import OPEN, Showing, in_shown_order, question_field
from .items.kinds import Answer, Choice, Item, Matching, Ordering, Passage
from .models import QuestionVersion
from .pictures import shown

NUMBER = "\ufdef"
"""Stands for a question's number where it is drawn before it has one. Unicode never gives it a meaning;
private characters have one in older Chinese encodings, which write rare names with them."""

CUT = mark_safe("<!-- cut -->")
"""Stands before each option of a choice and behind the last, so that they can be put in any order. Nobody's
text holds it: there, "<" is escaped."""

MOST_KEPT = 4096
"""Questions kept in memory, each with one answer and in one language: some ten megabytes."""


def drawn(
    paper: Iterable[tuple[QuestionVersion, Sequence[str]]],
    answers: Mapping[str, Answer],
    showing: Showing = OPEN,
    *,
    closed: bool = False,
) -> list[SafeString]:
    """The questions of a paper, each with the order in which it shows its options.

    `closed`: whether they can no longer be answered.
    """
    return [
        _question(str(version.pk), version.item, number, order, answers.get(str(version.pk)), showing, closed)
        for number, (version, order) in enumerate(paper, start=1)
    ]


def _question(
    name: str,
    item: Item,
    number: int,
    order: Sequence[str],
    answer: Answer | None,
    showing: Showing,
    closed: bool,
) -> SafeString:
    if answer is not None and not _is_chosen(item):
        return _html(name, item, str(number), order, answer, showing, closed)
    fixed = tuple(key for key in order if not key.startswith(tuple(_choices(item))))
    pieces = _pieces(name, item, fixed, json.dumps(answer), showing, closed, get_language())
    return mark_safe(_in_order(pieces, item, order).replace(NUMBER, str(number)))  # noqa: S308 - a template's


def _is_chosen(item: Item) -> bool:
    """Whether it is answered by choosing: what people write is theirs, and not kept for others."""
    if isinstance(item, Passage):
        return all(_is_chosen(part.item) for part in item.parts)
    return isinstance(item, Choice | Matching | Ordering)


def _choices(item: Item) -> dict[str, Choice]:
    """The choices of a question, each by what its options' ids begin with in an order."""
    if isinstance(item, Passage):
        return {f"{part.id}.": part.item for part in item.parts if isinstance(part.item, Choice)}
    return {"": item} if isinstance(item, Choice) else {}


@lru_cache(maxsize=MOST_KEPT)
def _pieces(
    name: str,
    item: Item,
    order: tuple[str, ...],
    answer: str,
    showing: Showing,
    closed: bool,
    _language: str | None,
) -> list[str]:
    """A question, its choices in their own order, cut at each option. `answer`: in JSON."""
    return _html(name, item, NUMBER, order, json.loads(answer), showing, closed, cut=CUT).split(CUT)


def _html(
    name: str,
    item: Item,
    number: str,
    order: Sequence[str],
    answer: Answer | None,
    showing: Showing,
    closed: bool,
    cut: str = "",
) -> SafeString:
    field = question_field(
        item,
        name=name,
        number=number,
        order=order,
        answer=answer,
        showing=showing,
        pictures=shown([item]),
    )
    context = {"field": field, "closed": closed, "cut": cut}
    return render_to_string("assessments/quizzes/question.html", context)


def _in_order(pieces: Iterable[str], item: Item, order: Sequence[str]) -> str:
    """The pieces put together, with the options of each choice as `order` has them."""
    left = iter(pieces)
    html = [next(left)]
    for prefix, choice in _choices(item).items():
        options = {option.id: next(left) for option in choice.options}
        keys = [key.removeprefix(prefix) for key in order if key.startswith(prefix)]
        html += [options[option.id] for option in in_shown_order(choice.options, keys)]
        html.append(next(left))
    return "".join(html)


def forget() -> None:
    """For tests, whose databases give the same names to other pictures."""
    _pieces.cache_clear()
