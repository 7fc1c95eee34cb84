"""Plain text of what a body says, and a body for plain text.

Paragraphs and line breaks are new lines, cells of a row are parted by bars. Raised and lowered signs become
those of Unicode where it has them. `data-text` keeps spacing that XML readers may fold; it counts only while
it says the same as what can be seen.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from .documents import add

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
TABLES = ("caption", "table", "tbody", "tfoot", "thead", "tr")
LISTS = ("dd", "dl", "dt", "li", "ol", "ul")
SECTIONS = ("address", "article", "aside", "blockquote", "div", "figcaption", "figure", "footer", "header")
OWN = ("contentBody", "feedbackBlock", "itemBody", "modalFeedback", "prompt", "rubricBlock")
BLOCKS = frozenset([*HEADINGS, *TABLES, *LISTS, *SECTIONS, *OWN, "hr", "p", "pre", "section"])
ACCESSIBILITY = ("apipAccessibility", "catalogInfo", "companionMaterialsInfo")
SILENT = frozenset(
    [*ACCESSIBILITY, "feedbackBlock", "feedbackInline", "gapText", "script", "style", "stylesheet"]
)
"""What is not part of a question's words. Feedback is read on its own."""
INLINE = frozenset(["textEntryInteraction", "inlineChoiceInteraction", "gap"])
"""Places to write or choose: `[[identifier]]` in the text."""
RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")

# Signs that XML cannot hold stand for breaks and for blanks that must stay, until all is joined.
_BREAK, _BLOCK, _BLANK, _LINE = "\x01", "\x02", "\x03", "\x04"
_EXACT = str.maketrans(" \n", _BLANK + _LINE)


def plain(element: Element) -> str:
    """The words in it, without those of its feedback."""
    return _joined(_inside(element))


def plain_of(block: Element) -> str:
    """The words that a block adds to what is around it: none if it is feedback or for staff."""
    return _joined(_child(block))


def _joined(marked: str) -> str:
    text = re.sub(f" *{_BLOCK}[ {_BLOCK}]*", "\n", re.sub(" +", " ", marked))
    text = re.sub(f" ?{_BREAK} ?", "\n", text)
    return text.strip(" \n").replace(_BLANK, " ").replace(_LINE, "\n")


def _inside(element: Element) -> str:
    seen, exact = _seen(element), element.get("data-text")
    if exact is not None and exact.split() == _joined(seen).split():
        return exact.translate(_EXACT)
    return seen


def _seen(element: Element) -> str:
    is_exact = element.tag == "pre"
    pieces = [_folded(element.text, is_exact=is_exact)]
    for child in element:
        pieces += [_child(child), _folded(child.tail, is_exact=is_exact)]
    return "".join(pieces)


def _folded(text: str | None, *, is_exact: bool) -> str:
    return (text or "").translate(_EXACT) if is_exact else re.sub(r"[ \t\r\n]+", " ", text or "")


def _child(child: Element) -> str:
    tag = child.tag
    if tag in SILENT or child.get("data-role") in {"gaps", "unit"} or _is_for_staff(child):
        return ""
    if tag in INLINE:
        return f"[[{name_of(child)}]]"
    if tag == "br":
        return _BREAK
    if tag == "tr":
        cells = [_inside(cell).strip(f" {_BLOCK}") for cell in child]
        return f"{_BLOCK}{' | '.join(filter(None, cells))}{_BLOCK}"
    inside = _inside(child)
    if tag == "rt":
        return f"({inside})"
    if child.get("data-role") == "tooltip-content":
        return f" ({inside})"
    if tag == "rp":
        return ""
    if tag in {"sup", "sub"}:
        return _shifted(inside, "^" if tag == "sup" else "_", RAISED if tag == "sup" else LOWERED)
    return f"{_BLOCK}{inside}{_BLOCK}" if tag in BLOCKS else inside


def _is_for_staff(element: Element) -> bool:
    return element.tag == "rubricBlock" and "candidate" not in element.get("view", "candidate").split()


def _shifted(text: str, sign: str, table: dict[int, int]) -> str:
    moved = text.translate(table)
    return moved if not set(moved) & set(text) else f"{sign}({text})"


def name_of(element: Element) -> str:
    """The id that a gap or a choice goes by: ours where a file of ours keeps it."""
    for attribute in ("data-id", "responseIdentifier"):
        if element.get(attribute):
            return element.attrib[attribute]
    return element.get("identifier", "")


def fill(element: Element, text: str) -> Element:
    """Write a text into an element that may hold line breaks."""
    write_inline(element, text)
    keep_exact(element, text)
    return element


def write_inline(element: Element, text: str) -> None:
    """Add a text behind what is there, its new lines as line breaks."""
    for number, line in enumerate(text.split("\n")):
        if number:
            add(element, "br")
        if len(element):
            element[-1].tail = (element[-1].tail or "") + line
        else:
            element.text = (element.text or "") + line


def keep_exact(element: Element, text: str) -> None:
    """Note the text itself where folded blanks would change it."""
    if plain(element) != text:
        element.set("data-text", text)
