"""Texts in the formats that Moodle knows, as plain text."""

from __future__ import annotations

from dataclasses import dataclass

from .building import Refused, checked
from .markup import Shows, plain

FORMATS = {
    "html": "html",
    "moodle": "moodle",
    "moodle_auto_format": "moodle",
    "plain": "plain",
    "plain_text": "plain",
    "markdown": "plain",
    "wiki_like": "plain",
}
"""Names in GIFT and XML. Markdown and wiki text can be read as they are; any other name means HTML."""


@dataclass(frozen=True)
class Text:
    """A text and the name of its format."""

    content: str
    format: str


def reduced(text: Text, *, is_feedback: bool = False, shows: Shows | None = None) -> tuple[str, list[str]]:
    """Plain text, and codes of what it lost. Raises Refused for what cannot be told in words.

    `shows` takes pictures, as for `plain`. Feedback may do without what cannot be told: a question does not
    depend on a picture in what is said afterwards.
    """
    kind = FORMATS.get(text.format, "html")
    if kind == "plain":
        return checked(text.content).strip(), []
    try:
        return plain(text.content, keeps_lines=kind == "moodle", shows=shows)
    except Refused as error:
        if not is_feedback or error.code == "text_too_long":
            raise
        return plain(text.content, keeps_lines=kind == "moodle", leaves_out=True)
