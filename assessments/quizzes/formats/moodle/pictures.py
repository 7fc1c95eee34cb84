"""Pictures in Moodle XML: <file> elements beside the text that shows them by @@PLUGINFILE@@."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote, unquote
from xml.sax.saxutils import quoteattr

from ...items.kinds import Figure
from ..building import Refused
from ..markup import EMBEDDED
from ..pictures import Gallery
from ..trees import Node

BLANKS = re.compile(r"\s+")


@dataclass
class Shown:
    """Takes the pictures that a text shows, if their files come with it."""

    node: Node
    gallery: Gallery
    figures: list[Figure] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)

    def take(self, address: str, description: str) -> bool:
        """Whether the picture is one of ours now. Raises Refused for one that cannot be shown."""
        file = self._file(address)
        if file is None:
            return False
        if not description:
            raise Refused("picture")
        try:
            content = b64decode(BLANKS.sub("", file.text), validate=True)
        except ValueError as error:  # binascii's, and that of what is not even ASCII
            raise Refused("picture_damaged", file=file.attributes.get("name", "")[-40:]) from error
        drawn = self.gallery.add(content, file.attributes.get("name", ""))
        self.pictures[drawn.name] = drawn.content
        self.figures.append(Figure(drawn.name, description))
        return True

    def _file(self, address: str) -> Node | None:
        if not address.startswith(EMBEDDED):
            return None
        wanted = unquote(address.removeprefix(EMBEDDED).partition("?")[0]).strip("/")
        return next((file for file in self.node.all("file") if _path(file) == wanted), None)


def _path(file: Node) -> str:
    folder = file.attributes.get("path", "/").strip("/")
    name = file.attributes.get("name", "")
    return f"{folder}/{name}" if folder else name


def element(figure: Figure, pictures: Mapping[str, bytes]) -> tuple[str, str]:
    """A picture as HTML shows it, and the file that goes with it: of a name that tells nothing."""
    name = f"{figure.image[:16]}.png"
    words = escape(figure.text).replace("\n", "&#10;")
    image = f'<img src="{EMBEDDED}/{quote(name)}" alt="{words}">'
    content = b64encode(pictures[figure.image]).decode()
    return image, f'<file name={quoteattr(name)} path="/" encoding="base64">{content}</file>'
