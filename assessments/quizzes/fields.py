"""Questions as templates show them. Nothing about what is right leaves the server unless asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from courses.questions import OptionField, PictureField

from .items.kinds import Answer, Choice, Gap, Gaps, Item, Matching, Option, Ordering, Passage, Simple
from .items.marking import agrees, gap_score, mark
from .names import cover
from .pictures import Shown, described, figure_field

MARKER = re.compile(r"\[\[(.+?)\]\]")


@dataclass(frozen=True)
class Showing:
    """How much to say. `marked`: what is right about the answer given; `reveal`: the right answer too."""

    marked: bool = False
    reveal: bool = False


OPEN = Showing()


@dataclass(frozen=True)
class Slot:
    """A place to write or to choose, in a sentence, beside a prompt, or beside a thing to be ordered."""

    name: str
    label: str
    value: str
    options: list[tuple[str, str]] = field(default_factory=list)
    verdict: str = ""
    right: str = ""
    feedback: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class QuestionField:
    """A question as `assessments/quizzes/question.html` shows it."""

    template: str
    name: str
    number: str
    text: str
    figure: PictureField | None = None
    kind: str = ""
    options: list[OptionField] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    pieces: list[tuple[str, Slot | None]] = field(default_factory=list)
    """Of a text with gaps: what stands before each gap, and the gap."""
    parts: list[QuestionField] = field(default_factory=list)
    unit: str = ""
    value: str = ""
    feedback: str = ""
    score: float | None = None
    right: str = ""


def question_field(
    item: Item,
    *,
    name: str,
    number: str,
    order: Sequence[str] = (),
    answer: Answer | None = None,
    showing: Showing = OPEN,
    pictures: Shown,
) -> QuestionField:
    """One question for a form, or with its marks. `pictures`: those it shows, by `pictures.shown`."""
    field = _whole(item, name, number, order, answer, showing, pictures)
    return replace(field, figure=figure_field(item.figure, pictures))


def _whole(
    item: Item,
    name: str,
    number: str,
    order: Sequence[str],
    answer: Answer | None,
    showing: Showing,
    pictures: Shown,
) -> QuestionField:
    if isinstance(item, Passage):
        given = answer if isinstance(answer, dict) else {}
        parts = [
            question_field(
                part.item,
                name=f"{name}.{part.id}",
                number=f"{number}.{index}",
                order=[o.partition(".")[2] for o in order if o.startswith(f"{part.id}.")],
                answer=given.get(part.id),
                showing=showing,
                pictures=pictures,
            )
            for index, part in enumerate(item.parts, start=1)
        ]
        return _field("passage", item, name, number, parts=parts, showing=showing, answer=answer)
    return _simple(item, name, number, order, answer, showing, pictures)


def _simple(
    item: Simple,
    name: str,
    number: str,
    order: Sequence[str],
    answer: Answer | None,
    showing: Showing,
    pictures: Shown,
) -> QuestionField:
    if isinstance(item, Choice):
        options = _choice_options(item, name, order, cast(list[str], answer or []), showing, pictures)
        kind = "checkbox" if item.kind == "multiple" else "radio"
        return _field("choice", item, name, number, showing, answer, kind=kind, options=options)
    if isinstance(item, Ordering):
        slots = _order_slots(item, name, order, cast(list[str], answer or []), showing)
        return _field("ordering", item, name, number, showing, answer, slots=slots)
    if isinstance(item, Matching):
        slots = _matching_slots(item, name, order, cast(dict[str, str], answer or {}), showing)
        return _field("matching", item, name, number, showing, answer, slots=slots)
    if isinstance(item, Gaps):
        pieces = _pieces(item, name, cast(dict[str, str], answer or {}), showing)
        return _field("gaps", item, name, number, showing, answer, pieces=pieces, unit=item.unit)
    right = item.sample if showing.reveal else ""
    return _field("short", item, name, number, showing, answer, value=cast(str, answer or ""), right=right)


def _field(
    template: str,
    item: Item,
    name: str,
    number: str,
    showing: Showing,
    answer: Answer | None,
    **more: object,
) -> QuestionField:
    text = "" if template == "gaps" else item.stem
    score = mark(item, answer).score if showing.marked else None
    return QuestionField(
        template=f"assessments/quizzes/questions/{template}.html",
        name=name,
        number=number,
        text=text,
        # It explains what is right, so it goes to who knows that already.
        feedback=item.feedback if showing.reveal or score == 1 else "",
        score=score,
        **more,  # type: ignore[arg-type]
    )


def in_shown_order(options: Iterable[Option], order: Sequence[str]) -> list[Option]:
    """The options as a paper's order has them, then those that it does not know."""
    by_id = {option.id: option for option in options}
    return [by_id.pop(key) for key in order if key in by_id] + list(by_id.values())


def _choice_options(
    item: Choice,
    name: str,
    order: Sequence[str],
    chosen: Sequence[str],
    showing: Showing,
    pictures: Shown,
) -> list[OptionField]:
    fields = []
    for option in in_shown_order(item.options, order):
        verdict = ""
        if showing.marked and option.id in chosen:
            verdict = "right" if option.score == 1 else "partly" if option.score > 0 else "wrong"
            if item.kind == "multiple" and option.score > 0:
                verdict = "right"
        elif showing.reveal and (option.score == 1 or (item.kind == "multiple" and option.score > 0)):
            verdict = "missed"
        fields.append(
            OptionField(
                value=cover(name, option.id),
                label=option.text,
                checked=option.id in chosen,
                verdict=verdict,
                feedback=option.feedback if verdict else "",
                picture=described(pictures, option.image, option.text),
            )
        )
    return fields


def _order_slots(
    item: Ordering, name: str, order: Sequence[str], given: Sequence[str], showing: Showing
) -> list[Slot]:
    right = {option.id: place for place, option in enumerate(item.options, start=1)}
    places = [(str(place), str(place)) for place in right.values()]
    shown = in_shown_order(item.options, [*given, *order])
    return [
        Slot(
            name=f"{name}.{cover(name, option.id)}",
            label=option.text,
            value=str(given.index(option.id) + 1) if option.id in given else "",
            options=places,
            verdict=_verdict(option.id in given and given.index(option.id) + 1 == right[option.id], showing),
            right=str(right[option.id]) if showing.reveal else "",
            feedback=option.feedback if showing.marked else "",
        )
        for option in shown
    ]


def _matching_slots(
    item: Matching, name: str, order: Sequence[str], given: dict[str, str], showing: Showing
) -> list[Slot]:
    shown = in_shown_order(item.options, order)
    texts = {option.id: option.text for option in shown}
    options = [(cover(name, option.id), option.text) for option in shown]
    return [
        Slot(
            name=f"{name}.{prompt.id}",
            label=prompt.text,
            value=cover(name, given[prompt.id]) if prompt.id in given else "",
            options=options,
            verdict=_verdict(given.get(prompt.id) == prompt.answer, showing),
            right=texts[prompt.answer] if showing.reveal else "",
        )
        for prompt in item.prompts
    ]


def _pieces(item: Gaps, name: str, given: dict[str, str], showing: Showing) -> list[tuple[str, Slot | None]]:
    slots = {
        gap.id: _gap_slot(item, gap, name, place, given.get(gap.id, ""), showing)
        for place, gap in enumerate(item.gaps, start=1)
    }
    pieces: list[tuple[str, Slot | None]] = []
    end = 0
    for marker in MARKER.finditer(item.stem):
        if marker[1] in slots:
            pieces.append((item.stem[end : marker.start()], slots.pop(marker[1])))
            end = marker.end()
    rest = item.stem[end:]
    if not slots:
        return [*pieces, (rest, None)]
    pieces.append((rest, next(iter(slots.values()))))
    return pieces + [("", slot) for slot in list(slots.values())[1:]]


def _gap_slot(item: Gaps, gap: Gap, name: str, place: int, written: str, showing: Showing) -> Slot:
    best = next((answer for answer in gap.answers if answer.score == 1 and "*" not in answer.text), None)
    agreed = next((a for a in gap.answers if written and agrees(gap, a, written, unit=item.unit)), None)
    earned = gap_score(gap, written, unit=item.unit)
    return Slot(
        name=f"{name}.{gap.id}",
        label=str(place),
        value=written,
        options=[(a.text, a.text) for a in sorted(gap.answers, key=lambda a: a.text)]
        if gap.kind == "choice"
        else [],
        verdict=_verdict(earned == 1, showing),
        right=best.text if best and showing.reveal else "",
        feedback=agreed.feedback if agreed and showing.marked else "",
        is_number=gap.kind == "number",
    )


def _verdict(is_right: bool, showing: Showing) -> str:
    if not showing.marked:
        return ""
    return "right" if is_right else "wrong"
