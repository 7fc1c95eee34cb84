"""Pictures in files of other systems: where they may lie, and what is said of those that cannot be shown."""

from base64 import b64encode

import pytest

from assessments.quizzes.formats import pictures as drawing
from assessments.quizzes.formats.messages import message
from assessments.quizzes.formats.qti import read
from assessments.quizzes.items.kinds import Figure
from tests.assessments.quizzes.pictures import BLUE, RED, picture

from .test_qti_packages import ITEM, REFERENCE, manifest, package, resource

STIMULUS = """<assessmentStimulus xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="s">
<stimulusBody><p>A flag.</p>{}</stimulusBody></assessmentStimulus>"""
FLAG = "<img src='{}' alt='A flag'/>"


def item(body: str) -> bytes:
    """Two colours to choose from, under this body."""
    return ITEM.replace(b"<itemBody>", f"<itemBody>{body}".encode())


def reading(body: str, files: dict[str, bytes] | None = None):
    content = {
        "imsmanifest.xml": manifest(resource("items/a.xml")),
        "items/a.xml": item(body),
        **(files or {}),
    }
    return read(package(content), "p.zip")


def refused(body: str, files: dict[str, bytes] | None = None) -> tuple[str, dict]:
    """The one problem of a package, which names the question and the file."""
    found = reading(body, files)
    assert found.entries == []
    [problem] = found.problems
    assert (problem.where, problem.name) == ("items/a.xml", "Colours")
    assert message(problem.code, problem.details)
    return problem.code, problem.details


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("flag.png", "items/flag.png"),
        ("./flag.png", "items/flag.png"),
        ("../media/a%20flag.png", "media/a flag.png"),
        (r"..\media\flag.png", "media/flag.png"),
        ("flag.png?v=2#top", "items/flag.png"),
        ("旗.png", "items/旗.png"),
    ],
)
def test_a_picture_is_found_from_where_its_item_lies(address, path):
    [entry] = reading(f"<p>{FLAG.format(address)}</p>", {path: picture("red")}).entries

    assert entry.item.figure == Figure(RED, "A flag")
    assert set(entry.pictures) == {RED}


@pytest.mark.parametrize(
    "address",
    ["gone.png", "../../etc/passwd.png", "/etc/passwd", "https://example.org/a.png", "file:///flag.png", ""],
)  # fmt: skip
def test_a_picture_that_is_not_in_the_package_is_a_problem_and_not_fetched(address):
    body = f"<p>{FLAG.format(address)}</p>"

    assert refused(body, {"items/flag.png": picture()}) == ("picture_file_missing", {"file": address[-40:]})


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("flag.svg", b"<svg/>", "picture_format"),
        ("flag", picture(), "picture_format"),
        ("flag.png", picture(kind="JPEG"), "picture_damaged"),
        ("flag.png", picture()[:40], "picture_damaged"),
        ("flag.png", b"", "picture_damaged"),
        ("flag.png", picture("red", (6000, 5000)), "picture_pixels"),
    ],
)
def test_a_file_that_is_no_picture_to_us_is_a_problem_by_its_name(name, content, code, monkeypatch):
    monkeypatch.setattr(drawing, "MOST_BYTES", 10**9)
    found, details = refused(f"<p>{FLAG.format(name)}</p>", {f"items/{name}": content})

    assert (found, details["file"]) == (code, f"items/{name}")


def test_a_picture_that_is_too_large_is_a_problem(monkeypatch):
    monkeypatch.setattr(drawing, "MOST_BYTES", 10)

    assert refused(f"<p>{FLAG.format('flag.png')}</p>", {"items/flag.png": picture()})[0] == "picture_bytes"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<p><img src='flag.png' alt=''/></p>", "picture"),
        ("<p><img src='flag.png'/></p>", "picture"),
        (f"<p>{FLAG.format('flag.png') * 2}</p>", "pictures_several"),
        (f"<rubricBlock view='candidate'><p>{FLAG.format('flag.png')}</p></rubricBlock>", "media"),
        ("<p><object type='image/svg+xml' data='flag.png'>A flag</object></p>", "media"),
        ("<p><object type='video/mp4' data='flag.png'>A flag</object></p>", "media"),
        ("<p><object type='image/png' data='flag.png'/></p>", "picture"),
    ],
)  # fmt: skip
def test_a_picture_that_has_no_place_or_no_words_is_a_problem(body, code):
    assert refused(body, {"items/flag.png": picture()})[0] == code


def test_an_object_that_is_a_picture_is_described_by_what_stands_in_it():
    body = "<p>Look.</p><div><object type='image/png' data='flag.png'><p>A red<br/>flag</p></object></div>"
    [entry] = reading(body, {"items/flag.png": picture("red")}).entries

    assert (entry.item.stem, entry.item.figure) == ("Look.\nWhich?", Figure(RED, "A red\nflag"))


def test_the_picture_of_a_shared_text_is_found_from_where_the_text_lies():
    files = {
        "items/a.xml": ITEM.replace(b"<itemBody>", REFERENCE),
        "texts/s.xml": STIMULUS.format(f"<p>{FLAG.format('media/flag.png')}</p>").encode(),
        "texts/media/flag.png": picture("blue"),
        "items/media/flag.png": picture("red"),
    }
    [entry] = reading("", files).entries

    assert (entry.item.stem, entry.item.figure) == ("A flag.\nWhich?", Figure(BLUE, "A flag"))


def test_a_shared_text_without_its_picture_is_a_problem_of_each_of_its_items():
    files = {
        "items/a.xml": ITEM.replace(b"<itemBody>", REFERENCE),
        "texts/s.xml": STIMULUS.format(FLAG.format("flag.png")).encode(),
    }

    assert refused("", files) == ("picture_file_missing", {"file": "../texts/flag.png"})


def embedded(content: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{b64encode(content).decode()}"


def test_a_picture_inside_an_address_is_taken_with_and_without_a_package():
    body = f"<p>{FLAG.format(embedded(picture('red')))}</p>"
    found = [*reading(body).entries, *read(item(body), "a.xml").entries]

    assert [entry.item.figure for entry in found] == [Figure(RED, "A flag")] * 2
    assert [set(entry.pictures) for entry in found] == [{RED}] * 2


def test_a_picture_inside_the_address_of_a_shared_text_is_taken():
    files = {
        "items/a.xml": ITEM.replace(b"<itemBody>", REFERENCE),
        "texts/s.xml": STIMULUS.format(f"<p>{FLAG.format(embedded(picture('blue')))}</p>").encode(),
    }

    assert reading("", files).entries[0].item.figure == Figure(BLUE, "A flag")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (embedded(b"<svg/>", "svg+xml"), "picture_format"),
        (embedded(picture(kind="JPEG")), "picture_damaged"),
        ("data:image/png;base64,%%%", "picture_damaged"),
        ("data:image/png", "picture_damaged"),
        ("data:,", "picture_format"),
    ],
)  # fmt: skip
def test_an_address_that_holds_no_picture_is_a_problem(address, code):
    assert refused(f"<p>{FLAG.format(address)}</p>")[0] == code


def test_an_item_that_comes_without_its_picture_says_to_send_both():
    [problem] = read(item(f"<p>{FLAG.format('media/flag.png')}</p>"), "a.xml").problems

    assert (problem.code, problem.details) == ("picture_alone", {"file": "media/flag.png"})


def test_an_item_that_comes_without_its_shared_text_says_to_put_it_in():
    [problem] = read(ITEM.replace(b"<itemBody>", REFERENCE), "a.xml").problems

    assert (problem.code, problem.name) == ("qti_stimulus", "Colours")
