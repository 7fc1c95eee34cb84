"""Writing: a content package of items, which `reader.read` reads back as they were."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ...items.kinds import Gap, Gaps, Item, Matching, Ordering, Passage, Simple
from ...items.pictures import images
from ...items.stored import dump, problems
from ..building import Refused, label
from ..comparing import bare
from ..entries import WARN, Entry, Problem, Writing
from .documents import parse
from .documents import write as write_document
from .manifests import NAME, TO_LOM, Packed, manifest_for
from .pictures import name_pictures
from .questions import MADE_UP, item_of, strings
from .sheets import IDENTIFIER
from .write_items import write_item
from .write_places import digits_of

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
    packed: list[Packed] = []
    used: set[str] = set()
    pictures: dict[str, Mapping[str, bytes]] = {}
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for number, entry in enumerate(entries, start=1):
            identifier, mark = _identified(entry.key, number, used)
            try:
                document, warnings = _file(entry, identifier, mark, version)
            except Refused as refused:
                found.append(Problem(refused.code, entry.where, label(entry), refused.details))
                continue
            name = f"items/item{number:05d}.xml"
            archive.writestr(_info(name), document)
            shown = sorted(set(images(entry.item)))
            packed.append(Packed(identifier, name, entry, [_path(picture) for picture in shown]))
            pictures |= dict.fromkeys(shown, entry.pictures)
            found += [Problem(code, entry.where, label(entry), severity=WARN) for code in warnings]
        for picture in sorted(pictures):
            archive.writestr(_info(_path(picture)), pictures[picture][picture])
        archive.writestr(_info(NAME), manifest_for(packed, version))
    return Writing(content.getvalue(), found)


def _identified(key: str, number: int, used: set[str]) -> tuple[str, str]:
    """The identifier of an item, and its label if that has to hold the key."""
    if IDENTIFIER.fullmatch(key) and key not in used and not MADE_UP.fullmatch(key):
        used.add(key)
        return key, ""
    return f"item0{number:04d}", key


def _file(entry: Entry, identifier: str, mark: str, version: str) -> tuple[bytes, list[str]]:
    """The file of an item, read back before it is handed out, and codes of what it lacks. Raises Refused."""
    _check(entry)
    addresses = {picture: f"../{_path(picture)}" for picture in images(entry.item)}
    root = write_item(entry.item, identifier, entry.name, version, addresses)
    if mark:
        root.set("label", mark)
    document = write_document(root, version)
    names = {address: picture for picture, address in addresses.items()}
    again = parse(document)
    name_pictures(again, names.get)
    try:
        back, warnings = item_of(again)
    except Refused as refused:
        raise Refused("not_in_format") from refused
    wanted = _with_digits(entry.item)
    if bare(back) != bare(wanted):
        raise Refused("not_in_format")
    return document, [*dict.fromkeys(warnings)] + ["details_left_out"] * (back != wanted)


def _with_digits(item: Item) -> Item:
    """The same item with its numbers as XML has them: "１,０００" as "1000"."""
    if isinstance(item, Passage):
        parts = tuple(replace(part, item=_simple_with_digits(part.item)) for part in item.parts)
        return replace(item, parts=parts)
    return _simple_with_digits(item)


def _simple_with_digits(item: Simple) -> Simple:
    return replace(item, gaps=tuple(map(_gap_with_digits, item.gaps))) if isinstance(item, Gaps) else item


def _gap_with_digits(gap: Gap) -> Gap:
    if gap.kind != "number":
        return gap
    return replace(gap, answers=tuple(replace(answer, text=digits_of(answer.text)) for answer in gap.answers))


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
    if not entry.pictures.keys() >= set(images(entry.item)):
        raise Refused("pictures_no_place")
    _check_item(entry.item)


def _path(picture: str) -> str:
    """Where a picture lies in the package: a name that tells nothing of what is right."""
    return f"pictures/{picture[:32]}.png"


def _check_item(item: Item) -> None:
    if isinstance(item, Passage):
        for part in item.parts:
            _check_item(part.item)
    elif isinstance(item, Matching | Ordering):
        if any(option.score or option.feedback or option.image for option in item.options):
            raise Refused("qti_details")
    elif isinstance(item, Gaps):
        loose = [answer for gap in item.gaps if gap.kind != "number" for answer in gap.answers]
        if any(answer.tolerance for answer in loose):
            raise Refused("qti_details")
