"""A status for each of many credentials as one string of bits: W3C Bitstring Status List 1.0."""

from __future__ import annotations

import gzip
from collections.abc import Iterable

from .multibase import base64url_encode

PLACES = 131_072
"""Entries of a list that are given to credentials: the standard's least. A holder hides among that many."""

SIZE = 8 * PLACES
"""All entries of a list, 128 KB before it is compressed. The rest stays empty: 1EdTech's checker compares a
place with the number of bytes where it means that of entries: most would be outside of a smaller list."""


def encode(raised: Iterable[int]) -> str:
    """The list in which exactly these entries are set. The same entries give the same text."""
    bits = bytearray(SIZE // 8)
    for index in raised:
        bits[index // 8] |= 0x80 >> index % 8  # the first entry is the leftmost bit
    return base64url_encode(gzip.compress(bytes(bits), mtime=0))
