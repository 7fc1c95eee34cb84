"""Content packages as zip files, looked at before anything in them is unpacked."""

from __future__ import annotations

import posixpath
import zlib
from base64 import b64decode
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile, ZipInfo

from ..building import Refused
from ..pictures import Drawn, Gallery

MAX_FILES = 20_000
MAX_BYTES = 100 * 1024 * 1024
"""Of all files of a package, unpacked."""
MAX_FILE_BYTES = 12 * 1024 * 1024
"""Of one XML file, and of all texts that an item shares with others. A manifest of five thousand questions
with all that is known of them is half of it."""
MAX_RATIO = 200
"""Unpacked to packed bytes: text is packed to a tenth or twentieth, bombs to a thousandth."""
DATA = "data:"
"""How an address begins that is the file itself."""
ENCRYPTED = 0x1
UNREADABLE = (BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error)
"""What Python raises for damaged archives, and for methods of packing that it does not know."""


def opened(content: bytes) -> ZipFile:
    """The archive, if its directory holds nothing that should not be unpacked. Raises Refused."""
    try:
        archive = ZipFile(BytesIO(content))
    except UNREADABLE as error:
        raise Refused("qti_zip_unreadable") from error
    files = archive.infolist()
    if len(files) > MAX_FILES:
        raise Refused("qti_zip_files", limit=MAX_FILES)
    if sum(file.file_size for file in files) > MAX_BYTES:
        raise Refused("qti_zip_size", limit=MAX_BYTES // 1024 // 1024)
    for file in files:
        _check(file)
    if len({file.filename for file in files}) < len(files):
        raise Refused("qti_zip_twice")
    return archive


def _check(file: ZipInfo) -> None:
    name = file.filename
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name[:3]:
        raise Refused("qti_zip_path", path=name[:80])
    if file.file_size > MAX_RATIO * max(file.compress_size, 1) and file.file_size > 64 * 1024:
        raise Refused("qti_zip_ratio", path=name[:80])
    if file.flag_bits & ENCRYPTED:
        raise Refused("qti_zip_locked", path=name[:80])


def content_of(archive: ZipFile, name: str) -> bytes:
    """The bytes of a file, which must be no larger than an XML file should be. Raises Refused."""
    try:
        info = archive.getinfo(name)
    except KeyError as error:
        raise Refused("qti_file_missing") from error
    if info.file_size > MAX_FILE_BYTES:
        raise Refused("qti_file_size", limit=MAX_FILE_BYTES // 1024 // 1024)
    try:
        with archive.open(info) as file:
            # Directories may lie about sizes; no more is read than was allowed.
            content = file.read(MAX_FILE_BYTES + 1)
    except UNREADABLE as error:
        raise Refused("qti_zip_unreadable") from error
    if len(content) > MAX_FILE_BYTES:
        raise Refused("qti_file_size", limit=MAX_FILE_BYTES // 1024 // 1024)
    return content


@dataclass
class Package:
    """An archive while it is read, None for an item on its own, and the pictures read so far."""

    archive: ZipFile | None = None
    gallery: Gallery = field(default_factory=Gallery)
    shared: int = 0
    """Bytes of shared texts read so far."""

    def picture(self, where: str, address: str) -> Drawn:
        """The picture to which the file `where` points, or that the address itself is. Raises Refused."""
        if address.startswith(DATA):
            return self._inside(address)
        if self.archive is None:
            raise Refused("picture_alone", file=address[-40:])
        path = path_of(posixpath.dirname(where), address)
        if path not in self.archive.NameToInfo:
            raise Refused("picture_file_missing", file=address[-40:])
        return self.gallery.add(content_of(self.archive, path), path)

    def content(self, path: str) -> bytes:
        """The bytes of a file. Raises Refused."""
        if self.archive is None:
            raise Refused("qti_file_missing")
        return content_of(self.archive, path)

    def shared_texts(self, paths: list[str]) -> list[bytes]:
        """The texts that an item shares with others, which are read anew for each of these. Raises Refused,
        also once all items together shared more than a package may hold."""
        contents: list[bytes] = []
        for path in paths:
            contents.append(self.content(path))
            self.shared += len(contents[-1])
            if sum(map(len, contents)) > MAX_FILE_BYTES or self.shared > MAX_BYTES:
                raise Refused("qti_stimulus")
        return contents

    def _inside(self, address: str) -> Drawn:
        head, _, content = address.partition(",")
        name = f"data.{head.partition(';')[0].rpartition('/')[2]}"
        try:
            return self.gallery.add(b64decode("".join(content.split()), validate=True), name)
        except ValueError as error:
            raise Refused("picture_damaged", file=name) from error


def path_of(base: str, href: str) -> str:
    """Where a manifest in the folder `base` points to: a name that the archive may have or not."""
    path = unquote(href.partition("?")[0].partition("#")[0]).replace("\\", "/")
    return posixpath.normpath(posixpath.join(base, path))
