"""What is different between two wordings of a question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from .kinds import Figure, Item

NESTED = ("options", "prompts", "gaps", "parts")


@dataclass(frozen=True)
class Difference:
    """`what`: a field's name; `where`: ids of the option, gap or part it belongs to, from the outside in.

    Of something that came or went, `before` or `after` is empty and `what` is its kind: "options".
    """

    what: str
    where: tuple[str, ...]
    before: str
    after: str


def differences(old: Item, new: Item) -> list[Difference]:
    """Every difference, in the order of the question; none if they are equal."""
    return list(_fields(old, new, ()))


def _fields(old: Any, new: Any, where: tuple[str, ...]) -> Iterator[Difference]:
    names = [field.name for field in fields(new) if field.name != "id"]
    for name in names:
        before, after = getattr(old, name, None), getattr(new, name)
        if before == after:
            continue
        if name in NESTED:
            yield from _listed(name, before or (), after, where)
        elif name == "item" and type(before) is type(after):
            yield from _fields(before, after, where)
        elif name == "figure":
            yield from _figures(before, after, where)
        elif name == "answers":
            yield Difference(name, where, _accepted(before or ()), _accepted(after))
        else:
            yield Difference(name, where, said(before), said(after))
    for field in fields(old):
        if field.name in NESTED and field.name not in names:
            yield from _listed(field.name, getattr(old, field.name), (), where)


def _figures(before: Figure | None, after: Figure | None, where: tuple[str, ...]) -> Iterator[Difference]:
    none = Figure("", "")
    old, new = before or none, after or none
    if old.image != new.image:
        yield Difference("figure", where, old.image, new.image)
    if old.text != new.text:
        yield Difference("figure_text", where, old.text, new.text)


def _listed(
    name: str, old: Sequence[Any], new: Sequence[Any], where: tuple[str, ...]
) -> Iterator[Difference]:
    before, after = {one.id: one for one in old}, {one.id: one for one in new}
    for key, one in before.items():
        if key not in after:
            yield Difference(name, (*where, key), said(one), "")
    for key, one in after.items():
        if key in before:
            yield from _fields(before[key], one, (*where, key))
        else:
            yield Difference(name, (*where, key), "", said(one))
    kept_before = [key for key in before if key in after]
    kept_after = [key for key in after if key in before]
    if kept_before != kept_after:
        yield Difference("order", where, " ".join(kept_before), " ".join(kept_after))


def said(value: Any) -> str:
    """A value in a few words."""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, float):
        return f"{value:g}"
    if hasattr(value, "item"):
        return value.item.stem
    if hasattr(value, "answers"):
        return _accepted(value.answers)
    return value.text if hasattr(value, "text") else getattr(value, "stem", str(value or ""))


def _accepted(answers: Iterable[Any]) -> str:
    return " | ".join(
        answer.text
        + (f" ±{answer.tolerance:g}" if answer.tolerance else "")
        + (f" ({answer.score:g})" if answer.score != 1 else "")
        for answer in answers
    )
