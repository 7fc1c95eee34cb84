"""Questions as authors write them in YAML beside the lessons: without ids, right options marked `correct`.

Pictures are named by their files: an option's `image`, and `figure: {image, text}` under the stem.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from courses.content import ContentError

from .items import stored
from .items.kinds import (
    CHOICES,
    Accepted,
    Choice,
    Figure,
    Gap,
    Gaps,
    Item,
    Matching,
    Option,
    Ordering,
    Part,
    Passage,
    Prompt,
    Short,
    Simple,
)

Fields = Mapping[str, Any]


def read_item(fields: Fields, pictures: Mapping[str, str]) -> Item:
    """The item that an author meant. `pictures`: names of files to the names of their pictures.

    Raises ContentError that names the question and what is wrong.
    """
    name = fields.get("id", fields.get("stem", ""))
    try:
        item = _named(_item(fields), pictures)
    except (KeyError, TypeError) as error:
        raise ContentError(f"{name}: {error} is missing or not as it should be") from error
    if found := stored.problems(item):
        raise ContentError(f"{name}: {', '.join(found)}")
    return item


def _named(item: Item, pictures: Mapping[str, str]) -> Item:
    """The item with the names of its pictures instead of those of their files. Raises KeyError."""
    if item.figure:
        item = replace(item, figure=replace(item.figure, image=pictures[item.figure.image]))
    if isinstance(item, Passage):
        parts = (replace(part, item=cast(Simple, _named(part.item, pictures))) for part in item.parts)
        return replace(item, parts=tuple(parts))
    if isinstance(item, Choice):
        named = (replace(o, image=pictures[o.image]) if o.image else o for o in item.options)
        return replace(item, options=tuple(named))
    return item


def _item(fields: Fields) -> Item:
    return replace(_worded(fields), figure=_figure(fields))


def _figure(fields: Fields) -> Figure | None:
    figure = fields.get("figure")
    return Figure(figure["image"], _text(figure["text"])) if figure else None


def _worded(fields: Fields) -> Item:
    if fields["kind"] != "passage":
        return _simple(fields)
    parts = tuple(
        Part(str(number), replace(_simple(part), figure=_figure(part)))
        for number, part in enumerate(fields["questions"], start=1)
    )
    return Passage("passage", _text(fields["stem"]), parts, feedback=_text(fields.get("feedback", "")))


def _simple(fields: Fields) -> Simple:
    kind, stem, feedback = fields["kind"], _text(fields["stem"]), _text(fields.get("feedback", ""))
    if kind in CHOICES:
        return Choice(
            kind, stem, _options(fields["options"]), rule=fields.get("rule", "all"), feedback=feedback
        )
    if kind == "ordering":
        return Ordering(kind, stem, _options(fields["options"]), feedback=feedback)
    if kind == "matching":
        return _matching(fields, stem, feedback)
    if kind == "short":
        return Short(kind, stem, _text(fields["guide"]), _text(fields.get("sample", "")), feedback)
    if kind == "numeric":
        gaps: tuple[Gap, ...] = (Gap("1", "number", _accepted(fields["answer"])),)
    else:
        gaps = tuple(
            Gap(str(number), gap["kind"], _accepted(gap["answers"]), has_case=gap.get("has_case", False))
            for number, gap in enumerate(fields["gaps"], start=1)
        )
    return Gaps(kind, stem, gaps, feedback=feedback, unit=str(fields.get("unit", "")))


def _options(listed: Iterable[Fields]) -> tuple[Option, ...]:
    return tuple(
        Option(
            id=option_id,
            text=_text(option["text"]),
            score=float(option.get("score", 1.0 if option.get("correct") else 0.0)),
            feedback=_text(option.get("feedback", "")),
            image=option.get("image", ""),
        )
        for option_id, option in zip(string.ascii_lowercase, listed, strict=False)
    )


def _matching(fields: Fields, stem: str, feedback: str) -> Matching:
    texts = [*dict.fromkeys(_text(pair["match"]) for pair in fields["pairs"])]
    texts += [_text(text) for text in fields.get("distractors", ())]
    options = tuple(Option(letter, text) for letter, text in zip(string.ascii_lowercase, texts, strict=False))
    ids = {option.text: option.id for option in options}
    prompts = tuple(
        Prompt(str(number), _text(pair["text"]), ids[_text(pair["match"])])
        for number, pair in enumerate(fields["pairs"], start=1)
    )
    return Matching("matching", stem, prompts, options, feedback=feedback)


def _accepted(listed: Iterable[Fields]) -> tuple[Accepted, ...]:
    return tuple(
        Accepted(
            text=_text(answer["text"]),
            score=float(answer.get("score", 1.0)),
            feedback=_text(answer.get("feedback", "")),
            tolerance=float(answer.get("tolerance", 0.0)),
        )
        for answer in listed
    )


def _text(value: object) -> str:
    return cast(str, str(value)).strip()
