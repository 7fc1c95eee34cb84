"""How names, numbers and phones are written. No database, no Django."""

import re
import unicodedata
from decimal import Decimal

NAME_LENGTH = (2, 40)
"""Fewest and most characters of a person's name."""

DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅●.", "·"))
INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[·\-' ])*[^\W\d_]")
CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
NUMBER = re.compile(r"[0-9A-Z][0-9A-Z\-]{2,29}")
PHONE = re.compile(r"1[3-9][0-9]{9}")


def normalise_text(text: str) -> str:
    """One line of NFKC text: full-width forms made plain, runs of blanks made one, none at the ends."""
    return INVISIBLE.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def normalise_name(text: str) -> str:
    """A person's name as we keep it, or "" if it cannot be one.

    Blanks between Chinese characters go (offices pad two-character names), every kind of middle dot
    becomes `·`, and rare characters stay exactly as they were typed (NFC, not NFKC: compatibility
    ideographs are somebody's name).
    """
    name = INVISIBLE.sub(" ", unicodedata.normalize("NFC", text).replace("\u3000", " ")).strip()
    if CHINESE.search(name):
        name = name.replace(" ", "").translate(DOTS)
    shortest, longest = NAME_LENGTH
    return name if shortest <= len(name) <= longest and NAME.fullmatch(name) else ""


def normalise_number(text: str) -> str:
    """A staff number in plain upper-case letters and digits, or "" if it cannot be one.

    A spreadsheet's float (`61030300002.0`) is read as the whole number it was.
    """
    number = normalise_text(text).replace(" ", "").upper().removesuffix(".0")
    return number if NUMBER.fullmatch(number) else ""


def normalise_phone(text: str) -> str:
    """A Chinese mobile number in E.164 (`+8613900300006`), or "" if it cannot be one."""
    digits = re.sub(r"[\s\-]", "", normalise_text(text)).removesuffix(".0")
    digits = digits.removeprefix("+86").removeprefix("0086")
    return f"+86{digits}" if PHONE.fullmatch(digits) else ""


LEAVERS_ASK_AGAIN = Decimal("0.05")
"""Share of a roster's people that may leave at once without a second question."""


def has_many_leavers(leaving: int, posted: int) -> bool:
    """Whether so many of the `posted` people leave that the file may simply be incomplete."""
    return leaving > posted * LEAVERS_ASK_AGAIN


CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, which people misread."""

CODE_LENGTH = 12
"""60 bits: not to be found by guessing."""

CODE_DAYS = 30
"""How long an activation code can be used."""

MISREAD = str.maketrans("OIL", "011")


def format_code(code: str) -> str:
    """An activation code in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def normalise_code(text: str) -> str:
    """An activation code as somebody typed it, or "" if it cannot be one."""
    code = re.sub(r"[\s\-]", "", normalise_text(text)).upper().translate(MISREAD)
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET) else ""


def mask_name(name: str) -> str:
    """A name for the public: the first character stays, each further one becomes an asterisk."""
    return name[:1] + "*" * max(len(name) - 1, 1)
