"""Pictures that people hand in, drawn anew: whatever else such a file carries stays behind."""

from __future__ import annotations

import struct
from typing import BinaryIO

from PIL import Image, ImageOps

UNREADABLE = (
    OSError, SyntaxError, ValueError, EOFError, struct.error,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
"""What Pillow raises over pictures that are damaged or meant to harm."""


class Damaged(Exception):
    """The file is no picture of these formats, or not a whole one."""


class TooManyPixels(Exception):
    """The picture claims more pixels than may be drawn: a small file can fill the memory."""


def drawn(file: BinaryIO, formats: list[str], *, most_pixels: int, longest_side: int) -> Image.Image:
    """The picture upright and in plain colours, without the place, the phone and the time it carried.

    `formats` are Pillow's names: a file is known by its content. Raises Damaged, TooManyPixels.
    """
    try:
        with Image.open(file, formats=formats) as picture:
            if picture.width * picture.height > most_pixels:
                raise TooManyPixels
            picture.thumbnail((longest_side, longest_side))
            plain = _on_white(ImageOps.exif_transpose(picture))
    except UNREADABLE as error:
        raise Damaged from error
    plain.info.clear()
    return plain


def _on_white(picture: Image.Image) -> Image.Image:
    """In plain colours. What was transparent becomes white: a drawing's black lines stay visible."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    drawing = picture.convert("RGBA")
    sheet = Image.new("RGBA", drawing.size, "white")
    sheet.alpha_composite(drawing)
    return sheet.convert("RGB")
