"""What an archive would unpack to, read off its directory before anything of it is unpacked."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

MOST_DIRECTORY_BYTES = 2 * 1024 * 1024
"""Largest directory read. Ten thousand parts take about one; zipfile would make an object of each in any."""


class TooLargeInside(Exception):
    """The archive would unpack to more than may be taken."""


class _Careful:
    """An archive's file that refuses to hand over a huge directory: zipfile asks for it in one piece."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > MOST_DIRECTORY_BYTES:
            raise TooLargeInside
        return self.file.read(size)


def open_archive(file: BinaryIO, *, most_bytes: int, most_parts: int) -> zipfile.ZipFile:
    """Open an archive, provided that its directory lists no more than this.

    Takes about a millisecond. Raises TooLargeInside, zipfile.BadZipFile. The sizes are what the directory
    says: reading a part that says too little ends in BadZipFile.
    """
    archive = zipfile.ZipFile(_Careful(file))
    parts = archive.infolist()
    if len(parts) > most_parts or sum(part.file_size for part in parts) > most_bytes:
        archive.close()
        raise TooLargeInside
    return archive
