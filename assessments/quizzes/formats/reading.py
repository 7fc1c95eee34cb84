"""From any file to entries: which format it is, and whether it may be read at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

from organizations.tables import OLE, UNSTORABLE, ZIP, Unreadable, decode

from . import aiken, excel, gift, moodle, qti
from .building import refused_file
from .entries import Reading
from .moodle import embedded

MOST_BYTES = 10 * 1024 * 1024
"""Largest file taken. Five thousand questions are one to four, unless they bring pictures."""

TABLE_NAMES = (".csv", ".tsv")
XML = re.compile(r"\s*<(\?xml|quiz|question|!)")
QUIZ = re.compile(r"<quiz[\s>]")
AIKEN = re.compile(r"^\s*(ANSWER|答案)[:：]\s*[A-ZＡ-Ｚ]\s*$", re.MULTILINE)
GIFT = re.compile(r"\{[^{}]*\}|^\s*\$CATEGORY:", re.MULTILINE)
TABLE = re.compile(r"[^\n]*(题干|题目|stem|question)[^\n]*\n", re.IGNORECASE)
SAMPLE = 20_000
"""How many characters are looked at to tell formats apart."""


@dataclass(frozen=True)
class Format:
    """A format of text: how to know it by its beginning, and how to read it.

    Moodle calls its files questions.gift.txt and the like, so a name between dots decides too.
    """

    name: str
    is_meant: Callable[[str], bool]
    read: Callable[[str], Reading]


FORMATS = (
    Format("moodle", lambda start: bool(XML.match(start) or QUIZ.search(start)), moodle.read),
    Format("multianswer", embedded.is_meant, embedded.read),
    Format("aiken", lambda start: bool(AIKEN.search(start)), aiken.read),
    Format("gift", lambda start: bool(GIFT.search(start)), gift.read),
)
"""Formats of text, in the order in which they are asked."""


def read(content: bytes, filename: str) -> Reading:
    """Everything that can be asked in a file, and what is wrong with the rest. Never raises.

    A name may say what the format is; else the content does.
    """
    if len(content) > MOST_BYTES:
        return refused_file("too_big", limit=MOST_BYTES // 1024 // 1024)
    reading = qti.read(content, filename) if qti.is_meant(content) else _read(content, filename.lower())
    return reading if reading.entries or reading.problems else refused_file("no_questions")


def _read(content: bytes, filename: str) -> Reading:
    if content.startswith((ZIP, OLE)) or filename.endswith(TABLE_NAMES):
        return excel.read(content)
    try:
        text = decode(content).translate(UNSTORABLE).replace("\r\n", "\n").replace("\r", "\n")
    except Unreadable as error:
        return refused_file(error.code)
    start = text[:SAMPLE]
    named = (format_ for format_ in FORMATS if f".{format_.name}." in f"{filename}.")
    meant = (format_ for format_ in FORMATS if format_.is_meant(start))
    if format_ := next(chain(named, meant), None):
        return format_.read(text)
    return excel.read(content) if TABLE.match(start) else refused_file("unknown_format")
