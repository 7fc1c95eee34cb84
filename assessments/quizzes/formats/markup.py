"""From HTML to plain text, and what plain text has no way to say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

from .building import Refused, checked

BLOCKS = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote caption center dd details div dl dt figcaption figure footer form
        h1 h2 h3 h4 h5 h6 header hr main nav ol p pre section table tbody tfoot thead tr ul""",
    )
)
INLINE = frozenset(
    re.findall(
        r"\w+",
        """a abbr b bdi bdo big body br cite code col colgroup data del dfn em font html i img ins kbd
        label li link mark meta nobr q rp rt ruby s samp small source span strike strong sub sup td th time
        tt u var wbr""",
    )
)
MEDIA = frozenset(("audio", "canvas", "embed", "iframe", "input", "math", "object", "select", "svg", "video"))
"""What is there to be seen, heard or used, and cannot be told in words."""
UNSEEN = frozenset(("head", "script", "style", "template", "title"))
KNOWN = BLOCKS | MEDIA | UNSEEN | INLINE
EMBEDDED = "@@PLUGINFILE@@"
"""How Moodle writes the address of a file that comes with the question."""

TAG = re.compile(
    r"""<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:-]*)
    (?P<attributes>[\s/](?:[^<>"']|"[^"<]*"|'[^'<]*')*+)?>""",
    re.VERBOSE,
)
ATTRIBUTE = re.compile(r"""([^\s=/"']+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""")
DECLARATIONS = ("<!", "<?")

RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
SCRIPTS = {"sup": (RAISED, "^"), "sub": (LOWERED, "_")}

LEFT_OUT = "media_left_out"


Shows = Callable[[str, str], bool]
"""Takes a picture, told by its address and its description, and says whether it will be shown."""


def plain(
    html: str, *, keeps_lines: bool = False, leaves_out: bool = False, shows: Shows | None = None
) -> tuple[str, list[str]]:
    """The text of a piece of HTML, and codes of what it lost: pictures that `shows` takes are no loss.

    Blocks and breaks become new lines; so do those in the source, if it `keeps_lines`. Other pictures are
    told by their description. Raises Refused for one without, and for sound, film, formulas and files,
    unless it `leaves_out` what it cannot tell.
    """
    reducer = _Reducer(keeps_lines, leaves_out, shows)
    for text, tag in _tokens(checked(html)):
        reducer.add_text(text)
        if tag:
            reducer.add_tag(tag)
    lines = re.sub(r"[ \t]+\n", "\n", "".join(reducer.pieces)).strip()
    return re.sub(r"\n{3,}", "\n\n", lines), reducer.losses


def _tokens(html: str) -> Iterator[tuple[str, re.Match[str] | None]]:
    """Pieces of text and the tag behind each. What cannot be a tag is text; comments are nothing.

    Takes a time that grows with the length, whatever is left open: html.parser does not.
    """
    at = start = 0
    ends = {"-->": True, ">": True}
    while (at := html.find("<", at)) >= 0:
        if tag := TAG.match(html, at):
            yield html[start:at], tag
            at = start = tag.end()
        elif html.startswith(DECLARATIONS, at):
            end = "-->" if html.startswith("<!--", at) else ">"
            place = html.find(end, at) if ends[end] else -1
            ends[end] = place >= 0
            if place >= 0:
                yield html[start:at], None
                start = place + len(end)
            at = max(place, at + 1)
        else:
            at += 1
    yield html[start:], None


class _Reducer:
    """Collects pieces of text. A tag that HTML does not know is taken for text: people write a<b."""

    def __init__(self, keeps_lines: bool, leaves_out: bool, shows: Shows | None) -> None:
        self.keeps_lines = keeps_lines
        self.leaves_out = leaves_out
        self.shows = shows
        self.pieces: list[str] = []
        self.losses: list[str] = []
        self.unseen = self.preformatted = 0
        self.script: tuple[str, int] | None = None
        self.links: list[tuple[str, int]] = []

    def add_tag(self, found: re.Match[str]) -> None:
        is_end, name = bool(found["end"]), found["name"].lower()
        if name not in KNOWN:
            self.add_text(found[0])
        elif is_end:
            self._end(name)
        else:
            self._begin(name, found["attributes"] or "")

    def _begin(self, tag: str, attributes: str) -> None:
        if tag in MEDIA:
            self._untellable("media", tag=tag)
        elif tag in UNSEEN:
            self.unseen += 1
        elif tag == "img":
            self._picture(_attribute(attributes, "src"), _attribute(attributes, "alt"))
        elif tag == "a":
            self._link(_attribute(attributes, "href"))
        elif tag in SCRIPTS:
            self.script = (tag, len(self.pieces))
        else:
            self._block(tag)
            self.preformatted += tag == "pre"

    def _end(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in SCRIPTS and self.script and self.script[0] == tag:
            self._end_script()
        elif tag == "a" and self.links:
            self._end_link()
        elif tag in BLOCKS:
            self._new_line()
            self.preformatted = max(0, self.preformatted - (tag == "pre"))

    def add_text(self, source: str) -> None:
        if self.unseen or not source:
            return
        text = unescape(source)
        if not self.preformatted:
            blanks = r"[ \t\xa0\f]+" if self.keeps_lines else r"[ \t\n\xa0\f]+"
            text = re.sub(r" ?\n ?", "\n", re.sub(blanks, " ", text))
            if text.startswith(" ") and self._is_after_blank():
                text = text[1:]
        if text:
            self.pieces.append(text)

    def _block(self, tag: str) -> None:
        if tag == "br":
            self.pieces.append("\n")
        elif tag in {"td", "th"}:
            self.pieces += [] if self._is_after_blank() else ["\t"]
        elif tag == "li":
            self._new_line()
            self.pieces.append("- ")
        elif tag in BLOCKS:
            self._new_line()

    def _picture(self, address: str, description: str) -> None:
        if self.shows and self.shows(address, description.strip()):
            return
        described = " ".join(description.split())
        if not described:
            self._untellable("picture")
            return
        self.losses.append(LEFT_OUT)
        self.pieces.append(f"[{described}]")

    def _untellable(self, code: str, **details: str) -> None:
        if not self.leaves_out:
            raise Refused(code, **details)
        self.losses.append(LEFT_OUT)

    def _link(self, address: str) -> None:
        if EMBEDDED in address:
            self._untellable("file")
        self.links.append((address, len(self.pieces)))

    def _end_link(self) -> None:
        address, start = self.links.pop()
        if address.startswith(("http://", "https://")) and address != "".join(self.pieces[start:]).strip():
            self.pieces.append(f" ({address})")

    def _end_script(self) -> None:
        tag, start = self.script or ("sup", len(self.pieces))
        text = "".join(self.pieces[start:]).strip()
        table, sign = SCRIPTS[tag]
        is_known = all(ord(letter) in table for letter in text)
        self.pieces[start:] = [text.translate(table) if is_known else f"{sign}{{{text}}}"] if text else []
        self.script = None

    def _is_after_blank(self) -> bool:
        return not self.pieces or self.pieces[-1][-1] in " \t\n"

    def _new_line(self) -> None:
        if self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")


def _attribute(attributes: str, name: str) -> str:
    values = (found for found in ATTRIBUTE.finditer(attributes) if found[1].lower() == name)
    return next((unescape(found[2] or found[3] or found[4] or "") for found in values), "")
