"""Reading: an item's XML file, or a content package of many."""

from __future__ import annotations

import posixpath
import re
from io import BytesIO
from urllib.parse import quote
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from organizations.tables import ZIP

from ..building import Collector, Refused
from ..entries import Entry, Reading
from .archives import DATA, MAX_FILE_BYTES, UNREADABLE, Package, content_of, opened, path_of
from .documents import TEST, parse, within
from .manifests import NAME, Resource, resources_of
from .pictures import name_pictures, turn_objects
from .questions import is_item, item_of, key_in, name_in

ROOT = re.compile(rb"<[\w:-]*(assessmentItem|assessmentTest|qti-assessment-(item|test))[\s>]")
SAMPLE = 20_000
"""How many bytes are looked at to know an item."""


def is_meant(content: bytes) -> bool:
    """Whether a file is a content package or an item or test of QTI, by what it holds."""
    if content.startswith(ZIP):
        try:
            with ZipFile(BytesIO(content)) as archive:
                return any(_is_manifest(name) for name in archive.namelist())
        except UNREADABLE:
            return False
    start = content[:SAMPLE].replace(b"\0", b"")  # as good as decoded, for names in ASCII
    return ROOT.search(start) is not None


def read(content: bytes, filename: str) -> Reading:
    """Every item of a file as an entry, or as a problem that says why not. Nothing is fetched."""
    found = Collector()
    try:
        if content.startswith(ZIP):
            _read_package(content, found)
        else:
            _read_single(content, filename, found)
    except Refused as refused:
        found.refuse(refused, filename)
    return found.reading


def _read_single(content: bytes, filename: str, found: Collector) -> None:
    if len(content) > MAX_FILE_BYTES:
        raise Refused("qti_file_size", limit=MAX_FILE_BYTES // 1024 // 1024)
    root = parse(content)
    if root.tag == TEST:
        raise Refused("qti_test_alone")
    if not is_item(root):
        raise Refused("qti_root_unknown", element=root.tag)
    _read_item(root, Resource(filename, ""), filename, found, Package())


def _read_item(root: Element, resource: Resource, where: str, found: Collector, package: Package) -> None:
    name = name_in(root)
    try:
        _bring_stimuli(root, where, package)
        pictures = _bring_pictures(root, where, package)
        item, warnings = item_of(root)
    except Refused as refused:
        found.refuse(refused, where, name)
        return
    entry = Entry(
        name,
        item,
        where,
        resource.capability,
        resource.tags,
        resource.difficulty,
        resource.category,
        key_in(root),
        pictures,
    )
    found.add(entry, warnings)


def _bring_stimuli(root: Element, where: str, package: Package) -> None:
    """Put the texts that an item shares with others at the head of its body. Raises Refused."""
    body = root.find("itemBody")
    references = root.findall("assessmentStimulusRef")
    paths = [path_of(posixpath.dirname(where), reference.get("href", "")) for reference in references]
    try:
        stimuli = [parse(content).find("stimulusBody") for content in package.shared_texts(paths)]
    except Refused as refused:
        raise Refused("qti_stimulus") from refused
    for position, (stimulus, path) in enumerate(zip(stimuli, paths, strict=True)):
        if stimulus is None or body is None:
            raise Refused("qti_stimulus")
        turn_objects(stimulus)
        for image in within(stimulus, "img"):
            if image.get("src", "").startswith(DATA):
                continue
            seen = path_of(posixpath.dirname(path), image.get("src", ""))
            image.set("src", quote(posixpath.relpath(seen, posixpath.dirname(where) or ".")))
        stimulus.tag = "div"
        body.insert(position, stimulus)
        root.remove(references[position])


def _bring_pictures(root: Element, where: str, package: Package) -> dict[str, bytes]:
    """The pictures that an item shows, by their names, which its elements get. Raises Refused."""
    pictures: dict[str, bytes] = {}

    def name_of(address: str) -> str:
        drawn = package.picture(where, address)
        pictures[drawn.name] = drawn.content
        return drawn.name

    if (body := root.find("itemBody")) is not None:
        turn_objects(body)
    name_pictures(root, name_of)
    return pictures


def _is_manifest(name: str) -> bool:
    return posixpath.basename(name).lower() == NAME


def _read_package(content: bytes, found: Collector) -> None:
    with opened(content) as archive:
        package = Package(archive)
        names = archive.namelist()
        manifests = [name for name in names if _is_manifest(name)]
        if not manifests:
            raise Refused("qti_manifest_missing")
        manifest = min(manifests, key=lambda name: name.count("/"))
        resources = resources_of(parse(content_of(archive, manifest)))
        base = posixpath.dirname(manifest)
        listed = {path_of(base, resource.href): resource for resource in resources}
        for path, resource in listed.items():
            _read_listed(package, path, resource, found)
        for name in names:
            if name not in listed and name not in manifests:
                _read_unlisted(package, name, found)
    if not found.reading.entries and not found.reading.problems:
        raise Refused("no_questions")


def _read_listed(package: Package, path: str, resource: Resource, found: Collector) -> None:
    try:
        root = parse(package.content(path))
        if not is_item(root):
            raise Refused("qti_root_unknown", element=root.tag)
    except Refused as refused:
        found.refuse(refused, path)
        return
    _read_item(root, resource, path, found, package)


def _read_unlisted(package: Package, name: str, found: Collector) -> None:
    """Items that the manifest forgot are items all the same; other files are none of our business."""
    if name.lower().endswith(".zip"):
        found.refuse(Refused("qti_zip_nested"), name)
    if not name.lower().endswith(".xml"):
        return
    try:
        root = parse(package.content(name))
    except Refused as refused:
        found.refuse(refused, name)
        return
    if is_item(root):
        _read_item(root, Resource(name, ""), name, found, package)
