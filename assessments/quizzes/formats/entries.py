"""What every format reads into and writes from."""

from __future__ import annotations

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


@dataclass(frozen=True)
class Problem:
    """Why an entry or the file was not taken: a code that `messages.py` words, and its details."""

    code: str
    where: str = ""
    name: str = ""
    details: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What a file holds: entries that can be asked, and a problem for each one that cannot."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Writing:
    """A file to hand out, and the entries that its format has no words for."""

    content: bytes
    problems: list[Problem] = field(default_factory=list)
