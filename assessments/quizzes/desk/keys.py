"""The key of a question as fields of a form: what is right can be changed there, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from ..items.kinds import Accepted, Choice, Gap, Gaps, Item, Matching, Option, Ordering, Part, Passage, Simple
from ..items.marking import right_answer

Fields = dict[str, forms.Field]
Judged = TypeVar("Judged", Option, Accepted)
Keyed = TypeVar("Keyed", Choice, Matching, Ordering)


def fields(item: Item, prefix: str = "key") -> Fields:
    """Fields that ask what is right, filled with what is right by `item`. None for what a person marks."""
    if isinstance(item, Passage):
        found: Fields = {}
        for part in item.parts:
            found |= fields(part.item, f"{prefix}-{part.id}")
        return found
    if isinstance(item, Choice):
        return _choice_fields(item, prefix)
    if isinstance(item, Matching):
        choices = [(option.id, option.text) for option in item.options]
        return {
            f"{prefix}-{prompt.id}": forms.ChoiceField(
                label=prompt.text, choices=choices, initial=prompt.answer
            )
            for prompt in item.prompts
        }
    if isinstance(item, Ordering):
        return {
            f"{prefix}-{option.id}": forms.IntegerField(
                label=_("Place of “%(text)s”") % {"text": option.text},
                initial=place,
                min_value=1,
                max_value=len(item.options),
            )
            for place, option in enumerate(item.options, start=1)
        }
    return {f"{prefix}-{gap.id}": _gap_field(gap) for gap in item.gaps} if isinstance(item, Gaps) else {}


def places(item: Item, prefix: str = "key") -> list[list[str]]:
    """For each thing to be put in order, the fields that give its lines their places."""
    if isinstance(item, Passage):
        return [names for part in item.parts for names in places(part.item, f"{prefix}-{part.id}")]
    return [list(fields(item, prefix))] if isinstance(item, Ordering) else []


def _choice_fields(item: Choice, prefix: str) -> Fields:
    choices = [(option.id, option.text) for option in item.options]
    if _has_points(item):
        return {
            f"{prefix}-{option.id}": forms.FloatField(
                label=_("Points for “%(text)s”") % {"text": option.text},
                initial=option.score,
                min_value=-1,
                max_value=1,
                widget=forms.NumberInput(attrs={"step": "any"}),
            )
            for option in item.options
        }
    right = cast(list[str], right_answer(item))
    if item.kind == "multiple":
        return {
            prefix: forms.MultipleChoiceField(
                label=item.stem, choices=choices, initial=right, widget=forms.CheckboxSelectMultiple
            )
        }
    return {
        prefix: forms.ChoiceField(
            label=item.stem, choices=choices, initial=right[0], widget=forms.RadioSelect
        )
    }


def _has_points(item: Choice) -> bool:
    return item.kind == "judgement" or item.rule == "options"


def _gap_field(gap: Gap) -> forms.Field:
    if gap.kind == "choice":
        choices = [(answer.text, answer.text) for answer in gap.answers]
        right = next(answer.text for answer in gap.answers if answer.score == 1)
        return forms.ChoiceField(label=_("Gap %(id)s") % {"id": gap.id}, choices=choices, initial=right)
    return forms.CharField(
        label=_("Gap %(id)s: what is right, one answer a line") % {"id": gap.id},
        initial="\n".join(answer.text for answer in gap.answers if answer.score == 1),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def corrected(item: Item, data: Mapping[str, Any], prefix: str = "key") -> Item:
    """`item` with what the fields say is right."""
    if isinstance(item, Passage):
        parts = (
            Part(part.id, cast(Simple, corrected(part.item, data, f"{prefix}-{part.id}")))
            for part in item.parts
        )
        return replace(item, parts=tuple(parts))
    if isinstance(item, Choice):
        return _corrected_choice(item, data, prefix)
    if isinstance(item, Matching):
        prompts = (replace(prompt, answer=data[f"{prefix}-{prompt.id}"]) for prompt in item.prompts)
        return _without_old_words(item, replace(item, prompts=tuple(prompts)))
    if isinstance(item, Ordering):
        places = {option.id: data[f"{prefix}-{option.id}"] for option in item.options}
        in_order = tuple(sorted(item.options, key=lambda option: places[option.id]))
        return _without_old_words(item, replace(item, options=in_order))
    if isinstance(item, Gaps):
        return replace(item, gaps=tuple(_corrected_gap(gap, data[f"{prefix}-{gap.id}"]) for gap in item.gaps))
    return item


def _corrected_choice(item: Choice, data: Mapping[str, Any], prefix: str) -> Choice:
    if _has_points(item):
        scores = {option.id: data[f"{prefix}-{option.id}"] for option in item.options}
    else:
        chosen = {data[prefix]} if isinstance(data[prefix], str) else set(data[prefix])
        scores = {option.id: _score(option.score, option.id in chosen) for option in item.options}
    return _without_old_words(
        item, replace(item, options=tuple(_rescored(option, scores[option.id]) for option in item.options))
    )


def _rescored(answer: Judged, score: float) -> Judged:
    """What was said about an answer explained why it earns what it no longer earns."""
    return answer if score == answer.score else replace(answer, score=score, feedback="")


def _without_old_words(was: Keyed, now: Keyed) -> Keyed:
    """What is said of a whole question explains the key that it had."""
    return now if now == was else replace(now, feedback="")


def _score(was: float, is_right: bool) -> float:
    """A wrong option keeps what it earned or cost; one that was right so far earns nothing."""
    if is_right:
        return 1.0
    return was if was < 1 else 0.0


def _corrected_gap(gap: Gap, written: str) -> Gap:
    """Answers that earn a part only stay; so does what is said to those that stay."""
    if gap.kind == "choice":
        answers = (_rescored(answer, _score(answer.score, answer.text == written)) for answer in gap.answers)
        return replace(gap, answers=tuple(answers))
    known = {answer.text: answer for answer in gap.answers}
    tolerance = max(answer.tolerance for answer in gap.answers)
    right = [line.strip() for line in written.splitlines() if line.strip()]
    full = [
        _rescored(known[text], 1.0) if text in known else Accepted(text, tolerance=tolerance)
        for text in dict.fromkeys(right)
    ]
    partial = [answer for answer in gap.answers if answer.score < 1 and answer.text not in right]
    return replace(gap, answers=(*full, *partial))
