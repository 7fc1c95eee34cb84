"""Reading: an item's XML file, or a content package of many."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from ..entries import Entry, Problem, Reading
from .archives import MAX_FILE_BYTES, content_of, opened, path_of
from .documents import TEST, parse
from .manifests import NAME, Resource, resources_of
from .questions import is_item, item_of, name_in
from .refusals import Refused

ZIP = b"PK\x03\x04"


@dataclass
class _Found:
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(content: bytes, filename: str) -> Reading:
    """Every item of a file as an entry, or as a problem that says why not. Nothing is fetched."""
    found = _Found()
    try:
        if content.startswith(ZIP):
            _read_package(content, found)
        else:
            _read_single(content, filename, found)
    except Refused as refused:
        found.problems.append(Problem(refused.code, filename, details=refused.details))
    return Reading(found.entries, found.problems)


def _read_single(content: bytes, filename: str, found: _Found) -> None:
    if len(content) > MAX_FILE_BYTES:
        raise Refused("qti_file_size", limit=MAX_FILE_BYTES // 1024 // 1024)
    root = parse(content)
    if root.tag == TEST:
        raise Refused("qti_test_alone")
    if not is_item(root):
        raise Refused("qti_root_unknown", element=root.tag)
    _read_item(root, Resource(filename, ""), filename, found)


def _read_item(root: Element, resource: Resource, where: str, found: _Found) -> None:
    name = name_in(root)
    try:
        item = item_of(root)
    except Refused as refused:
        found.problems.append(Problem(refused.code, where, name, refused.details))
        return
    found.entries.append(
        Entry(name, item, where, resource.capability, resource.tags, resource.difficulty, resource.category)
    )


def _read_package(content: bytes, found: _Found) -> None:
    with opened(content) as archive:
        names = archive.namelist()
        manifests = [name for name in names if posixpath.basename(name).lower() == NAME]
        if not manifests:
            raise Refused("qti_manifest_missing")
        manifest = min(manifests, key=lambda name: name.count("/"))
        resources = resources_of(parse(content_of(archive, manifest)))
        base = posixpath.dirname(manifest)
        listed = {path_of(base, resource.href): resource for resource in resources}
        for path, resource in listed.items():
            _read_listed(archive, path, resource, found)
        for name in names:
            if name not in listed and name not in manifests:
                _read_unlisted(archive, name, found)
    if not found.entries and not found.problems:
        raise Refused("qti_no_items")


def _read_listed(archive: ZipFile, path: str, resource: Resource, found: _Found) -> None:
    try:
        root = parse(content_of(archive, path))
        if not is_item(root):
            raise Refused("qti_root_unknown", element=root.tag)
    except Refused as refused:
        found.problems.append(Problem(refused.code, path, details=refused.details))
        return
    _read_item(root, resource, path, found)


def _read_unlisted(archive: ZipFile, name: str, found: _Found) -> None:
    """Items that the manifest forgot are items all the same; other files are none of our business."""
    if name.lower().endswith(".zip"):
        found.problems.append(Problem("qti_zip_nested", name))
    if not name.lower().endswith(".xml"):
        return
    try:
        root = parse(content_of(archive, name))
    except Refused as refused:
        found.problems.append(Problem(refused.code, name, details=refused.details))
        return
    if is_item(root):
        _read_item(root, Resource(name, ""), name, found)
