"""Writing: a content package of items, which `reader.read` reads back as they were."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ...items.kinds import Choice, Gaps, Item, Matching, Ordering, Passage
from ...items.stored import dump, problems
from ..entries import Entry, Problem, Writing
from .documents import write as write_document
from .manifests import NAME, TO_LOM, manifest_for
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
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for number, entry in enumerate(entries, start=1):
            code = _obstacle(entry)
            if code:
                found.append(Problem(code, entry.where, entry.name))
                continue
            identifier = f"item{number:05d}"
            name = f"items/{identifier}.xml"
            root = write_item(entry.item, identifier, entry.name, version)
            archive.writestr(_info(name), write_document(root, version))
            files.append((identifier, name, entry))
        archive.writestr(_info(NAME), manifest_for(files, version))
    return Writing(content.getvalue(), found)


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, LONG_AGO)
    info.compress_type = ZIP_DEFLATED
    return info


def _obstacle(entry: Entry) -> str:
    """The code of what keeps an entry out of QTI, "" if nothing does."""
    for code in problems(entry.item):
        return code
    said = [dump(entry.item), entry.name, entry.capability, list(entry.tags), entry.category]
    if any(NOT_XML.search(text) for text in _texts(said)):
        return "qti_signs"
    if entry.difficulty and entry.difficulty not in TO_LOM:
        return "qti_difficulty"
    return _item_obstacle(entry.item)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _item_obstacle(item: Item) -> str:
    if isinstance(item, Passage):
        return next(filter(None, (_item_obstacle(part.item) for part in item.parts)), "")
    if isinstance(item, Choice) and (item.kind == "picture" or any(option.image for option in item.options)):
        return "qti_picture"
    if isinstance(item, (Matching, Ordering)):
        is_bare = not any(option.score or option.feedback or option.image for option in item.options)
        return "" if is_bare else "qti_details"
    if isinstance(item, Gaps):
        loose = [answer for gap in item.gaps if gap.kind != "number" for answer in gap.answers]
        return "qti_details" if any(answer.tolerance for answer in loose) else ""
    return ""
