"""Writing the PDF of a page that has a mould: the same for all such pages, then what this one says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import escape

from . import qr
from .faces import Face, objects_of
from .moulds import KEPT, Block, Mould
from .objects import numbered, stream, string
from .sheet import Sheet

POINTS = 0.75
"""In a CSS pixel."""

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<rdf:Description rdf:about="" pdfaid:part="3" pdfaid:conformance="A"/>
<rdf:Description rdf:about="" pdf:Producer="{producer}"/>
<rdf:Description rdf:about="">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""

PRODUCER = "Certificates"


@dataclass(frozen=True)
class Printed:
    """A finished PDF, with what a signature must know to be added to it."""

    content: bytes
    page: tuple[int, bytes]
    """Number and text of the page's object, open: without its last >>."""
    catalog: tuple[int, bytes]
    """The same of the document's."""
    info: int
    size: int
    identity: bytes
    references_at: int


def assemble(mould: Mould, sheet: Sheet) -> Printed:
    """The PDF of `sheet`, which has this mould. Raises NoFace and NotExact.

    The same sheet gives the same bytes.
    """
    skeleton = mould.skeleton
    drawn, used = _drawn(mould, sheet)
    number = skeleton.count + 1
    fonts: list[bytes] = []
    names = []
    for face in sorted(used, key=lambda face: face.name):
        first = number + 5 + len(fonts)
        parts = objects_of(face, tuple(sorted(used[face].items())))
        names.append(f"/{face.name} {first} 0 R")
        fonts += [_linked(part, first) for part in parts]
    page = skeleton.page % " ".join(names).encode()
    metadata = _metadata(sheet)
    bodies = [
        page + b">>",
        skeleton.catalog + b">>",
        stream(drawn, ""),
        b"<</Type /Metadata /Subtype /XML /Length %d>>\nstream\n%s\nendstream" % (len(metadata), metadata),
        _info(sheet),
        *fonts,
    ]
    written, offsets = numbered(bodies, first=number, at=len(skeleton.start))
    identity = hashlib.sha256(drawn + metadata).hexdigest()[:32].encode()
    size = number + len(bodies)
    references_at = len(skeleton.start) + len(written)
    tail = (
        b"xref\n0 %d\n%s%strailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%s> <%s>]>>\n"
        b"startxref\n%d\n%%%%EOF\n"
    ) % (
        size, skeleton.offsets, offsets, size, number + 1, number + 4, identity, identity, references_at,
    )  # fmt: skip
    return Printed(
        content=skeleton.start + written + tail,
        page=(number, page),
        catalog=(number + 1, skeleton.catalog),
        info=number + 4,
        size=size,
        identity=identity,
        references_at=references_at,
    )


def _drawn(mould: Mould, sheet: Sheet) -> tuple[bytes, dict[Face, dict[int, str]]]:
    """The content of the page, and which glyphs it shows."""
    used: dict[Face, dict[int, str]] = {}
    height = mould.skeleton.height
    parts = ["/Artifact BMC q /Art Do Q EMC", f"q {POINTS} 0 0 -{POINTS} 0 {height:.3f} cm"]
    tags = mould.skeleton.tags
    for place, block in enumerate(mould.blocks):
        shown, glyphs = _shown(block, block.texts_of(sheet.texts))
        parts += [f"{tags[place]} <</MCID {place}>> BDC BT", shown, "ET EMC"]
        for face, meanings in glyphs.items():
            used.setdefault(face, {}).update(meanings)
    left, top, width = (length * POINTS for length in mould.qr)
    code = qr.content_of(sheet.qr, left, height - top - width, width).decode()
    parts += ["Q", f"{tags[-1]} <</MCID {len(mould.blocks)}>> BDC", code, "EMC"]
    return "\n".join(parts).encode(), used


@lru_cache(maxsize=KEPT)
def _shown(block: Block, texts: tuple[str, ...]) -> tuple[str, dict[Face, dict[int, str]]]:
    """What draws the lines of a paragraph, and the glyphs in it with what each stands for."""
    parts: list[str] = []
    used: dict[Face, dict[int, str]] = {}
    for slot, line, x, y in block.placed(texts):
        parts.append(f"{slot.colour} rg 1 0 0 -1 {x:f} {y:f} Tm")
        parts += [f"/{run.face.name} {run.size:f} Tf [{run.glyphs}] TJ" for run in line.runs]
        for face, glyph, meaning in line.used:
            used.setdefault(face, {})[glyph] = meaning
    return "\n".join(parts), used


def _linked(part: bytes, first: int) -> bytes:
    """An object of a font, with the numbers of those that it refers to."""
    head, found, rest = part.partition(b"stream\n")
    for place in range(1, 6):
        head = head.replace(b"%%%d" % place, b"%d 0 R" % (first + place))
    return head + found + rest


def _metadata(sheet: Sheet) -> bytes:
    fields = {"title": sheet.title, "author": sheet.author, "subject": sheet.subject, "producer": PRODUCER}
    return XMP.format(**{name: escape(text) for name, text in fields.items()}).encode()


def _info(sheet: Sheet) -> bytes:
    fields = {"Title": sheet.title, "Author": sheet.author, "Subject": sheet.subject, "Producer": PRODUCER}
    said = " ".join(f"/{name} {string(text)}" for name, text in fields.items() if text)
    return f"<<{said}>>".encode()
