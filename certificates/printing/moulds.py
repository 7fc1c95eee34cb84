"""Where things stand on a page: measured once from WeasyPrint's layout, and then used for every page alike.

Two pages are alike if they have the same elements, the same classes, and texts that take as many lines.
Where lines begin on such pages follows from how wide they are and from nothing else, so the layout of one
serves for all. It is measured with text that says nothing, so that it does not matter who came first, and is
refused (NotExact) if our own way to place lines does not put that text exactly where WeasyPrint has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from math import inf
from typing import Any

from weasyprint.document import Document
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from . import plain
from .setting import Line, lines_of
from .sheet import Sheet
from .skeleton import Skeleton, skeleton_of

FILLER = "国"
"""A text of this says nothing, and is as wide as it has characters."""

CLOSE = 0.02
"""So far (in CSS pixels, 1/96 inch) may a line stand from where WeasyPrint has it."""

TYPE = (
    "font_family",
    "font_size",
    "font_weight",
    "letter_spacing",
    "word_spacing",
    "white_space",
    "lang",
    "hyphens",
)
"""By which of a style's properties one type differs from another in our stylesheets."""

MOST = 300
"""Moulds kept in memory, the oldest forgotten first."""

KEPT = 1024
"""Texts kept in memory as they were set: those that come again, and the last hundred pages' own."""


class NotExact(Exception):
    """This page cannot be set exactly as WeasyPrint would."""


@dataclass(frozen=True, eq=False)
class Type:
    """A way to set text: font, size, spacing. There is one for each, whatever it is used for."""

    style: Any

    @cached_property
    def baseline(self) -> float:
        """Of its font, in CSS pixels below the top of the text: another font would stand elsewhere."""
        return lines_of(FILLER, self.style, inf)[0].baseline


@dataclass(frozen=True, eq=False)
class Slot:
    """An element for one text, in its block. Lengths in CSS pixels."""

    name: str
    type: Type
    colour: str
    """Operands of rg."""
    gap: float
    """Between the text before it on the line and this one."""


@dataclass(frozen=True, eq=False)
class Block:
    """A paragraph: one text on some lines, or several on one."""

    slots: tuple[Slot, ...]
    x: float
    width: float
    align: str
    indent: float
    baselines: tuple[float, ...]
    """How far each line stands below the top of the page."""

    def texts_of(self, texts: Mapping[str, str]) -> tuple[str, ...]:
        """Of all texts of a page, those of this paragraph."""
        return tuple(texts[slot.name] for slot in self.slots)

    def set(self, texts: tuple[str, ...]) -> list[tuple[Slot, tuple[Line, ...]]]:
        """The texts in lines. Raises NoFace and NotExact."""
        set_ = [
            (slot, _lines_of(slot.type, text, self.width, self.indent))
            for slot, text in zip(self.slots, texts, strict=True)
        ]
        if len(set_) > 1 and any(len(lines) > 1 for _, lines in set_):
            raise NotExact(f"{texts[0]} takes more than one line")
        for slot, lines in set_:
            if any(len({run.face for run in line.runs}) > 1 for line in lines):
                raise NotExact(f"{slot.name} needs two fonts: {texts}")
            if any(abs(line.baseline - slot.type.baseline) > CLOSE for line in lines):
                raise NotExact(f"{slot.name} is in another font: {texts}")
        return set_

    def counts(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """How many lines each text takes."""
        return tuple(len(lines) for _, lines in self.set(texts))

    def placed(self, texts: tuple[str, ...]) -> Iterator[tuple[Slot, Line, float, float]]:
        """Each line with where it begins."""
        set_ = self.set(texts)
        for place, y in enumerate(self.baselines):
            on_line = [(slot, lines[place]) for slot, lines in set_ if place < len(lines)]
            x = self._start([slot.gap + line.width for slot, line in on_line], place)
            for slot, line in on_line:
                yield slot, line, x + slot.gap, y
                x += slot.gap + line.width

    def _start(self, widths: list[float], place: int) -> float:
        space = self.width - sum(widths)
        if space <= 0 or self.align == "start":
            return self.x + (0 if place else self.indent)
        return self.x + (space / 2 if self.align == "center" else space)


@dataclass(frozen=True, eq=False)
class Mould:
    """Where everything stands on pages that are alike."""

    blocks: tuple[Block, ...]
    qr: tuple[float, float, float]
    """Left, top and width of the QR code."""
    skeleton: Skeleton

    def counts(self, texts: Mapping[str, str]) -> dict[str, int]:
        """How many lines each text takes in the widths of this mould."""
        return {
            slot.name: count
            for block in self.blocks
            for slot, count in zip(block.slots, _counts(block, block.texts_of(texts)), strict=True)
        }


_moulds: dict[Any, Mould | None] = {}
_types: dict[tuple[str, ...], Type] = {}


def mould_of(sheet: Sheet) -> Mould | None:
    """The mould for the sheet at its density; None if that takes more than one page.

    Raises NoFace and NotExact.
    """
    first = _mould(sheet, {})
    if first is None:
        return None
    counts = {slot: count for slot, count in first.counts(sheet.texts).items() if count > 1}
    return _mould(sheet, counts, first) if counts else first


def _mould(sheet: Sheet, counts: Mapping[str, int], first: Mould | None = None) -> Mould | None:
    """By how many lines each text takes, where that is more than one; `first` has one for each."""
    key = (sheet.mould, tuple(counts.items()))
    if key not in _moulds:
        if len(_moulds) >= MOST:
            _moulds.pop(next(iter(_moulds)))
        _moulds[key] = _measured(sheet, counts, first)
    return _moulds[key]


def _measured(sheet: Sheet, counts: Mapping[str, int], first: Mould | None) -> Mould | None:
    texts = dict.fromkeys(sheet.texts, FILLER)
    texts |= {
        slot.name: _filler(block, slot, counts[slot.name])
        for block in (first.blocks if first else ())
        for slot in block.slots
        if slot.name in counts
    }
    document = plain.laid_out(sheet, texts, with_qr=False)
    if len(document.pages) != 1:
        return None
    page = document.pages[0]._page_box
    blocks = tuple(_block(block, lines) for block, lines in _paragraphs(page))
    _compare(page, blocks, texts)
    [qr] = [
        box for box in _all(page) if isinstance(box, boxes.ReplacedBox) and box.element.get("class") == "qr"
    ]
    return Mould(
        blocks,
        (qr.content_box_x(), qr.content_box_y(), qr.width),
        skeleton_of(_without_text(document), [block.slots[0].name for block in blocks]),
    )


def _filler(block: Block, slot: Slot, lines: int) -> str:
    """Text that takes so many lines."""
    [one] = _lines_of(slot.type, FILLER, block.width, 0)
    return FILLER * (int(block.width / one.width) * (lines - 1) + 1)


@lru_cache(maxsize=KEPT)
def _counts(block: Block, texts: tuple[str, ...]) -> tuple[int, ...]:
    return block.counts(texts)


@lru_cache(maxsize=KEPT)
def _lines_of(type_: Type, text: str, width: float, indent: float) -> tuple[Line, ...]:
    """Many texts come again: names of capabilities, of schools, dates."""
    return lines_of(text, type_.style, width, indent) if text else ()


def _type_of(style: Any) -> Type:
    key = tuple(str(style[name]) for name in TYPE)
    return _types.setdefault(key, Type(style))


def _all(box: Any) -> Iterator[Any]:
    """A box and all within. What is positioned absolutely lies in a placeholder, which is no box itself."""
    box = box._box if isinstance(box, AbsolutePlaceholder) else box
    yield box
    for child in getattr(box, "children", ()):
        yield from _all(child)


def _paragraphs(page: Any) -> list[tuple[Any, list[Any]]]:
    """The boxes that hold lines of text, with those lines."""
    found = []
    for box in _all(page):
        lines = [child for child in getattr(box, "children", ()) if isinstance(child, boxes.LineBox)]
        lines = [line for line in lines if _texts_in(line)]
        if lines:
            found.append((box, lines))
    return found


def _texts_in(line: Any) -> list[Any]:
    """The texts of a line, but not those of the blocks that stand in it."""
    if isinstance(line, boxes.TextBox):
        return [line] if line.element.get("data-slot") else []
    if isinstance(line, boxes.AtomicInlineLevelBox) or not isinstance(line, boxes.LineBox | boxes.InlineBox):
        return []
    return [text for child in line.children for text in _texts_in(child)]


def _block(box: Any, lines: list[Any]) -> Block:
    texts = _texts_in(lines[0])
    align = {"left": "start", "start": "start", "center": "center", "right": "end"}[
        box.style["text_align_all"]
    ]
    gaps = [0.0] + [after.position_x - before.position_x - before.width for before, after in pairwise(texts)]
    return Block(
        slots=tuple(
            Slot(
                text.element.get("data-slot"),
                _type_of(text.style),
                " ".join(f"{channel:f}" for channel in text.style["color"].to("srgb").coordinates),
                gap,
            )
            for text, gap in zip(texts, gaps, strict=True)
        ),
        x=box.content_box_x(),
        width=box.width,
        align=align,
        indent=texts[0].position_x - box.content_box_x() if align == "start" else 0.0,
        baselines=tuple(text.position_y + text.baseline for line in lines for text in _texts_in(line)[:1]),
    )


def _compare(page: Any, blocks: tuple[Block, ...], texts: Mapping[str, str]) -> None:
    """Raises NotExact unless we set these texts where WeasyPrint has them."""
    theirs = [
        (text.element.get("data-slot"), text.text, text.position_x, text.position_y + text.baseline)
        for _, lines in _paragraphs(page)
        for line in lines
        for text in _texts_in(line)
    ]
    ours = [
        (slot.name, line.text, x, y)
        for block in blocks
        for slot, line, x, y in block.placed(block.texts_of(texts))
    ]
    if [item[:2] for item in ours] != [item[:2] for item in theirs]:
        raise NotExact("other lines than WeasyPrint's")
    for own, other in zip(ours, theirs, strict=True):
        if abs(own[2] - other[2]) > CLOSE or abs(own[3] - other[3]) > CLOSE:
            raise NotExact(f"{own} is at {other}")


def _without_text(document: Document) -> Document:
    """The same page without its words: frame, rules, pictures."""
    for box in _all(document.pages[0]._page_box):
        if isinstance(box, boxes.LineBox | boxes.InlineBox):
            box.children = [child for child in box.children if not isinstance(child, boxes.TextBox)]
    return document
