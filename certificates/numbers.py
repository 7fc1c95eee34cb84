"""How a certificate's number and its date are written. No database, no Django."""

import re
import unicodedata
from datetime import date

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
COMPACT = re.compile(r"([0-9A-Z]{2,12})([0-9]{4})([0-9]{6})([0-9]{6})([0-9A-Z])")
BLANKS_AND_DASHES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\-\u2010-\u2015\u2212\u30fc]+")


def check_character(text: str) -> str:
    """The ISO 7064 MOD 37,36 check character of upper-case letters and digits.

    It gives away every single wrong character, and all but one in about six hundred of the swaps of two
    neighbours: those that this standard does not see are pairs next to each other in the alphabet.
    """
    product = 36
    for character in text:
        product = ((product + ALPHABET.index(character)) % 36 or 36) * 2 % 37
    return ALPHABET[(37 - product) % 36]


def certificate_number(*, prefix: str, year: int, area: str, serial: int) -> str:
    """A number as it is printed. Raises ValueError for parts that would not be read back."""
    parts = f"{prefix}-{year:04}-{area}-{serial:06}"
    number = f"{parts}-{check_character(parts.replace('-', ''))}"
    if parse_number(number) != number:
        raise ValueError(f"Not the parts of a certificate number: {parts}")
    return number


def parse_number(text: str) -> str:
    """A number as somebody typed it, in its printed form; "" if it cannot be one.

    Lower case, full-width characters, blanks, other dashes and missing ones are forgiven. A wrong check
    character is not.
    """
    compact = BLANKS_AND_DASHES.sub("", unicodedata.normalize("NFKC", text)).upper()
    parts = COMPACT.fullmatch(compact)
    if not parts or check_character(compact[:-1]) != compact[-1]:
        return ""
    return "-".join(parts.groups())


CHINESE_DIGITS = "〇一二三四五六七八九"


def chinese_date(day: date) -> str:
    """A date as documents write it: 二〇二六年十一月二十三日."""
    year = "".join(CHINESE_DIGITS[int(digit)] for digit in f"{day.year:04}")
    return f"{year}年{_chinese_number(day.month)}月{_chinese_number(day.day)}日"


def _chinese_number(number: int) -> str:
    """1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    before = CHINESE_DIGITS[tens] if tens > 1 else ""
    return f"{before}十{CHINESE_DIGITS[ones] if ones else ''}" if tens else CHINESE_DIGITS[ones]
