"""The few kinds of objects of a PDF that are written by hand."""

from __future__ import annotations

import zlib


def stream(content: bytes, extra: str, level: int = 1, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> bytes:
    """A stream, packed in a hurry: packed well, a certificate is two hundredths smaller and a tenth later."""
    packing = zlib.compressobj(level, strategy=strategy)
    packed = packing.compress(content) + packing.flush()
    return (
        f"<<{extra} /Filter /FlateDecode /Length {len(packed)}>>\nstream\n".encode() + packed + b"\nendstream"
    )


def string(text: str) -> str:
    """A text for people, in any script."""
    return f"<feff{text.encode('utf-16-be').hex()}>"


def numbered(bodies: list[bytes], *, first: int, at: int, head: bytes = b"") -> tuple[bytes, bytes]:
    """Objects one after the other with their numbers, and their lines of the table of references.

    `at` is where in the file the first begins, after `head`.
    """
    parts, offsets = [head], []
    for number, body in enumerate(bodies, start=first):
        written = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        offsets.append(b"%010d 00000 n \n" % at)
        parts.append(written)
        at += len(written)
    return b"".join(parts), b"".join(offsets)
