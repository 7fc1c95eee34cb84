"""The picture of a badge: a medal with the certificate's title, as SVG and as PNG, from the same measures."""

from __future__ import annotations

import io
import math
import shutil
import subprocess
from functools import cache

from django.template.loader import render_to_string
from PIL import Image, ImageDraw, ImageFont

from certificates import fonts

SIDE = 400
SMOOTHING = 3
"""A PNG is drawn this many times as large, and made smaller: the library draws no soft edges."""

RED, GOLD, PAPER = "#9b1c1c", "#c9a227", "#fffaf0"
CENTRE, RADIUS, INNER = (200.0, 170.0), 150.0, 126.0
TEETH = 36
RIBBONS = (
    ((120.0, 280.0), (90.0, 390.0), (135.0, 365.0), (170.0, 395.0), (190.0, 300.0)),
    ((280.0, 280.0), (310.0, 390.0), (265.0, 365.0), (230.0, 395.0), (210.0, 300.0)),
)
TITLE_AT, YEAR_AT = (200.0, 165.0), (200.0, 225.0)
TITLE_WIDTH, LARGEST, YEAR_SIZE = 216.0, 54.0, 30.0

Point = tuple[float, float]


def svg(*, title: str, year: int) -> str:
    """The picture as SVG. A reader without Chinese fonts shows the letters of its own."""
    return render_to_string(
        "certificates/badges/badge.svg",
        {
            "title": title,
            "year": year,
            "side": SIDE,
            "medal": _path(_medal()),
            "ribbons": [_path(ribbon) for ribbon in RIBBONS],
            "centre": CENTRE,
            "inner": INNER,
            "title_at": TITLE_AT,
            "year_at": YEAR_AT,
            "title_size": _title_size(title),
            "year_size": YEAR_SIZE,
            "red": RED,
            "gold": GOLD,
            "paper": PAPER,
        },
    )


def png(*, title: str, year: int) -> bytes:
    """The picture as PNG, with the fonts of certificates. The same words give the same bytes."""
    image = Image.new("RGBA", (SIDE * SMOOTHING, SIDE * SMOOTHING), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    for ribbon in RIBBONS:
        draw.polygon(_scaled(ribbon), fill=RED)
    draw.polygon(_scaled(_medal()), fill=GOLD)
    (left, top), width = CENTRE, 4 * SMOOTHING
    ring = _scaled([(left - INNER, top - INNER), (left + INNER, top + INNER)])
    draw.ellipse(ring, fill=PAPER, outline=RED, width=width)
    _write(draw, title, TITLE_AT, _title_size(title), RED)
    _write(draw, str(year), YEAR_AT, YEAR_SIZE, GOLD)
    small = image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    small.save(file, "PNG", optimize=True)
    return file.getvalue()


def _medal() -> list[Point]:
    """A circle with teeth."""
    points = []
    for step in range(2 * TEETH):
        radius = RADIUS if step % 2 else RADIUS - 8
        angle = math.pi * step / TEETH
        points.append((CENTRE[0] + radius * math.cos(angle), CENTRE[1] + radius * math.sin(angle)))
    return points


def _title_size(title: str) -> float:
    """So large that the title has its line to itself and no more."""
    return min(LARGEST, TITLE_WIDTH / max(len(title), 1))


def _path(points: list[Point] | tuple[Point, ...]) -> str:
    return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points) + " Z"


def _scaled(points: list[Point] | tuple[Point, ...]) -> list[Point]:
    return [(x * SMOOTHING, y * SMOOTHING) for x, y in points]


def _write(draw: ImageDraw.ImageDraw, text: str, at: Point, size: float, colour: str) -> None:
    [place] = _scaled([at])
    draw.text(place, text, fill=colour, font=_font(round(size * SMOOTHING)), anchor="mm")


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font of certificates, or what stands in for it; without fontconfig, one that knows no Chinese."""
    command = shutil.which("fc-match")
    if command is None:
        return ImageFont.load_default(size)
    answer = subprocess.run(  # noqa: S603 - the family is our own constant
        [command, "--format=%{file}\t%{index}", f"{fonts.FORMAL}:style=Regular"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    path, _, face = answer.stdout.partition("\t")
    return ImageFont.truetype(path, size, index=int(face))
