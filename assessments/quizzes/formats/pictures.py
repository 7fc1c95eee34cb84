"""Pictures that come with questions: looked at, drawn anew, and named by what can be seen on them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

from organizations import pictures

from .building import Refused

ENDINGS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP", "gif": "GIF"}
"""What is taken, and what Pillow calls it."""

LONGEST_SIDE = 800
"""Pixels kept: twice what a phone shows of a picture among others."""

MOST_BYTES = 4 * 1024 * 1024
"""Of one picture as it comes: a phone's photograph is two or three."""

MOST_PIXELS = 25_000_000
"""Of one picture as it comes."""

MOST_PIXELS_OF_A_FILE = 8 * MOST_PIXELS
"""Of all pictures of a file: drawing so many takes a few seconds."""


@dataclass(frozen=True)
class Drawn:
    """A picture as the bank keeps it. `name`: SHA-256 of what can be seen; `content`: a PNG of that."""

    name: str
    content: bytes


def drawn(content: bytes, file_name: str) -> Drawn:
    """The picture of a file, without anything else the file carried. Raises Refused.

    No picture that was drawn here changes when it is drawn again: so a question that leaves as a file and
    comes back has the same pictures.
    """
    ending = file_name.lower().rpartition(".")[2]
    short = file_name[-40:]
    if len(content) > MOST_BYTES:
        raise Refused("picture_bytes", file=short, limit=MOST_BYTES // 1024 // 1024)
    if ending not in ENDINGS:
        raise Refused("picture_format", file=short)
    kind = ENDINGS[ending]
    try:
        picture = pictures.drawn(BytesIO(content), [kind], most_pixels=MOST_PIXELS, longest_side=LONGEST_SIDE)
    except pictures.TooManyPixels as error:
        raise Refused("picture_pixels", file=short, limit=MOST_PIXELS // 1_000_000) from error
    except pictures.Damaged as error:
        raise Refused("picture_damaged", file=short) from error
    with Image.open(BytesIO(content), formats=[kind]) as original:
        if getattr(original, "is_animated", False):
            raise Refused("picture_moves", file=short)
    seen = hashlib.sha256(f"{picture.width}x{picture.height}:".encode() + picture.tobytes())
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    return Drawn(seen.hexdigest(), file.getvalue())


def pixels_of(content: bytes) -> int:
    """How many pixels a picture claims to have; 0 if it cannot be told."""
    try:
        with Image.open(BytesIO(content), formats=list(set(ENDINGS.values()))) as picture:
            return picture.width * picture.height
    except pictures.UNREADABLE:
        return 0


@dataclass
class Gallery:
    """The pictures of one file: each drawn once, and not more than can be drawn while somebody waits."""

    found: dict[tuple[bytes, str], Drawn] = field(default_factory=dict)
    pixels: int = 0

    def add(self, content: bytes, file_name: str) -> Drawn:
        """Raises Refused."""
        key = hashlib.sha256(content).digest(), file_name.lower().rpartition(".")[2]
        if key not in self.found:
            self.pixels += pixels_of(content)
            if self.pixels > MOST_PIXELS_OF_A_FILE:
                raise Refused("pictures_many")
            self.found[key] = drawn(content, file_name)
        return self.found[key]
