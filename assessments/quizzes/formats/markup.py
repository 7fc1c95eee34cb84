"""From HTML to plain text, and what plain text has no way to say."""

from __future__ import annotations

import re
from html.parser import HTMLParser

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

RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
SCRIPTS = {"sup": (RAISED, "^"), "sub": (LOWERED, "_")}

LEFT_OUT = "media_left_out"


def plain(html: str, *, keeps_lines: bool = False, leaves_out: bool = False) -> tuple[str, list[str]]:
    """The text of a piece of HTML, and codes of what it lost.

    Blocks and breaks become new lines; so do those in the source, if it `keeps_lines`. Pictures are told by
    their description. Raises Refused for one without, and for sound, film, formulas and files, unless it
    `leaves_out` what it cannot tell.
    """
    parser = _Reducer(keeps_lines, leaves_out)
    parser.feed(checked(html))
    parser.close()
    lines = re.sub(r"[ \t]+\n", "\n", "".join(parser.pieces)).strip()
    return re.sub(r"\n{3,}", "\n\n", lines), parser.losses


class _Reducer(HTMLParser):
    """Collects pieces of text. A tag that HTML does not know is taken for text: people write a<b."""

    def __init__(self, keeps_lines: bool, leaves_out: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.keeps_lines = keeps_lines
        self.leaves_out = leaves_out
        self.pieces: list[str] = []
        self.losses: list[str] = []
        self.unseen = self.preformatted = 0
        self.script: tuple[str, int] | None = None
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag not in KNOWN:
            self.pieces.append(self.get_starttag_text() or "")
        elif tag in MEDIA:
            self._untellable("media", tag=tag)
        elif tag in UNSEEN:
            self.unseen += 1
        elif tag == "img":
            self._picture(attributes)
        elif tag == "a":
            self._link(attributes.get("href", ""))
        elif tag in SCRIPTS:
            self.script = (tag, len(self.pieces))
        else:
            self._block(tag)
            self.preformatted += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in SCRIPTS and self.script and self.script[0] == tag:
            self._end_script()
        elif tag == "a" and self.addresses:
            self._end_link()
        elif tag in BLOCKS:
            self._new_line()
            self.preformatted = max(0, self.preformatted - (tag == "pre"))
        elif tag not in KNOWN:
            self.pieces.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.unseen:
            return
        if not self.preformatted:
            blanks = r"[ \t\xa0\f]+" if self.keeps_lines else r"[ \t\n\xa0\f]+"
            data = re.sub(r" ?\n ?", "\n", re.sub(blanks, " ", data))
            if data.startswith(" ") and self._is_after_blank():
                data = data[1:]
        self.pieces.append(data)

    def unknown_decl(self, data: str) -> None:
        self.pieces.append(f"<![{data}]>")

    def _block(self, tag: str) -> None:
        if tag == "br":
            self.pieces.append("\n")
        elif tag in {"td", "th"}:
            self.pieces.append("" if self._is_after_blank() else "\t")
        elif tag == "li":
            self._new_line()
            self.pieces.append("- ")
        elif tag in BLOCKS:
            self._new_line()

    def _picture(self, attributes: dict[str, str]) -> None:
        described = " ".join(attributes.get("alt", "").split())
        if not described:
            self._untellable("picture")
        self.losses.append(LEFT_OUT)
        self.pieces.append(f"[{described}]" if described else "")

    def _untellable(self, code: str, **details: str) -> None:
        if not self.leaves_out:
            raise Refused(code, **details)
        self.losses.append(LEFT_OUT)

    def _link(self, address: str) -> None:
        if EMBEDDED in address:
            self._untellable("file")
        self.addresses.append(address)
        self.pieces.append("")

    def _end_link(self) -> None:
        address = self.addresses.pop()
        if address.startswith(("http://", "https://")) and address not in "".join(self.pieces[-2:]):
            self.pieces.append(f" ({address})")

    def _end_script(self) -> None:
        tag, start = self.script or ("sup", len(self.pieces))
        text = "".join(self.pieces[start:]).strip()
        table, sign = SCRIPTS[tag]
        is_known = all(ord(letter) in table for letter in text)
        self.pieces[start:] = [text.translate(table) if is_known else f"{sign}{{{text}}}"]
        self.script = None

    def _is_after_blank(self) -> bool:
        last = next((piece for piece in reversed(self.pieces) if piece), "\n")
        return last[-1] in " \t\n"

    def _new_line(self) -> None:
        last = next((piece for piece in reversed(self.pieces) if piece), "\n")
        if not last.endswith("\n"):
            self.pieces.append("\n")
