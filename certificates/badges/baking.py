"""A badge inside a picture: put in ("baked") and taken out again, as Open Badges 3.0 says in section 5.3."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

KEYWORD = b"openbadgecredential"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"

MOST_CHUNKS = 10_000


class Unbaked(ValueError):
    """The picture is damaged, or holds no badge; the message says which."""


def bake_png(picture: bytes, badge: str) -> bytes:
    """The PNG with the badge in it, before the picture's end. `badge` is JSON or a token."""
    # Keyword, no compression, no language, no translated keyword.
    data = KEYWORD + b"\0\0\0\0\0" + badge.encode()
    end = picture.rindex(b"IEND") - 4
    return picture[:end] + _chunk(b"iTXt", data) + picture[end:]


def unbake_png(picture: bytes) -> str:
    """The badge in a PNG. Raises Unbaked."""
    found = [data for kind, data in _chunks(picture) if kind == b"iTXt" and data.split(b"\0")[0] == KEYWORD]
    if len(found) != 1:
        raise Unbaked("no badge in the picture, or more than one")
    rest = found[0][len(KEYWORD) + 1 :]
    if rest[:2] != b"\0\0":
        raise Unbaked("the badge in the picture is compressed, which the standard forbids")
    _language, _, rest = rest[2:].partition(b"\0")
    _translated, separator, text = rest.partition(b"\0")
    if not separator:
        raise Unbaked("the part of the picture that holds the badge is damaged")
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise Unbaked("the badge in the picture is not UTF-8") from error


def bake_svg(picture: str, badge: str) -> str:
    """The SVG with the badge in it, directly inside the picture. `badge` is JSON or a token."""
    if badge.startswith("{"):
        # A text that holds the end of such a section would end it: JSON can write the same otherwise.
        whole = badge.replace("]]>", "]]\\u003e")
        inside = f"<openbadges:credential><![CDATA[{whole}]]></openbadges:credential>"
    else:
        inside = f"<openbadges:credential verify={quoteattr(badge)}></openbadges:credential>"
    opened = re.sub(r"<svg\b", f'<svg xmlns:openbadges="{NAMESPACE}"', picture, count=1)
    before, _, after = opened.partition(">")
    return f"{before}>{inside}{after}"


def unbake_svg(picture: bytes) -> str:
    """The badge in an SVG. Nothing of the picture is drawn or loaded. Raises Unbaked."""
    try:
        # A document type is what drawing programs write; entities are what bombs are made of.
        root = fromstring(picture, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unbaked("the picture is damaged, or has entities") from error
    found = list(root.iter(f"{{{NAMESPACE}}}credential"))
    if len(found) != 1:
        raise Unbaked("no badge in the picture, or more than one")
    return (found[0].get("verify") or found[0].text or "").strip()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data of each part of a PNG. Raises Unbaked where one is damaged."""
    if not picture.startswith(SIGNATURE):
        raise Unbaked("not a PNG")
    at = len(SIGNATURE)
    for _ in range(MOST_CHUNKS):
        if at + 12 > len(picture):
            raise Unbaked("the picture is cut off")
        [length], kind = struct.unpack(">I", picture[at : at + 4]), picture[at + 4 : at + 8]
        data, check = picture[at + 8 : at + 8 + length], picture[at + 8 + length : at + 12 + length]
        if len(check) != 4 or struct.unpack(">I", check)[0] != zlib.crc32(kind + data):
            raise Unbaked("the picture is damaged")
        yield kind, data
        if kind == b"IEND":
            return
        at += 12 + length
    raise Unbaked("the picture has too many parts")
