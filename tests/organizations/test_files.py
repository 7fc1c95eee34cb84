"""What is taken, what is refused and how fast, and what is left of a picture."""

import io
import time
import tracemalloc

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from organizations.files import LONGEST_SIDE, Refused, check, clean_name
from organizations.uploads import MOST_DIRECTORY_BYTES

from . import samples

MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 100
SAMPLES = {
    "pdf": b"%PDF-1.7\n",
    "docx": samples.archive("[Content_Types].xml", "word/document.xml"),
    "pptx": samples.archive("[Content_Types].xml", "ppt/presentation.xml"),
    "xlsx": samples.archive("[Content_Types].xml", "xl/workbook.xml"),
    "zip": samples.archive("说明.txt"),
    "jpg": samples.picture(),
    "png": samples.picture("PNG"),
    "mp4": MP4,
    "m4a": b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42" + b"\0" * 100,
    "mp3": b"ID3\x03\0\0" + b"\0" * 100,
}


def taken(name: str, content: bytes, *formats: str):
    return check(SimpleUploadedFile(name, content), formats=formats or list(SAMPLES), max_mb=20)


def refused(name: str, content: bytes, *formats: str) -> str:
    with pytest.raises(Refused) as error:
        taken(name, content, *formats)
    return str(error.value)


@pytest.mark.parametrize("extension", SAMPLES)
def test_every_format_that_a_task_may_ask_for_is_taken(extension):
    file = taken(f"材料.{extension}", SAMPLES[extension], extension)

    assert (file.name, file.extension) == (f"材料.{extension}", extension)
    assert len(file.sha256) == 64


@pytest.mark.parametrize(("name", "extension"), [("照片.JPEG", "jpg"), ("录像.M4V", "mp4"), ("a.PDF", "pdf")])
def test_other_spellings_of_an_ending_are_known(name, extension):
    assert taken(name, SAMPLES[extension], extension).extension == extension


@pytest.mark.parametrize("brand", [b"qt  ", b"isom", b"mp42"])
def test_videos_as_phones_write_them_are_taken(brand):
    video = b"\0\0\0\x14ftyp" + brand + b"\0\0\0\0" + brand + b"\0" * 100

    assert taken("录像.mp4", video, "mp4").extension == "mp4"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        ("page.html", b"<html><script>alert(1)</script>"),
        ("plan.pdf.html", SAMPLES["pdf"]),
        ("plan.exe", b"MZ"),
        ("pdf", SAMPLES["pdf"]),
        (".pdf", SAMPLES["pdf"]),
        ("plan.pdf\u202egpj.exe", SAMPLES["pdf"]),
    ],
)
def test_an_ending_that_was_not_asked_for_is_refused(name, content):
    assert "Hand in one of: pdf, jpg." in refused(name, content, "pdf", "jpg")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.pdf", b"<html><script>alert(1)</script>"),
        ("plan.html.pdf", b"<html>"),
        ("photo.jpg", SAMPLES["png"]),
        ("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("plan.docx", SAMPLES["pdf"]),
        ("plan.docx", SAMPLES["xlsx"]),
        ("plan.docx", SAMPLES["zip"]),
        ("film.mp4", b"\x1aE\xdf\xa3" + b"\0" * 100),
        ("sound.mp3", b"MZ" + b"\0" * 100),
    ],
)
def test_a_file_that_is_not_what_it_is_called_is_refused(name, content):
    assert "is not one" in refused(name, content)


def test_an_empty_file_is_refused():
    assert "empty" in refused("plan.pdf", b"")


def test_a_file_over_the_limit_is_refused_with_both_sizes():
    with pytest.raises(Refused, match=r"has 2 MB; at most 1 MB"):
        check(SimpleUploadedFile("plan.pdf", b"%PDF-" + b"\0" * 1024 * 1024), formats=["pdf"], max_mb=1)


@pytest.mark.parametrize(
    "first", ["[Content_Types].xml", "docProps/app.xml", "word/styles.xml", "media/1.png"]
)
def test_a_document_is_known_by_its_main_part_whoever_wrote_it(first):
    assert taken("教案.docx", samples.archive(first, "_rels/.rels", "word/document.xml"), "docx")


@pytest.mark.parametrize("extension", ["docx", "zip"])
def test_a_damaged_archive_is_refused(extension):
    assert "damaged" in refused(f"plan.{extension}", SAMPLES[extension][:-30], extension)


def test_a_zip_bomb_is_refused_by_its_directory_at_once():
    bomb = samples.zip_bomb()
    started = time.perf_counter()

    assert len(bomb) < 1024 * 1024
    assert "unpacks to more" in refused("成绩.xlsx", bomb)
    assert time.perf_counter() - started < 0.1


@pytest.mark.parametrize("entries", [20_000, MOST_DIRECTORY_BYTES // 40])
def test_an_archive_of_nothing_but_a_directory_is_refused_with_flat_memory(entries):
    bomb = samples.directory_bomb(entries)
    tracemalloc.start()

    assert "unpacks to more" in refused("材料.zip", bomb)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30 * 1024 * 1024


def test_a_pixel_bomb_is_refused_at_once_with_flat_memory():
    bomb = samples.pixel_bomb()
    upload = SimpleUploadedFile("照片.png", bomb)
    tracemalloc.start()
    started = time.perf_counter()

    with pytest.raises(Refused):
        check(upload, formats=["png"], max_mb=20)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.perf_counter() - started < 0.1
    assert peak < 5 * 1024 * 1024


def test_a_picture_just_over_the_most_pixels_is_refused_unread():
    assert "lower resolution" in refused("照片.png", samples.pixel_bomb(8_000, 7_000))


@pytest.mark.parametrize("cut", [40, 300])
def test_a_damaged_picture_is_refused(cut):
    assert "cannot be opened" in refused("照片.jpg", samples.phone_picture()[:cut])


def test_a_picture_stands_upright_and_tells_nothing_of_place_phone_or_time():
    file = taken("照片.jpg", samples.phone_picture())

    content = file.content.read()
    with Image.open(io.BytesIO(content)) as drawn:
        assert drawn.size == (20, 40)
        assert dict(drawn.getexif()) == {}
        assert "comment" not in drawn.info
    assert not any(word in content for word in (b"Exif", b"HUAWEI", b"secret"))


def test_a_large_picture_is_drawn_smaller():
    file = taken("照片.jpg", samples.picture(size=(6000, 1500)))

    with Image.open(file.content) as drawn:
        assert drawn.size == (LONGEST_SIDE, LONGEST_SIDE // 4)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_becomes_white(mode):
    transparent = samples.picture("PNG", mode="RGBA")
    if mode == "LA":
        buffer = io.BytesIO()
        Image.new("LA", (4, 4), (0, 0)).save(buffer, "PNG")
        transparent = buffer.getvalue()
    file = taken("图.png", transparent)

    with Image.open(file.content) as drawn:
        assert (drawn.mode, drawn.getpixel((0, 0))) == ("RGB", (255, 255, 255))


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/plan.pdf", "plan.pdf"),
        ("C:\\Users\\王\\教学设计.pdf", "教学设计.pdf"),
        ("教学\r\n设计\x00\u202e.pdf", "教学设计.pdf"),
        ('a"b<c>.pdf', 'a"b<c>.pdf'),
        ("𠮷·设计.pdf", "𠮷·设计.pdf"),
        ("长" * 300 + ".pdf", "长" * 146 + ".pdf"),
    ],
)
def test_a_name_loses_its_path_and_what_cannot_be_seen(name, clean):
    assert clean_name(name) == clean
