"""Writing: a content package of items, which `reader.read` reads back as they were."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ...items.kinds import Choice, Gaps, Item, Matching, Ordering, Passage
from ...items.stored import dump, problems
from ..building import Refused, label
from ..entries import WARN, Entry, Problem, Writing
from .documents import write as write_document
from .manifests import NAME, TO_LOM, manifest_for
from .questions import MADE_UP, strings
from .sheets import IDENTIFIER
from .write_items import write_item

VERSIONS = ("2.2", "3.0")
NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file, so that the same entries give the same package."""


def write(entries: list[Entry], version: str = "2.2") -> Writing:
    """A package of QTI 2.2 or 3.0. Entries that it cannot hold are problems; numbers become plain digits.

    Orders are right or wrong to QTI; our shares for neighbours come back when it is read here.
    Raises ValueError for other versions.
    """
    if version not in VERSIONS:
        raise ValueError(version)
    found: list[Problem] = []
    files: list[tuple[str, str, Entry]] = []
    used: set[str] = set()
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for number, entry in enumerate(entries, start=1):
            try:
                _check(entry)
            except Refused as refused:
                found.append(Problem(refused.code, entry.where, label(entry), refused.details))
                continue
            identifier, mark = _identified(entry.key, number, used)
            name = f"items/item{number:05d}.xml"
            root = write_item(entry.item, identifier, entry.name, version)
            if mark:
                root.set("label", mark)
            archive.writestr(_info(name), write_document(root, version))
            files.append((identifier, name, entry))
            if _has_order(entry.item):
                found.append(Problem("marking_differs", entry.where, label(entry), severity=WARN))
        archive.writestr(_info(NAME), manifest_for(files, version))
    return Writing(content.getvalue(), found)


def _identified(key: str, number: int, used: set[str]) -> tuple[str, str]:
    """The identifier of an item, and its label if that has to hold the key."""
    if IDENTIFIER.fullmatch(key) and key not in used and not MADE_UP.fullmatch(key):
        used.add(key)
        return key, ""
    return f"item{number:05d}", key


def _has_order(item: Item) -> bool:
    parts = [part.item for part in item.parts] if isinstance(item, Passage) else [item]
    return any(isinstance(part, Ordering) for part in parts)


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, LONG_AGO)
    info.compress_type = ZIP_DEFLATED
    return info


def _check(entry: Entry) -> None:
    """Raise Refused for what keeps an entry out of QTI."""
    for code in problems(entry.item):
        raise Refused(code)
    said = [dump(entry.item), entry.name, entry.key, entry.capability, list(entry.tags), entry.category]
    if any(NOT_XML.search(text) for text in strings(said)):
        raise Refused("qti_signs")
    if entry.difficulty and entry.difficulty not in TO_LOM:
        raise Refused("difficulty_unknown", value=entry.difficulty)
    _check_item(entry.item)


def _check_item(item: Item) -> None:
    if isinstance(item, Passage):
        for part in item.parts:
            _check_item(part.item)
    elif isinstance(item, Choice):
        if item.kind == "picture" or any(option.image for option in item.options):
            raise Refused("qti_picture")
    elif isinstance(item, Matching | Ordering):
        if any(option.score or option.feedback or option.image for option in item.options):
            raise Refused("qti_details")
    elif isinstance(item, Gaps):
        loose = [answer for gap in item.gaps if gap.kind != "number" for answer in gap.answers]
        if any(answer.tolerance for answer in loose):
            raise Refused("qti_details")
