"""The fonts that a page is set in, cut down to the glyphs that it shows, as objects of a PDF.

A glyph keeps the number it has in the installed font, whatever else is cut: so what was set once can be
printed in any certificate.
"""

from __future__ import annotations

import hashlib
import string
import zlib
from array import array
from collections.abc import Collection, Iterable, Mapping
from functools import cache, lru_cache

import uharfbuzz as hb

from .. import fonts
from .objects import stream

STYLES = {400: "Regular", 700: "Bold"}

KEPT_TABLES = frozenset({"CFF ", "glyf", "loca", "head", "hhea", "hmtx", "maxp"})

ALONE = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DESUBROUTINIZE | hb.SubsetFlags.NO_LAYOUT_CLOSURE
"""These glyphs and no others, each drawn in full."""

WITH_OTHER_FORMS = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DESUBROUTINIZE
"""And those that the font puts in their place beside others: digits among Chinese are other glyphs."""

Part = tuple[bytes, ...]
"""Objects of a PDF, in which %1 and so on stand for references to each other; the first is the font."""


class NoFace(Exception):
    """A text was set in a font, or with a glyph, that certificates do not use."""


class Face:
    """One installed font."""

    def __init__(self, family: str, weight: int) -> None:
        place = fonts.place_of(family, STYLES[weight])
        if place is None:
            raise NoFace(family)
        path, index = place
        face = hb.Face(hb.Blob.from_file_path(path), index)
        font = hb.Font(face)
        extents = font.get_font_extents("ltr")
        self.name = f"{family.replace(' ', '')}-{STYLES[weight]}"
        self.units = face.upem
        self.ascent, self.descent = (
            round(value * 1000 / face.upem) for value in (extents.ascender, extents.descender)
        )
        self.is_serif = "Serif" in family
        self.is_cff = "CFF " in face.table_tags
        self.widths = Widths(font, face.upem)
        self.font = font
        self._whole = face
        self._usual, self._usual_numbers = self._cut_to_the_usual()

    def cut(self, glyphs: frozenset[int]) -> tuple[bytes, Mapping[int, int]]:
        """The font file with these glyphs alone, and which number each has in it."""
        if glyphs <= self._usual_numbers.keys():
            subset, numbers = _subset(self._usual, {self._usual_numbers[glyph] for glyph in glyphs})
            numbers = {glyph: numbers[self._usual_numbers[glyph]] for glyph in glyphs}
        else:
            subset, numbers = _subset(self._whole, glyphs)
        return (subset.reference_table("CFF ") if self.is_cff else subset.blob).data, numbers

    def _cut_to_the_usual(self) -> tuple[hb.Face, Mapping[int, int]]:
        """The font with the usual characters alone, and which number each of its glyphs has in it.

        A certificate is cut from 2 MB instead of 26: the same bytes, in 0.2 ms instead of 6.
        """
        glyphs = {self.font.get_nominal_glyph(code) for code in map(ord, usual_characters())} - {None}
        usual, numbers = _subset(self._whole, glyphs, kept=KEPT_TABLES | {"GSUB"}, flags=WITH_OTHER_FORMS)
        return hb.subset_preprocess(usual), numbers


def _subset(
    face: hb.Face,
    glyphs: Iterable[int],
    kept: Collection[str] = KEPT_TABLES,
    flags: hb.SubsetFlags = ALONE,
) -> tuple[hb.Face, Mapping[int, int]]:
    """What is left of a font with these glyphs, and which number each has there."""
    wanted = hb.SubsetInput()
    wanted.glyph_set.update(glyphs)
    wanted.flags = flags
    dropped = (int.from_bytes(tag.encode(), "big") for tag in face.table_tags if tag not in kept)
    wanted.sets(hb.SubsetInputSets.DROP_TABLE_TAG).update(dropped)
    plan = hb.SubsetPlan(face, wanted)
    return plan.execute(), dict(plan.old_to_new_glyph_mapping)


@cache
def usual_characters() -> str:
    """What nearly all certificates are written with: ASCII, and the 7,445 characters of GB 2312."""
    places = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    # GBK has GB 2312 in it, and says · and — as everybody writes them; GB 2312 in Python does not.
    return string.printable + "〇" + b"".join(places).decode("gbk", "ignore")


class Widths(dict[int, int]):
    """The advance of each glyph in thousandths of the size, as a PDF writes it: whole numbers."""

    def __init__(self, font: hb.Font, units: int) -> None:
        self.font, self.units = font, units

    def __missing__(self, glyph: int) -> int:
        self[glyph] = round(self.font.get_glyph_h_advance(glyph) * 1000 / self.units)
        return self[glyph]


@cache
def face_of(family: str, weight: int) -> Face:
    """Read once for each process. Raises NoFace for a font that certificates do not use."""
    if family not in {fonts.FORMAL, *fonts.NAMES} or weight not in STYLES:
        raise NoFace(f"{family} {weight}")
    return Face(family, weight)


@lru_cache(maxsize=128)
def objects_of(face: Face, used: tuple[tuple[int, str], ...]) -> Part:
    """The font, cut down to the glyphs used (with what each stands for), as a PDF embeds it."""
    glyphs = [glyph for glyph, _ in used]
    file, numbers = face.cut(frozenset(glyphs))
    name = f"{_tag(face.name, glyphs)}+{face.name}"
    kind, key = ("0", "FontFile3") if face.is_cff else ("2", "FontFile2")
    extra = "/Subtype /CIDFontType0C" if face.is_cff else f"/Length1 {len(file)}"
    # A CFF font says itself which of its glyphs has which number; a TrueType font has a map beside it.
    places = "" if face.is_cff else "/CIDToGIDMap %5 "
    return (
        f"<</Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
        f"/DescendantFonts [%1] /ToUnicode %3>>".encode(),
        f"<</Type /Font /Subtype /CIDFontType{kind} /BaseFont /{name} "
        f"/CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>"
        f" {places}/DW 1000 /W [{_widths(face, glyphs)}] /FontDescriptor %2>>".encode(),
        f"<</Type /FontDescriptor /FontName /{name} /Flags {6 if face.is_serif else 4} "
        f"/FontBBox [0 {face.descent} 1000 {face.ascent}] /ItalicAngle 0 /Ascent {face.ascent} "
        f"/Descent {face.descent} /CapHeight {face.ascent} /StemV 80 /{key} %4>>".encode(),
        stream(_to_unicode(dict(used)), ""),
        # Outlines hardly repeat themselves: to look for what does takes a while, and saves two kilobytes.
        stream(file, extra, strategy=zlib.Z_HUFFMAN_ONLY),
        *([] if face.is_cff else [stream(_places(glyphs, numbers), "")]),
    )


def _tag(name: str, glyphs: list[int]) -> str:
    """Six letters that tell one subset of a font from another, the same each time."""
    digest = hashlib.sha256(name.encode() + array("H", glyphs).tobytes()).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:6])


def _places(glyphs: list[int], numbers: Mapping[int, int]) -> bytes:
    """For each number up to the last glyph, two bytes with the place of its glyph in the file."""
    places = bytearray(2 * (max(glyphs) + 1))
    for glyph in glyphs:
        places[2 * glyph : 2 * glyph + 2] = numbers[glyph].to_bytes(2, "big")
    return bytes(places)


def _widths(face: Face, glyphs: list[int]) -> str:
    """The glyphs that are not as wide as they are high."""
    widths = ((glyph, face.widths[glyph]) for glyph in glyphs)
    return " ".join(f"{glyph} [{width}]" for glyph, width in widths if width != 1000)


def _to_unicode(used: Mapping[int, str]) -> bytes:
    """The map from glyphs to what they stand for, by which text is copied and searched."""
    pairs = [_meaning(glyph, text) for glyph, text in used.items()]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap",
            "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def",
            "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange",
            *("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks),
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend",
        ]
    ).encode()


@lru_cache(maxsize=8192)
def _meaning(glyph: int, text: str) -> str:
    return f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>"
