"""imsmanifest.xml: which files of a package are items, and what its metadata says of them.

Metadata is IEEE LOM: keywords are tags; difficulty is educational/difficulty; a classification of purpose
"competency" names the capability, one of purpose "discipline" the path of categories.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring

from ..entries import Entry
from .documents import add, first, value_of, within

NAME = "imsmanifest.xml"
LOM = "{http://ltsc.ieee.org/xsd/LOM}"
NAMESPACES = {
    "2.2": "http://www.imsglobal.org/xsd/imscp_v1p1",
    "3.0": "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
}
SCHEMAS = {"2.2": ("QTIv2.2 Package", "1.0.0"), "3.0": ("QTI Package", "3.0.0")}
TYPES = {"2.2": "imsqti_item_xmlv2p2", "3.0": "imsqti_item_xmlv3p0"}
FROM_LOM = {
    "very easy": "easy",
    "easy": "easy",
    "medium": "medium",
    "difficult": "hard",
    "very difficult": "hard",
}
TO_LOM = {"easy": "easy", "medium": "medium", "hard": "difficult"}
CAPABILITY, CATEGORY = "competency", "discipline"


@dataclass(frozen=True)
class Resource:
    """An item file of a package, as the manifest names and describes it."""

    href: str
    type: str
    capability: str = ""
    tags: tuple[str, ...] = ()
    difficulty: str = ""
    category: str = ""


def resources_of(manifest: Element) -> list[Resource]:
    """Items, and items of older versions; tests, stimuli, style sheets and pictures are none."""
    return [
        _resource(element)
        for element in within(manifest, "resource")
        if element.get("type", "").startswith(("imsqti_item", "imsqti_apipitem", "imsqti_xmlv1"))
    ]


def _resource(element: Element) -> Resource:
    file = element.find("file")
    href = element.get("href", "" if file is None else file.get("href", ""))
    metadata = element.find("metadata")
    lom = None if metadata is None else first(metadata, "lom")
    if lom is None:
        return Resource(href, element.get("type", ""))
    tags = [text for keyword in lom.findall("general/keyword") for text in _strings(keyword)]
    level = lom.find("educational/difficulty/value")
    return Resource(
        href,
        element.get("type", ""),
        "/".join(_taxons(lom, CAPABILITY)),
        tuple(tags),
        "" if level is None else FROM_LOM.get("".join(level.itertext()).strip().lower(), ""),
        "/".join(_taxons(lom, CATEGORY)),
    )


def _strings(element: Element) -> list[str]:
    return [text for found in within(element, "string", "langstring") if (text := value_of(found))]


def _taxons(lom: Element, purpose: str) -> list[str]:
    """The path of the first classification with this purpose; names before ids."""
    for found in lom.findall("classification"):
        value = found.find("purpose/value")
        path = found.find("taxonPath")
        if value is None or path is None or "".join(value.itertext()).strip().lower() != purpose:
            continue
        return [next(iter(_strings(taxon)), value_of(taxon.find("id"))) for taxon in path.findall("taxon")]
    return []


@dataclass(frozen=True)
class Packed:
    """An item in a package. `pictures`: the names of the files it shows."""

    identifier: str
    name: str
    entry: Entry
    pictures: list[str]


def manifest_for(items: list[Packed], version: str) -> bytes:
    """The manifest of a package with these items."""
    root = Element("manifest", {"xmlns": NAMESPACES[version], "identifier": "MANIFEST"})
    metadata = add(root, "metadata")
    add(metadata, "schema", SCHEMAS[version][0])
    add(metadata, "schemaversion", SCHEMAS[version][1])
    add(root, "organizations")
    resources = add(root, "resources")
    for item in items:
        resource = add(resources, "resource", identifier=item.identifier, type=TYPES[version], href=item.name)
        _add_metadata(resource, item.entry)
        for name in [item.name, *item.pictures]:
            add(resource, "file", href=name)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _add_metadata(resource: Element, entry: Entry) -> None:
    if not (entry.tags or entry.difficulty or entry.capability or entry.category):
        return
    lom = add(add(resource, "metadata"), f"{LOM}lom")
    if entry.tags:
        general = add(lom, f"{LOM}general")
        for tag in entry.tags:
            add(add(general, f"{LOM}keyword"), f"{LOM}string", tag)
    if entry.difficulty:
        _add_term(add(lom, f"{LOM}educational"), "difficulty", TO_LOM[entry.difficulty])
    if entry.capability:
        _add_classification(lom, CAPABILITY, [entry.capability])
    if entry.category:
        _add_classification(lom, CATEGORY, entry.category.split("/"))


def _add_term(parent: Element, name: str, value: str) -> None:
    element = add(parent, f"{LOM}{name}")
    add(element, f"{LOM}source", "LOMv1.0")
    add(element, f"{LOM}value", value)


def _add_classification(lom: Element, purpose: str, names: list[str]) -> None:
    classification = add(lom, f"{LOM}classification")
    _add_term(classification, "purpose", purpose)
    path = add(classification, f"{LOM}taxonPath")
    for name in names:
        add(add(add(path, f"{LOM}taxon"), f"{LOM}entry"), f"{LOM}string", name)
