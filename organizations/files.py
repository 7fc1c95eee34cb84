"""Looking at what was uploaded before anything is kept: type by content, size, bombs, hidden data."""

from __future__ import annotations

import hashlib
import io
import math
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO, cast

import filetype
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from .pictures import Damaged, TooManyPixels, drawn
from .uploads import TooLargeInside, open_archive

MB = 1024 * 1024

LONGEST_NAME = 150
"""Characters kept of a file's name, from its end."""

SAME = {"jpeg": "jpg", "m4v": "mp4"}
"""Other names of formats that we know."""

MIGHT_BE = {"docx": {"zip"}, "pptx": {"zip"}, "xlsx": {"zip"}, "m4a": {"mp4"}, "mp4": {"mov"}}
"""Formats whose signature some programs and phones write as another's."""

IMAGES = {"jpg": "JPEG", "png": "PNG"}

MAIN_PART = {"docx": "word/document.xml", "pptx": "ppt/presentation.xml", "xlsx": "xl/workbook.xml"}
"""What makes an archive a document of that kind."""

MOST_PIXELS = 50_000_000
"""A phone's largest picture; a small file can claim far more and fill the memory."""

LONGEST_SIDE = 4096
"""Pixels: enough to read a full blackboard. Larger pictures are drawn smaller."""

MOST_UNPACKED = 300 * 1024 * 1024
"""Bytes that an office file or archive may unpack to."""

MOST_PARTS = 10_000
"""Files that an office file or archive may hold."""


class Refused(Exception):
    """The file cannot be taken; the message says why and what to do, in the user's language."""


@dataclass(frozen=True)
class CheckedFile:
    """A file fit to be kept."""

    name: str
    extension: str
    content: File
    sha256: str


def check(upload: UploadedFile, *, formats: Collection[str], max_mb: int) -> CheckedFile:
    """Check an uploaded file against what is taken: endings, and megabytes at most. Raises Refused."""
    name = clean_name(upload.name or "")
    extension = PurePath(name).suffix.lower().lstrip(".")
    extension = SAME.get(extension, extension)
    if extension not in formats:
        raise Refused(
            _("This is a %(format)s file. Hand in one of: %(formats)s.")
            % {"format": extension or "?", "formats": ", ".join(formats)}
        )
    if not upload.size:
        raise Refused(_("The file is empty. Choose it again."))
    if upload.size > max_mb * MB:
        raise Refused(
            _("The file has %(size)d MB; at most %(most)d MB are taken. Make it smaller, or hand in a part.")
            % {"size": math.ceil(upload.size / MB), "most": max_mb}
        )
    _check_signature(upload, extension)
    if extension == "zip" or extension in MAIN_PART:
        _check_archive(upload, extension)
    content: File = _redrawn(upload, extension) if extension in IMAGES else upload
    return CheckedFile(name, extension, content, _sha256(content))


def endings(formats: Collection[str]) -> str:
    """What a file field accepts, for the browser's chooser."""
    return ",".join(f".{ending}" for ending in [*formats, *(["jpeg"] if "jpg" in formats else [])])


def clean_name(name: str) -> str:
    """A file's name as people may see it: no path, nothing invisible, its ending kept."""
    name = "".join(character for character in name if character.isprintable())
    return PurePath(name.replace("\\", "/")).name[-LONGEST_NAME:]


def _check_signature(upload: UploadedFile, extension: str) -> None:
    upload.seek(0)
    kind = filetype.guess(upload.read(8192))
    upload.seek(0)
    found = SAME.get(kind.extension, kind.extension) if kind else ""
    if found != extension and found not in MIGHT_BE.get(extension, ()):
        raise Refused(
            _("The file is named %(format)s but is not one. Save it again in that format.")
            % {"format": extension}
        )


def _check_archive(upload: UploadedFile, extension: str) -> None:
    try:
        with open_archive(cast(BinaryIO, upload), most_bytes=MOST_UNPACKED, most_parts=MOST_PARTS) as archive:
            is_whole = MAIN_PART.get(extension) in {None, *archive.namelist()}
    except TooLargeInside as error:
        raise Refused(_("The file unpacks to more than can be taken. Hand in a smaller one.")) from error
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refused(_("The file is damaged. Save it again and choose it once more.")) from error
    finally:
        upload.seek(0)
    if not is_whole:
        raise Refused(
            _("The file is named %(format)s but is not one. Save it again in that format.")
            % {"format": extension}
        )


def _redrawn(upload: UploadedFile, extension: str) -> ContentFile:
    """The picture drawn anew: upright, without the place, the phone and the time it carried."""
    try:
        plain = drawn(
            cast(BinaryIO, upload), [IMAGES[extension]], most_pixels=MOST_PIXELS, longest_side=LONGEST_SIDE
        )
    except TooManyPixels as error:
        raise Refused(_("The picture is too large. Take it again with a lower resolution.")) from error
    except Damaged as error:
        raise Refused(_("The picture cannot be opened. Save it again and choose it once more.")) from error
    file = io.BytesIO()
    plain.save(file, IMAGES[extension], quality=88)
    return ContentFile(file.getvalue())


def _sha256(content: File) -> str:
    content.seek(0)
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()
