"""Archives are known by their directory before anything of them is unpacked."""

import io
import zipfile

import pytest

from organizations.uploads import TooLargeInside, open_archive


def archive(parts: int, size: int) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for number in range(parts):
            book.writestr(f"{number}.txt", b"0" * size)
    return file


def test_a_harmless_archive_can_be_read():
    with open_archive(archive(parts=3, size=100), most_bytes=300, most_parts=3) as opened:
        assert opened.read("2.txt") == b"0" * 100


@pytest.mark.parametrize(("most_bytes", "most_parts"), [(299, 3), (300, 2)])
def test_what_would_unpack_to_too_much_is_not_opened(most_bytes, most_parts):
    with pytest.raises(TooLargeInside):
        open_archive(archive(parts=3, size=100), most_bytes=most_bytes, most_parts=most_parts)


def test_what_is_no_archive_is_said_to_be_bad():
    with pytest.raises(zipfile.BadZipFile):
        open_archive(io.BytesIO(b"%PDF-1.7"), most_bytes=300, most_parts=3)
