"""What every format reads into and writes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..items.kinds import Item


@dataclass(frozen=True)
class Entry:
    """A question in a file, with what the file says about it."""

    name: str
    item: Item
    where: str = ""
    """Line, row or part of the file, for people: "12" or "item07.xml"."""
    capability: str = ""
    tags: tuple[str, ...] = ()
    difficulty: str = ""
    """easy, medium, hard or nothing."""
    category: str = ""
    """Path of the category in formats that have one, parts parted by "/"."""
    key: str = ""
    """What the file knows the question by, if that is not its name: a number, an id."""
    pictures: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    """The pictures it shows, by their names: PNG files as `pictures.drawn` made them."""


REFUSE, WARN = "refuse", "warn"


@dataclass(frozen=True)
class Problem:
    """Why an entry or the file was not taken, or (WARN) what of it was left out or is different now.

    `code` is worded in `messages.py` with `details`.
    """

    code: str
    where: str = ""
    name: str = ""
    details: dict[str, str | int] = field(default_factory=dict)
    severity: str = REFUSE


@dataclass(frozen=True)
class Reading:
    """What a file holds: entries that can be asked, and a problem for each one that cannot.

    Entries that were taken may have problems too, which then only warn.
    """

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Writing:
    """A file to hand out, and the problems of entries that are not in it, or (WARN) not all of them."""

    content: bytes
    problems: list[Problem] = field(default_factory=list)
