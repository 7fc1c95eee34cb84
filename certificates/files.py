"""Where certificates lie: in private storage, under names that say what is in them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from .models import Certificate

READ_ONLY = 0o440
"""What was issued is not written again."""


class Damaged(Exception):
    """The file is gone, or is not the one that was issued."""


def keep(certificate: Certificate, content: bytes) -> tuple[str, str]:
    """Write the PDF so that it is there whole or not at all. Returns its name in storage and its SHA-256.

    The name holds the hash: a worker that died before saying so, or a second one, writes the same file
    again or one beside it, and never changes the one that a row names.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    name = f"certificates/{certificate.dated.year}/{certificate.number}-{sha256[:12]}.pdf"
    path = Path(certificate.pdf.storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, content)
    return name, sha256


def _write(path: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as file:
        try:
            file.write(content)
            os.fchmod(file.fileno(), READ_ONLY)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name, too, must outlive a power cut
    finally:
        os.close(folder)


def read(certificate: Certificate) -> bytes:
    """The PDF as it was issued. Raises Damaged."""
    try:
        with certificate.pdf.open("rb") as file:
            content = file.read()
    except (OSError, ValueError) as error:
        raise Damaged(f"{certificate}: {error}") from error
    if hashlib.sha256(content).hexdigest() != certificate.sha256:
        raise Damaged(f"{certificate}: the file {certificate.pdf.name} is not the one that was issued")
    return content
