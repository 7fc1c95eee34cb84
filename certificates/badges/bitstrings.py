"""A status for each of many credentials as one string of bits: W3C Bitstring Status List 1.0."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable

from .multibase import base64url_decode, base64url_encode

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


def decode(text: str) -> bytes:
    """The bits of a list that encode() wrote. Raises ValueError, also for what would unpack to more."""
    unpacking = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        bits = unpacking.decompress(base64url_decode(text), SIZE // 8 + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if len(bits) != SIZE // 8 or not unpacking.eof:
        raise ValueError(f"Not a list of {SIZE} entries")
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """Whether this entry of a decoded list is set. Raises IndexError."""
    return bool(bits[index // 8] & 0x80 >> index % 8)
