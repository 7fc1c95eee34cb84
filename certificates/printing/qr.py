"""QR codes, as a picture and as what a PDF's page draws: the same bars in both."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import zxingcpp

EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'

DARK = re.compile(rb"\x00+")

EDGE = b"\xff"
"""Light, between one row and the next."""

Bar = tuple[int, int, int]
"""Column, row and length, in modules, from the upper left."""


@lru_cache(maxsize=4)
def bars_of(text: str) -> tuple[int, tuple[Bar, ...]]:
    """How many modules wide the code is, and its dark modules, joined to bars. Without a margin."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    picture: Any = barcode.to_image(scale=1, add_quiet_zones=False)
    image = memoryview(picture).tobytes()
    size = int(len(image) ** 0.5)
    rows = EDGE.join(image[start : start + size] for start in range(0, len(image), size))
    spans = [dark.span() for dark in DARK.finditer(rows)]
    return size, tuple((start % (size + 1), start // (size + 1), end - start) for start, end in spans)


def svg_of(text: str) -> str:
    size, bars = bars_of(text)
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in bars)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{path}"/></svg>'


def content_of(text: str, x: float, y: float, width: float) -> bytes:
    """Drawing operators for a code whose lower left corner is there, in points."""
    size, bars = bars_of(text)
    unit = width / size
    drawn = "\n".join([f"{column} {row} {length} 1 re" for column, row, length in bars])
    return f"q 0 g {unit:.5f} 0 0 -{unit:.5f} {x:.3f} {y + width:.3f} cm\n{drawn}\nf Q".encode()
