"""XML as a tree of plain values, with line numbers. No DTD, no entity, nothing fetched, no endless depth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml import DefusedXmlException, sax

from organizations.tables import Unreadable

DEEPEST = 60
"""Most elements within each other. A question has about eight."""

DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")


@dataclass
class Node:
    """An element. `text` is what stands in it outside of its children."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    line: int = 0
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> Iterator[Node]:
        return (child for child in self.children if child.name == name)

    def first(self, *path: str) -> Node | None:
        """The first element down this path."""
        node: Node | None = self
        for name in path:
            node = next(node.all(name), None) if node else None
        return node

    def value(self, *path: str, default: str = "") -> str:
        """The text of the first element down this path, without blanks around it."""
        node = self.first(*path)
        return node.text.strip() if node else default


def parse(text: str) -> Node:
    """The root of a document. Raises Unreadable, for a DTD before anything in it is looked at."""
    handler = _Builder()
    try:
        # Decoded already, so what it says about its encoding is no longer true.
        sax.parseString(DECLARATION.sub("", text, count=1).encode(), handler, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unreadable("dtd") from error
    except SAXParseException as error:
        raise Unreadable("xml_invalid", line=error.getLineNumber() or 0) from error
    return handler.root.children[0]


class _Builder(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("")
        self.open = [self.root]
        self.pieces: list[list[str]] = [[]]
        self.locator: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 -- as SAX names it
        self.locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        if len(self.open) > DEEPEST:
            raise Unreadable("too_deep", limit=DEEPEST)
        line = self.locator.getLineNumber() if self.locator else 0
        node = Node(name, dict(attrs.items()), line or 0)
        self.open[-1].children.append(node)
        self.open.append(node)
        self.pieces.append([])

    def endElement(self, name: str) -> None:  # noqa: N802
        self.open.pop().text = "".join(self.pieces.pop())

    def characters(self, content: str) -> None:
        self.pieces[-1].append(content)
