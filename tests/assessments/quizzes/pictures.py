"""Small pictures, each of one colour, as they come in files and as the bank keeps them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from assessments.quizzes.formats.pictures import drawn

COLOURS = ("red", "green", "blue", "yellow", "black", "white")


def picture(colour: str = "red", size: tuple[int, int] = (12, 8), kind: str = "PNG", **options) -> bytes:
    """A file of this kind."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, kind, **options)
    return file.getvalue()


DRAWN = {colour: drawn(picture(colour), "a.png") for colour in COLOURS}
NAMES = [DRAWN[colour].name for colour in COLOURS]
RED, GREEN, BLUE = NAMES[:3]
PICTURES = {found.name: found.content for found in DRAWN.values()}
"""Names to files, as entries have them."""
