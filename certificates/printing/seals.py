"""Seal providers: who puts the bureau's electronic seal on a finished certificate.

A seal is a legal thing (GB/T 38540) and comes from an institution: we hand the PDF over and look at what
comes back.
"""

from __future__ import annotations

import shlex
import subprocess
from io import BytesIO
from typing import Protocol

from django.conf import settings
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader


class SealFailed(Exception):
    """No sealed certificate came back, or another page than was handed over."""


class SealProvider(Protocol):
    """Seals certificates."""

    def seal(self, content: bytes) -> bytes:
        """The same PDF with the seal. Raises SealFailed."""


class Unsealed:
    """`none` and `preview`: nothing is added. What a preview says, its page says."""

    def seal(self, content: bytes) -> bytes:
        return content


class Command:
    """`external`: a program that reads the PDF from its input and writes it, sealed, to its output."""

    def __init__(self, command: str, seconds: float) -> None:
        self.arguments, self.seconds = shlex.split(command), seconds

    def seal(self, content: bytes) -> bytes:
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own command
                self.arguments, input=content, capture_output=True, timeout=self.seconds, check=True
            )
        except subprocess.TimeoutExpired as error:
            raise SealFailed(f"{self.arguments[0]}: no answer within {self.seconds} seconds") from error
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").strip()[-200:]
            raise SealFailed(f"{self.arguments[0]}: {said or error}") from error
        except OSError as error:
            raise SealFailed(f"{self.arguments[0]}: {error}") from error
        check_same_page(content, done.stdout)
        return done.stdout


def provider() -> SealProvider:
    """The one that SEAL_PROVIDER names."""
    if settings.SEAL_PROVIDER == "external":
        return Command(settings.SEAL_COMMAND, settings.SEAL_TIMEOUT)
    return Unsealed()


def check_same_page(before: bytes, after: bytes) -> None:
    """Raises SealFailed unless `after` is a PDF with the same one page, whatever was put on top of it."""
    try:
        pages = [_page(content) for content in (before, after)]
    except (PdfError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise SealFailed(f"What came back is no PDF with one page: {error}") from error
    if pages[0] != pages[1]:
        raise SealFailed("What came back is another page than was handed over")


def _page(content: bytes) -> tuple[list[float], bytes]:
    """What a page is: its size, and what is drawn on it beside annotations."""
    reader = PdfFileReader(BytesIO(content))
    pages = reader.root["/Pages"]
    if pages["/Count"] != 1:
        raise ValueError(f"{pages['/Count']} pages")
    page = pages["/Kids"][0]
    return [float(edge) for edge in page["/MediaBox"]], page["/Contents"].data
