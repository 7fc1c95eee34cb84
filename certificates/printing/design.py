"""What a frozen design is: its layout, colours, words and picture, as plain values. No database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property
from typing import Any

from .wording import STANDARD

LAYOUTS = ("formal", "classic", "modern")

COLOURS: dict[str, dict[str, str]] = {
    "formal": {"ink": "#1d2a28", "accent": "#12433b", "rule": "#a5834a", "paper": "#ffffff"},
    "classic": {"ink": "#2b1d1a", "accent": "#8c1c13", "rule": "#b08d57", "paper": "#fffdf5"},
    "modern": {"ink": "#1f2933", "accent": "#0b4f8a", "rule": "#7fa8c9", "paper": "#ffffff"},
}
"""The colours of each layout as it is shipped: text, titles, lines and frames, paper."""

CONTRAST = 4.5
"""At least this much between text and paper. Source: WCAG 2.2, 1.4.3."""


@dataclass(frozen=True)
class Look:
    """A design as it is frozen: nothing in it points anywhere."""

    layout: str
    colours: Mapping[str, str]
    texts: Mapping[str, str]
    """The sentence for each kind of certificate, as wording.fill reads it."""
    title: str = ""
    """Instead of the title of the rule pack, where it is not empty."""
    subtitle: str = "Certificate of Professional Training"
    issuer: str = ""
    """Instead of the issuing body that the facts name, where it is not empty."""
    footer: str = ""
    is_bilingual: bool = True
    logo: str = field(default="", repr=False)
    """A picture as a data: address; no seal."""

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Look:
        """From the JSON of a version."""
        return cls(**content)

    @property
    def content(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)

    @cached_property
    def digest(self) -> str:
        """Names this look: two with the same one print the same."""
        text = json.dumps(self.content, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@cache
def standard(layout: str = "formal") -> Look:
    """A layout as it is shipped, which prints what names no design."""
    return Look(layout, COLOURS[layout], STANDARD)


def contrast(one: str, other: str) -> float:
    """How far two colours (#rrggbb) are apart, from 1 to 21, as WCAG counts."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
