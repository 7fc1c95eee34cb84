"""Which characters the fonts of a certificate can draw. A missing glyph would be replaced without a word."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Collection, Iterable
from functools import cache

from fontTools.ttLib import TTFont

FORMAL = "Noto Serif CJK SC"
"""The font of everything but the name."""

NAMES = ("LXGW WenKai", FORMAL)
"""Fonts of the name, best first."""


def font_of_name(name: str) -> str:
    """The font to set a holder's name in: the best that has all of it, so that no name is set in two.

    Where none has all of it, the best one; the others stand in for what it lacks.
    """
    return next((family for family in NAMES if not undrawable(name, [family])), NAMES[0])


def undrawable(text: str, families: Collection[str]) -> list[str]:
    """The characters of `text` that none of `families` has a glyph for, each once, in order."""
    drawable = [characters_of(family) for family in families]
    wanted = dict.fromkeys(character for character in text if not character.isspace())
    return [character for character in wanted if not any(ord(character) in font for font in drawable)]


def problem_with(*, name: str, texts: Iterable[str]) -> str:
    """Why a certificate cannot be printed: its characters without a glyph, as "𱍊 U+3134A"; "" if it can."""
    missing = dict.fromkeys(undrawable(name, NAMES) + undrawable("".join(texts), [FORMAL]))
    return ", ".join(f"{character} U+{ord(character):04X}" for character in missing)[:200]


def missing_families() -> list[str]:
    """The fonts that this machine lacks."""
    return [family for family in dict.fromkeys(NAMES) if not characters_of(family)]


@cache
def characters_of(family: str) -> frozenset[int]:
    """Code points that a font of this machine has glyphs for; none if it is not installed.

    Read once per process: a font installed later counts after a restart.
    """
    place = place_of(family)
    if place is None:
        return frozenset()
    path, index = place
    with TTFont(path, fontNumber=index, lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def place_of(family: str, style: str = "Regular") -> tuple[str, int] | None:
    """The file, and the place in it, where fontconfig, and so WeasyPrint, finds a font.

    None if it would take another family.
    """
    command = shutil.which("fc-match")
    if command is None:
        return None
    answer = subprocess.run(  # noqa: S603 - the family is one of our own constants
        [command, "--format=%{family}\t%{file}\t%{index}", f"{family}:style={style}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    families, path, index = answer.stdout.split("\t")
    return (path, int(index)) if family in families.split(",") else None
