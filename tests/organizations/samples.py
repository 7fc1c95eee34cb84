"""Files as people send them, and as attackers do."""

import io
import struct
import zipfile
import zlib

from PIL import Image


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else (0, 0, 0, 0)).save(file, kind, **options)
    return file.getvalue()


def phone_picture() -> bytes:
    """Taken upright, so stored on its side: 40 × 20 with orientation 6, the place, the phone, a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "HUAWEI"
    exif.get_ifd(0x8825).update({1: "N", 2: (34.0, 21.0, 45.0), 3: "E", 4: (107.0, 8.0, 30.0)})
    return picture(exif=exif, comment=b"secret", xmp=b"<x:xmpmeta>secret</x:xmpmeta>")


def pixel_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few kilobytes that would fill 2.7 GB."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def archive(*names: str) -> bytes:
    """A zip of small parts with these names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name in names:
            book.writestr(name, b"<a/>")
    return file.getvalue()


def zip_bomb(unpacked: int = 302 * 1024 * 1024) -> bytes:
    """A workbook of 0.3 MB that would unpack to 302 MB."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as book,
        book.open("xl/workbook.xml", "w") as part,
    ):
        for _ in range(unpacked // 1024 // 1024):
            part.write(b"\0" * 1024 * 1024)
    return file.getvalue()


def directory_bomb(entries: int) -> bytes:
    """A zip that is nothing but a directory: zipfile would make an object of each entry."""
    name = b"a"
    entry = struct.pack(
        "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0
    )  # fmt: skip
    directory = (entry + name) * entries
    start = b"PK\x03\x04" + b"\0" * 26
    count = min(entries, 0xFFFF)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), len(start), 0)
    return start + directory + end
