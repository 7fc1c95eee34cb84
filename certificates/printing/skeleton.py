"""What is the same in the PDFs of all pages that are alike: art, colours, structure, numbers of objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from weasyprint import DEFAULT_OPTIONS
from weasyprint.document import Document
from weasyprint.pdf import generate_pdf

from .objects import numbered, stream, string

TAGS = {
    "h1": ("H1",), "h2": ("H2",), "p": ("P",), "ul": ("L",), "li": ("LI", "LBody"),
    "table": ("Table",), "tr": ("TR",), "th": ("TH",), "td": ("TD",), "img": ("Figure",),
}  # fmt: skip
"""What elements of the page are in the structure of the PDF."""

ARCHIVE = {"pdf_variant": "pdf/a-3u", "pdf_version": "1.7", "output_intent": "srgb"}

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


@dataclass(frozen=True, eq=False)
class Skeleton:
    """The first part of each such PDF, byte for byte, with what must be known of it to write the rest."""

    start: bytes
    offsets: bytes
    """Of the objects in it, as lines of the table of references."""
    count: int
    """Of objects in it; those that follow have the next numbers."""
    page: bytes
    """The object after them, without its fonts."""
    catalog: bytes
    """The object after that."""
    height: float
    tags: tuple[str, ...]
    """The tag of each block, and last that of the QR code."""


@dataclass(eq=False)
class _Element:
    """An element of the structure tree."""

    tag: str
    lang: str = ""
    alt: str = ""
    kids: list[_Element | int] = field(default_factory=list)
    number: int = 0


def skeleton_of(document: Document, slots: list[str]) -> Skeleton:
    """From a page without words: `slots` are the first of each block, in reading order."""
    document.output_intent = "srgb"
    art = generate_pdf(document, None, 1, **DEFAULT_OPTIONS | ARCHIVE)
    [own_page] = [thing for thing in art.objects if _type_of(thing) == "/Page"]
    box = b" ".join(str(round(float(edge), 3)).encode() for edge in own_page["MediaBox"])
    bodies: list[bytes] = []
    content = next(thing for thing in art.objects if thing.reference == _bytes(own_page["Contents"]))
    for thing in art.objects[1:]:
        if thing is content:
            bodies.append(_form(content, box, _bytes(own_page["Resources"])))
        elif thing in (own_page, art.catalog, art.pages) or _type_of(thing) == "/Metadata":
            bodies.append(b"null")
        else:
            bodies.append(thing.data)
    pages = len(bodies) + 1
    bodies.append(b"")  # the tree of pages, when the number of its page is known
    root, elements = _structure(document, slots)
    bodies += _structure_bodies(root, elements, first=pages + 1, page=pages + 3 + len(elements))
    page = len(bodies) + 1
    bodies[pages - 1] = b"<</Type /Pages /Kids [%d 0 R] /Count 1>>" % page
    start, offsets = numbered(bodies, first=1, at=len(HEADER), head=HEADER)
    return Skeleton(
        start=start,
        offsets=b"0000000000 65535 f \n" + offsets,
        count=len(bodies),
        page=b"<</Type /Page /Parent %d 0 R /MediaBox [%s] /TrimBox [%s] /Tabs /S /StructParents 0 "
        b"/Contents %d 0 R /Resources <</XObject <</Art %s>> /ColorSpace %s /Font <<%%s>>>>"
        % (pages, box, box, page + 2, content.reference, _color_space(art, own_page)),
        catalog=b"<</Type /Catalog /Pages %d 0 R /Metadata %d 0 R /Lang (zh-CN) /MarkInfo <</Marked true>> "
        b"/ViewerPreferences <</DisplayDocTitle true>> /StructTreeRoot %d 0 R /OutputIntents %s"
        % (pages, page + 3, pages + 1, art.catalog["OutputIntents"].data),
        height=float(own_page["MediaBox"][3]),
        tags=tuple(f"/{leaf.tag}" for leaf in _leaves(root)),
    )


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _type_of(thing: Any) -> Any:
    return thing.get("Type") if isinstance(thing, dict) else getattr(thing, "extra", {}).get("Type")


def _color_space(art: Any, page: Any) -> bytes:
    resources = next(thing for thing in art.objects if thing.reference == _bytes(page["Resources"]))
    return _bytes(resources["ColorSpace"])


def _form(content: Any, box: bytes, resources: bytes) -> bytes:
    """What the page without words draws, as a picture that other pages can show."""
    drawn = b"\n".join(_bytes(part) if not hasattr(part, "data") else part.data for part in content.stream)
    extra = f"/Type /XObject /Subtype /Form /BBox [{box.decode()}] /Resources {resources.decode()}"
    return stream(drawn, extra, level=9)


def _structure(document: Document, slots: list[str]) -> tuple[_Element, list[_Element]]:
    """The tree of what the page says, from its HTML: MCID 0, 1, ... for the blocks and the QR code."""
    root = _Element("Document")
    elements = [root]
    page = document._html.etree_element
    parents = {child: parent for parent in page.iter() for child in parent}
    known: dict[tuple[Any, str], _Element] = {}
    by_slot = {element.get("data-slot"): element for element in page.iter() if element.get("data-slot")}
    [qr] = [element for element in page.iter("img") if element.get("class") == "qr"]
    for place, element in enumerate([*(by_slot[slot] for slot in slots), qr]):
        at = root
        for ancestor in reversed(list(_line(element, parents))):
            for tag in TAGS.get(ancestor.tag, ()):
                if (ancestor, tag) not in known:
                    known[ancestor, tag] = _Element(tag, ancestor.get("lang", ""), ancestor.get("alt", ""))
                    at.kids.append(known[ancestor, tag])
                    elements.append(known[ancestor, tag])
                at = known[ancestor, tag]
        at.kids.append(place)
    return root, elements


def _line(element: Any, parents: dict[Any, Any]) -> Iterator[Any]:
    """An element and all that it is in, but for the page itself."""
    while element in parents:
        yield element
        element = parents[element]


def _leaves(element: _Element) -> list[_Element]:
    """By MCID, the element that each piece of content is in."""
    found: dict[int, _Element] = {}

    def look(at: _Element) -> None:
        for kid in at.kids:
            if isinstance(kid, int):
                found[kid] = at
            else:
                look(kid)

    look(element)
    return [found[place] for place in sorted(found)]


def _structure_bodies(root: _Element, elements: list[_Element], *, first: int, page: int) -> list[bytes]:
    """The tree as objects: its root, the way back from content to elements, the elements."""
    for number, element in enumerate(elements, start=first + 2):
        element.number = number
    above = {
        id(kid): element.number for element in elements for kid in element.kids if isinstance(kid, _Element)
    }
    back = b" ".join(b"%d 0 R" % leaf.number for leaf in _leaves(root))
    return [
        b"<</Type /StructTreeRoot /K [%d 0 R] /ParentTree %d 0 R>>" % (root.number, first + 1),
        b"<</Nums [0 [%s]]>>" % back,
        *(_element_body(element, above.get(id(element), first), page) for element in elements),
    ]


def _element_body(element: _Element, parent: int, page: int) -> bytes:
    kids = " ".join(str(kid) if isinstance(kid, int) else f"{kid.number} 0 R" for kid in element.kids)
    lang = f" /Lang ({element.lang})" if element.lang else ""
    alt = f" /Alt {string(element.alt)}" if element.alt else ""
    scope = " /A <</O /Table /Scope /Row>>" if element.tag == "TH" else ""
    about = f"/S /{element.tag} /P {parent} 0 R /Pg {page} 0 R{lang}{alt}{scope}"
    return f"<</Type /StructElem {about} /K [{kids}]>>".encode()
