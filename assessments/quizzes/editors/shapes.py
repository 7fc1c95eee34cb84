"""Between items and what Wagtail's blocks hold: {type, value, id}, lists as [{type: "item", value, id}]."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from ..formats.building import matching
from ..items.aligning import aligned, letters, numbers, renamed
from ..items.kinds import (
    CHOICES,
    GAPS,
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
    Short,
    Simple,
)

Raw = dict[str, Any]
SCORED = ("points", "judgement")
"""Blocks in which each option says what it earns; in the others it is right or not."""

MADE_UP = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What Wagtail names new list items: a UUID, which no option of ours has."""


def raw_of(item: Item) -> Raw:
    """What the block of the item's kind shows."""
    if isinstance(item, Passage):
        parts = [{**raw_of(part.item), "id": part.id} for part in item.parts]
        return _raw("passage", item, parts=parts)
    if isinstance(item, Choice):
        return _raw_choice(item)
    if isinstance(item, Ordering):
        lines = [_listed(o.id, {"text": o.text, "feedback": o.feedback}) for o in item.options]
        return _raw("ordering", item, options=lines)
    if isinstance(item, Matching):
        return _raw_matching(item)
    if isinstance(item, Gaps):
        return _raw_gaps(item)
    return _raw("short", item, guide=item.guide, sample=item.sample)


def item_of(raw: Mapping[str, Any], before: Item | None = None) -> Item:
    """The item that an editor wrote. What the form does not show stays as it was `before`."""
    return replace(_item(raw, before), figure=_figure(raw["value"]))


def _figure(value: Mapping[str, Any]) -> Figure | None:
    shown = value["figure"]
    figure = Figure(shown["image"] or "", _text(shown["text"]))
    return figure if figure.image or figure.text else None


def _item(raw: Mapping[str, Any], before: Item | None) -> Item:
    value = raw["value"]
    if raw["type"] != "passage":
        return _simple(raw["type"], value, before if not isinstance(before, Passage) else None)
    former = {part.id: part.item for part in before.parts} if isinstance(before, Passage) else {}
    ids = _ids(value["parts"], numbers())
    parts = [Part(id_, _part(part, former.get(id_))) for id_, part in zip(ids, value["parts"], strict=True)]
    return Passage("passage", _text(value["stem"]), tuple(parts), _text(value["feedback"]))


def _part(raw: Mapping[str, Any], before: Simple | None) -> Simple:
    return replace(_simple(raw["type"], raw["value"], before), figure=_figure(raw["value"]))


def _raw(kind: str, item: Item, **more: Any) -> Raw:
    figure = item.figure or Figure("", "")
    shown = {"image": figure.image or None, "text": figure.text}
    return {"type": kind, "value": {"stem": item.stem, "figure": shown, "feedback": item.feedback, **more}}


def _listed(id_: str, value: Any) -> Raw:
    return {"type": "item", "id": id_, "value": value}


def _raw_choice(item: Choice) -> Raw:
    kind = "points" if item.kind == "multiple" and item.rule == "options" else item.kind
    options = [
        _listed(
            option.id,
            {
                "text": option.text,
                "score": option.score,
                "right": option.score > 0,
                "feedback": option.feedback,
                "image": option.image or None,
            },
        )
        for option in item.options
    ]
    return _raw(kind, item, options=options, rule=item.rule, shuffle=item.shuffle)


def _raw_matching(item: Matching) -> Raw:
    texts = {option.id: option.text for option in item.options}
    used = {prompt.answer for prompt in item.prompts}
    pairs = [_listed(p.id, {"text": p.text, "match": texts[p.answer]}) for p in item.prompts]
    distractors = [_listed(o.id, o.text) for o in item.options if o.id not in used]
    return _raw("matching", item, pairs=pairs, distractors=distractors)


def _raw_gaps(item: Gaps) -> Raw:
    """Markers count the gaps, whatever their ids: that is what an editor sees beside each."""
    if item.kind == "numeric":
        raw = _raw("numeric", item, answers=_raw_answers(item.gaps[0]), unit=item.unit)
    else:
        gaps = [
            _listed(gap.id, {"kind": gap.kind, "has_case": gap.has_case, "answers": _raw_answers(gap)})
            for gap in item.gaps
        ]
        raw = _raw(item.kind, item, gaps=gaps)
    places = {gap.id: str(place) for place, gap in enumerate(item.gaps, start=1)}
    raw["value"]["stem"] = renamed(item.stem, places)
    return raw


def _raw_answers(gap: Gap) -> list[Raw]:
    return [
        _listed(
            str(place),
            {
                "text": answer.text,
                "score": answer.score,
                "feedback": answer.feedback,
                "tolerance": answer.tolerance,
            },
        )
        for place, answer in enumerate(gap.answers, start=1)
    ]


def _simple(kind: str, value: Mapping[str, Any], before: Simple | None) -> Simple:
    stem, feedback = _text(value["stem"]), _text(value["feedback"])
    if kind in (*CHOICES, "points"):
        options = _options(kind, value["options"], before)
        rule = "options" if kind == "points" else value.get("rule") or "all"
        item = Choice(
            "multiple" if kind == "points" else kind, stem, options, rule, feedback, value["shuffle"]
        )
        return item if kind in {"multiple", "points"} else replace(item, rule=_rule(before))
    if kind == "ordering":
        lines = zip(_ids(value["options"], letters()), value["options"], strict=True)
        listed = [Option(i, _text(o["value"]["text"]), 0.0, _text(o["value"]["feedback"])) for i, o in lines]
        return Ordering(kind, stem, tuple(listed), feedback)
    if kind == "matching":
        return _matching(value, before)
    if kind in GAPS:
        return _gaps(kind, value, before if isinstance(before, Gaps) else None)
    return Short("short", stem, _text(value["guide"]), _text(value["sample"]), feedback)


def _rule(before: Simple | None) -> str:
    return before.rule if isinstance(before, Choice) and before.kind != "multiple" else "all"


def _options(kind: str, raws: Sequence[Raw], before: Simple | None) -> tuple[Option, ...]:
    former = {o.id: o for o in before.options} if isinstance(before, (Choice, Ordering)) else {}
    listed = []
    for id_, raw in zip(_ids(raws, letters()), raws, strict=True):
        value = raw["value"]
        known = former.get(id_)
        if kind in SCORED:
            score = float(value["score"] or 0)
        elif known and kind != "multiple" and (known.score > 0) == bool(value["right"]):
            score = known.score  # a wrong option may cost something, which the form does not show
        else:
            score = float(bool(value["right"]))
        image = value.get("image") or ""
        listed.append(Option(id_, _text(value["text"]), score, _text(value["feedback"]), image))
    return tuple(listed)


def _matching(value: Mapping[str, Any], before: Simple | None) -> Simple:
    """Equal answers are one option, so ids come from the texts and not from the list's items."""
    pairs = [(_text(raw["value"]["text"]), _text(raw["value"]["match"])) for raw in value["pairs"]]
    pairs += [("", _text(raw["value"])) for raw in value["distractors"]]
    item = matching(_text(value["stem"]), pairs, _text(value["feedback"]))
    return cast(Simple, aligned(item, before)) if before else item


def _gaps(kind: str, value: Mapping[str, Any], before: Gaps | None) -> Gaps:
    if kind == "numeric":
        id_ = before.gaps[0].id if before and before.kind == "numeric" else "1"
        gaps = [Gap(id_, "number", _accepted(value["answers"]))]
    else:
        gaps = [
            Gap(id_, raw["value"].get("kind") or "text", _accepted(raw["value"]["answers"]),
                bool(raw["value"]["has_case"]))
            for id_, raw in zip(_ids(value["gaps"], numbers()), value["gaps"], strict=True)
        ]  # fmt: skip
    places = {str(place): gap.id for place, gap in enumerate(gaps, start=1)}
    stem = renamed(_text(value["stem"]), places)
    return Gaps(kind, stem, tuple(gaps), _text(value["feedback"]), _text(value.get("unit")))


def _accepted(raws: Sequence[Raw]) -> tuple[Accepted, ...]:
    values = [raw["value"] for raw in raws]
    return tuple(
        Accepted(
            _text(value["text"]),
            float(value["score"] or 0),
            _text(value["feedback"]),
            float(value.get("tolerance") or 0),
        )
        for value in values
    )


def _ids(raws: Sequence[Raw], fresh: Iterator[str]) -> list[str]:
    """The ids of these; what an editor has just added gets one that no other has."""
    given = [str(raw.get("id") or "") for raw in raws]
    used = {id_ for id_ in given if id_ and not MADE_UP.fullmatch(id_)}
    unused = (id_ for id_ in fresh if id_ not in used)
    return [id_ if id_ in used else next(unused) for id_ in given]


def _text(value: object) -> str:
    return cast(str, str(value or "")).replace("\r\n", "\n").strip()
