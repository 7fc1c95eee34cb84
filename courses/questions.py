"""Questions with fixed answers: from JSON as stored, to marking, to a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from . import rules

Stored = Mapping[str, Any]
"""{id, kind: single or multiple, stem, options: [{id, text, correct, feedback}]}"""


@dataclass(frozen=True)
class PictureField:
    """A picture as `components/picture.html` shows it. `text` describes it to who does not see it."""

    address: str
    width: int
    height: int
    text: str = ""


@dataclass(frozen=True)
class OptionField:
    """An option as `components/question.html` shows it: its picture, if it has one, else its label."""

    value: str
    label: str
    checked: bool
    verdict: str
    feedback: str
    picture: PictureField | None = None


@dataclass(frozen=True)
class QuestionField:
    """A question as `components/question.html` shows it."""

    name: str
    number: int
    text: str
    kind: str
    options: list[OptionField]


def mark(
    questions: Iterable[Stored], answers: Mapping[str, Sequence[str]], *, pass_share: Decimal
) -> rules.Result:
    """Mark `answers` (question id to option ids) against stored questions."""
    paper = [
        rules.Question(
            id=question["id"],
            correct=frozenset(option["id"] for option in question["options"] if option["correct"]),
        )
        for question in questions
    ]
    return rules.mark(paper, answers, pass_share=pass_share)


def read_answers(questions: Iterable[Stored], data: QueryDict) -> dict[str, list[str]]:
    """The answers in a posted form: known questions and options only, so nothing else is ever stored."""
    answers = {}
    for question in questions:
        known = {option["id"] for option in question["options"]}
        chosen = [value for value in data.getlist(question["id"]) if value in known]
        if chosen:
            answers[question["id"]] = chosen
    return answers


def unanswered(questions: Sequence[Stored], answers: Mapping[str, Sequence[str]]) -> list[int]:
    """Numbers, from 1, of the questions without an answer."""
    return [n for n, question in enumerate(questions, start=1) if question["id"] not in answers]


def fields(
    questions: Iterable[Stored],
    answers: Mapping[str, Sequence[str]] | None = None,
    *,
    marked: bool = False,
    reveal: bool = False,
) -> list[QuestionField]:
    """Questions for a form. Nothing about what is right leaves the server unless asked for.

    `marked` says of each chosen option whether it was right, and why; `reveal` also shows the right
    options that were not chosen.
    """
    answers = answers or {}
    return [
        QuestionField(
            name=question["id"],
            number=number,
            text=question["stem"],
            kind="checkbox" if question["kind"] == "multiple" else "radio",
            options=[
                _option(option, option["id"] in answers.get(question["id"], ()), marked, reveal)
                for option in question["options"]
            ],
        )
        for number, question in enumerate(questions, start=1)
    ]


def _option(option: Stored, checked: bool, marked: bool, reveal: bool) -> OptionField:
    verdict = ""
    if marked and checked:
        verdict = "right" if option["correct"] else "wrong"
    elif reveal and option["correct"]:
        verdict = "missed"
    return OptionField(
        value=option["id"],
        label=option["text"],
        checked=checked,
        verdict=verdict,
        feedback=option["feedback"] if verdict else "",
    )
