"""XML in and out. Inside, all versions have the names of QTI 2: `choiceInteraction`, `responseIdentifier`.

A file is read with its document type, entities and outside references forbidden; XInclude is not followed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element, ParseError, SubElement, register_namespace, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ..building import Refused

MAX_DEPTH = 80
"""Elements inside each other; readers that call themselves stay far from Python's own limit."""
ITEM = "assessmentItem"
TEST = "assessmentTest"
NAMESPACES = {
    "2.2": "http://www.imsglobal.org/xsd/imsqti_v2p2",
    "3.0": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}
TEMPLATES = {
    "2.2": "http://www.imsglobal.org/question/qti_v2p2/rptemplates/{}",
    "3.0": "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/{}.xml",
}
HTML = frozenset(["div", "img", "p", "br", "span"])
"""What we write of HTML; it has the same names in every version."""
NEW_DEFAULTS = {"mapEntry": {"caseSensitive": "false"}}
"""Attributes that mean something else than in QTI 2 where QTI 3 leaves them out."""
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
XML_BLANKS = " \t\r\n"

register_namespace("lom", "http://ltsc.ieee.org/xsd/LOM")


def parse(content: bytes) -> Element:
    """The root, names as in QTI 2 and without namespaces; its own namespace is in its attribute "xmlns".

    Raises Refused.
    """
    try:
        root = fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise Refused("dtd") from error
    except ParseError as error:
        raise Refused("xml_invalid", line=error.position[0]) from error
    except (LookupError, ValueError) as error:
        raise Refused("unknown_encoding") from error
    _check_depth(root)
    namespace = root.tag[1:].partition("}")[0] if root.tag.startswith("{") else ""
    for element in root.iter():
        _rename(element)
    root.set("xmlns", namespace)
    return root


def _check_depth(root: Element) -> None:
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise Refused("too_deep", limit=MAX_DEPTH)
        waiting.extend((child, depth + 1) for child in element)


def _rename(element: Element) -> None:
    tag = element.tag.rpartition("}")[2]
    is_new = tag.startswith("qti-")
    element.tag = _camel(tag.removeprefix("qti-")) if is_new else tag
    attributes = {}
    for name, value in element.attrib.items():
        local = "lang" if name == LANGUAGE else name
        if not local.startswith("{"):
            is_kept = not is_new or local.startswith(("data-", "aria-"))
            attributes[local if is_kept else _camel(local)] = value
    defaults = NEW_DEFAULTS.get(element.tag, {}) if is_new else {}
    element.attrib = defaults | attributes | _unfolded(attributes.get("class", ""))


def _unfolded(classes: str) -> dict[str, str]:
    """Our data attributes where QTI 2 has no place for them but among the classes: "data-kind:single"."""
    pairs = (name.partition(":") for name in classes.split() if name.startswith("data-"))
    return {name: unquote(value) for name, colon, value in pairs if colon}


def _fold(element: Element) -> None:
    """The other way round."""
    kept = {name: value for name, value in element.attrib.items() if name.startswith("data-")}
    if kept:
        for name in kept:
            del element.attrib[name]
        element.set("class", " ".join(f"{name}:{quote(value, safe='')}" for name, value in kept.items()))


def _camel(name: str) -> str:
    return re.sub(r"-([a-z])", lambda found: found[1].upper(), name)


def _hyphened(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: f"-{found[0].lower()}", name)


def write(root: Element, version: str) -> bytes:
    """An item with names of QTI 2 as a file of this version. Changes `root`."""
    if version == "3.0":
        for element in root.iter():
            if element.tag not in HTML:
                element.tag = f"qti-{_hyphened(element.tag)}"
                element.attrib = {_hyphened(name): value for name, value in element.attrib.items()}
    else:
        for element in root.iter():
            _fold(element)
    root.set("xmlns", NAMESPACES[version])
    return tostring(root, encoding="utf-8", xml_declaration=True)


def add(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    """A new last child. Underscores in names of attributes are hyphens: `data_id` is data-id."""
    element = SubElement(parent, tag, {name.replace("_", "-"): value for name, value in attributes.items()})
    element.text = text
    return element


def first(element: Element, *tags: str) -> Element | None:
    """The first descendant with one of these names."""
    return next(within(element, *tags), None)


def within(element: Element, *tags: str) -> Iterator[Element]:
    """Descendants, and the element itself, with one of these names, in the order of the file."""
    return (found for found in element.iter() if found.tag in tags)


def value_of(element: Element | None) -> str:
    """Its text without blanks at the ends; "" if it is not there."""
    return (element.text or "").strip(XML_BLANKS) if element is not None else ""


def decimal(text: str | None, default: float | None = None) -> float:
    """A number of the file; `default` where there is none. Raises Refused."""
    if text is None and default is not None:
        return default
    value = number_of(text or "")
    if value is None:
        raise Refused("number_invalid")
    return value


def number_of(text: str) -> float | None:
    """A number of the file, None if it is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
