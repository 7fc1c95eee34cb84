"""Setting text in lines: by WeasyPrint's own functions, and so by Pango, but without its boxes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from struct import Struct
from typing import Any

from weasyprint.text.ffi import FROM_UNITS, ffi, pango
from weasyprint.text.fonts import get_pango_font_key
from weasyprint.text.line_break import split_first_line

from .faces import Face, NoFace, face_of

UNUSUAL = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""Characters that are no glyphs and change lines or directions. WeasyPrint may see to them."""


GLYPH = Struct("=IiiiI")
"""Pango's PangoGlyphInfo: number, advance, offsets, flags."""

NO_GLYPH = 0x0FFFFFFF
"""From here on, Pango's numbers are not those of glyphs."""


@dataclass(frozen=True)
class Run:
    """Glyphs of one face, as the operand of TJ."""

    face: Face
    size: float
    glyphs: str


@dataclass(frozen=True)
class Line:
    """One line of text as it is set; width and baseline in CSS pixels."""

    text: str
    width: float
    baseline: float
    runs: tuple[Run, ...]
    used: tuple[tuple[Face, int, str], ...]
    """The glyphs, with what each stands for."""


def lines_of(text: str, style: Any, width: float, indent: float = 0) -> tuple[Line, ...]:
    """The text as WeasyPrint would break it. Raises NoFace where it would take fonts of its own choice."""
    if UNUSUAL.search(text):
        raise NoFace(text)
    lines = []
    rest: bytes | None = text.encode()
    while rest:
        layout, length, resume_at, line_width, _, baseline = split_first_line(
            rest.decode(), style, None, width - indent, 0
        )
        lines.append(_drawn(layout, rest[:length].decode().rstrip(" "), style, line_width, baseline))
        rest = rest[resume_at:] if resume_at is not None else None
        indent = 0
    return tuple(lines)


def _drawn(layout: Any, text: str, style: Any, width: float, baseline: float) -> Line:
    """The glyphs of a line that was broken, as WeasyPrint's draw_first_line writes them."""
    layout.reactivate(style)
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    line, _ = layout.get_first_line()
    encoded = layout.text.encode()
    runs, used = [], []
    item = line.runs[0]
    while item != ffi.NULL:
        face, size = _face_of(item.data.item.analysis.font)
        meanings = _meanings(item.data, encoded)
        shown = _glyphs(item.data)
        runs.append(Run(face, size, _operand(face, size, shown)))
        used += [(face, glyph, meaning) for (glyph, *_), meaning in zip(shown, meanings, strict=True)]
        item = item.next
    layout.deactivate()
    return Line(text, width, baseline, tuple(runs), tuple(used))


def _face_of(pango_font: Any) -> tuple[Face, float]:
    _, description, size = get_pango_font_key(pango_font)
    family = ffi.string(pango.pango_font_description_get_family(description)).decode()
    return face_of(family, int(pango.pango_font_description_get_weight(description))), size


def _glyphs(item: Any) -> list[tuple[int, int, int, int]]:
    """Number, advance and offsets of each glyph of a run. Read one by one, they take five times as long."""
    string = item.glyphs
    memory = bytes(ffi.buffer(string.glyphs, GLYPH.size * string.num_glyphs))
    shown = [values[:4] for values in GLYPH.iter_unpack(memory)]
    if any(glyph >= NO_GLYPH or rise for glyph, _, _, rise in shown):
        raise NoFace("a character without a glyph, or a raised one")
    return shown


def _meanings(item: Any, text: bytes) -> list[str]:
    """What each glyph of a run, which goes from left to right, stands for."""
    starts = [*ffi.unpack(item.glyphs.log_clusters, item.glyphs.num_glyphs), item.item.length]
    offset = item.item.offset
    return [text[offset + start : offset + end].decode() for start, end in pairwise(starts)]


def _operand(face: Face, size: float, shown: list[tuple[int, int, int, int]]) -> str:
    """The glyphs, and between them what moves the next from where this one's width would put it."""
    parts = []
    for glyph, advance, offset, _ in shown:
        aside = offset / size
        kerning = int(face.widths[glyph] + aside - advance * 1000 * FROM_UNITS / size)
        parts.append((f">{-aside}<" if aside else "") + f"{glyph:04x}" + (f">{kerning}<" if kerning else ""))
    return "<" + "".join(parts) + ">"
