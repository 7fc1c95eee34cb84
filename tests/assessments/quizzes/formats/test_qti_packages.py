"""Packages: what is in them, what the manifest says, and what is not unpacked."""

import time
from dataclasses import replace
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from defusedxml.ElementTree import fromstring

from assessments.quizzes.formats.building import Refused
from assessments.quizzes.formats.entries import WARN, Entry, Problem
from assessments.quizzes.formats.qti import archives, documents, read, write
from assessments.quizzes.items.kinds import (
    Accepted,
    Choice,
    Gap,
    Gaps,
    Matching,
    Option,
    Ordering,
    Prompt,
    Short,
)

ITEM = b"""<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="q" title="Colours">
<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
<correctResponse><value>A</value></correctResponse></responseDeclaration>
<itemBody><choiceInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Which?</prompt>
<simpleChoice identifier="A">red</simpleChoice><simpleChoice identifier="B">blue</simpleChoice>
</choiceInteraction></itemBody></assessmentItem>"""
CHOICE = Choice("single", "Which?", (Option("A", "red", 1.0), Option("B", "blue")), shuffle=False)
INCLUDE = b"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='a.xml'/>"
ENTITY = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


def manifest(resources: str) -> bytes:
    return f"<manifest xmlns='http://www.imsglobal.org/xsd/imscp_v1p1'><resources>{resources}</resources></manifest>".encode()


def resource(href: str, kind: str = "imsqti_item_xmlv2p2", metadata: str = "") -> str:
    start = f"<resource identifier='{href}' type='{kind}' href='{href}'>"
    return f"{start}{metadata}<file href='{href}'/></resource>"


def package(files: dict[str, bytes]) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def codes(content: bytes) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in read(content, "p.zip").problems]


def test_every_item_of_a_package_is_an_entry_or_a_problem():
    listed = (
        resource("a.xml")
        + resource("b%20c.xml")
        + resource("gone.xml")
        + resource("t.xml", "imsqti_test_xmlv2p2")
    )
    reading = read(
        package(
            {
                "course/imsmanifest.xml": manifest(listed),
                "course/a.xml": ITEM,
                "course/b c.xml": ITEM.replace(b"<value>A</value>", b""),
                "course/forgotten.xml": ITEM.replace(b"Colours", b"Forgotten"),
                "course/t.xml": b"<assessmentTest xmlns='http://www.imsglobal.org/xsd/imsqti_v2p2'/>",
                "course/style.css": b"p {}",
                "course/broken.xml": b"<p>",
                "course/more.zip": package({}),
            }
        ),
        "p.zip",
    )
    assert reading.entries == [
        Entry("Colours", CHOICE, "course/a.xml", key="q"),
        Entry("Forgotten", CHOICE, "course/forgotten.xml", key="q"),
    ]
    assert reading.problems == [
        Problem("qti_right_missing", "course/b c.xml", "Colours"),
        Problem("qti_file_missing", "course/gone.xml"),
        Problem("xml_invalid", "course/broken.xml", details={"line": 1}),
        Problem("qti_zip_nested", "course/more.zip"),
    ]


def test_metadata_of_the_manifest_describes_the_entry():
    metadata = """<metadata><lom xmlns="http://ltsc.ieee.org/xsd/LOM">
        <general><keyword><string language="en">light</string></keyword>
            <keyword><string>colour</string></keyword></general>
        <educational><difficulty>
            <source>LOMv1.0</source><value>very difficult</value></difficulty></educational>
        <classification><purpose><source>LOMv1.0</source><value>competency</value></purpose>
            <taxonPath><taxon><id>A5</id></taxon></taxonPath></classification>
        <classification><purpose><source>LOMv1.0</source><value>discipline</value></purpose>
            <taxonPath><taxon><entry><string>Physics</string></entry></taxon>
            <taxon><entry><string>Optics</string></entry></taxon></taxonPath></classification>
    </lom></metadata>"""
    reading = read(
        package({"imsmanifest.xml": manifest(resource("a.xml", metadata=metadata)), "a.xml": ITEM}), "p.zip"
    )
    assert reading.entries == [
        Entry("Colours", CHOICE, "a.xml", "A5", ("light", "colour"), "hard", "Physics/Optics", "q")
    ]


STIMULUS = b"""<qti-assessment-stimulus xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="s">
<qti-stimulus-body><p>A long story.</p></qti-stimulus-body></qti-assessment-stimulus>"""
REFERENCE = b"<assessmentStimulusRef identifier='s' href='../texts/s.xml'/><itemBody>"


def test_a_text_that_items_share_comes_into_each():
    files = {
        "imsmanifest.xml": manifest(resource("items/a.xml")),
        "items/a.xml": ITEM.replace(b"<itemBody>", REFERENCE),
    }
    [entry] = read(package({**files, "texts/s.xml": STIMULUS}), "p.zip").entries
    assert entry.item == replace(CHOICE, stem="A long story.\nWhich?")
    assert codes(package({**files, "texts/s.xml": b"<p/>"})) == [("qti_stimulus", "items/a.xml")]
    assert codes(package(files)) == [("qti_stimulus", "items/a.xml")]


def test_one_item_shares_no_more_text_than_a_file_may_hold(monkeypatch):
    shared = archives.Package(archives.opened(package({"s.xml": STIMULUS})))
    monkeypatch.setattr(archives, "MAX_FILE_BYTES", 2 * len(STIMULUS))

    assert shared.shared_texts(["s.xml"] * 2) == [STIMULUS] * 2
    with pytest.raises(Refused, match="qti_stimulus"):
        shared.shared_texts(["s.xml"] * 3)


def test_all_items_share_no_more_text_than_a_package_may_hold(monkeypatch):
    shared = archives.Package(archives.opened(package({"s.xml": STIMULUS})))
    monkeypatch.setattr(archives, "MAX_BYTES", 2 * len(STIMULUS))

    assert [shared.shared_texts(["s.xml"]) for _ in range(2)] == [[STIMULUS]] * 2
    with pytest.raises(Refused, match="qti_stimulus"):
        shared.shared_texts(["s.xml"])


def test_items_of_qti_1_are_a_problem_and_not_passed_over():
    files = {"imsmanifest.xml": manifest(resource("q.xml", "imsqti_xmlv1p2")), "q.xml": b"<questestinterop/>"}
    assert codes(package(files)) == [("qti_root_unknown", "q.xml")]


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"a.xml": ITEM}, ("qti_manifest_missing", "p.zip")),
        ({"imsmanifest.xml": manifest("")}, ("no_questions", "p.zip")),
        ({"imsmanifest.xml": ENTITY}, ("dtd", "p.zip")),
        ({"imsmanifest.xml": manifest(resource("a.xml")), "a.xml": ENTITY}, ("dtd", "a.xml")),
        ({"imsmanifest.xml": manifest(""), "../a.xml": ITEM}, ("qti_zip_path", "p.zip")),
        ({"imsmanifest.xml": manifest(""), "/a.xml": ITEM}, ("qti_zip_path", "p.zip")),
        ({"imsmanifest.xml": manifest(""), "a\\..\\..\\b.xml": ITEM}, ("qti_zip_path", "p.zip")),
        ({"imsmanifest.xml": manifest(""), "a.xml": b" " * 1_000_000}, ("qti_zip_ratio", "p.zip")),
    ],
)
def test_packages_that_are_not_read(files, problem):
    assert codes(package(files)) == [problem]


def test_a_package_cut_short_is_not_read():
    assert codes(package({"imsmanifest.xml": manifest("")})[:-10]) == [("qti_zip_unreadable", "p.zip")]


def test_a_damaged_file_in_a_package_is_a_problem():
    content = package({"imsmanifest.xml": manifest(resource("a.xml")), "a.xml": ITEM})
    at = content.index(b"a.xml") + 20
    assert codes(content[:at] + bytes(40) + content[at + 40 :]) == [("qti_zip_unreadable", "a.xml")]


def test_two_files_of_one_name_are_not_read():
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr("imsmanifest.xml", manifest(""))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("imsmanifest.xml", manifest(""))
    assert codes(content.getvalue()) == [("qti_zip_twice", "p.zip")]


def test_locked_files_are_not_read():
    content = bytearray(package({"imsmanifest.xml": manifest("")}))
    content[content.index(b"PK\x01\x02") + 8] |= archives.ENCRYPTED
    assert codes(bytes(content)) == [("qti_zip_locked", "p.zip")]


@pytest.mark.parametrize(
    ("limit", "code"),
    [("MAX_FILES", "qti_zip_files"), ("MAX_BYTES", "qti_zip_size"), ("MAX_FILE_BYTES", "qti_file_size")],
)
def test_packages_beyond_the_limits_are_not_read(monkeypatch, limit, code):
    monkeypatch.setattr(archives, limit, 1)
    assert codes(package({"imsmanifest.xml": manifest(""), "a.xml": ITEM})) == [(code, "p.zip")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "xml_invalid"),
        (b"GIF89a", "xml_invalid"),
        (b"<?xml version='1.0' encoding='none'?><a/>", "unknown_encoding"),
        (ENTITY, "dtd"),
        (b"<!DOCTYPE a><a/>", "dtd"),
        (b"<a>" * (documents.MAX_DEPTH + 1) + b"</a>" * (documents.MAX_DEPTH + 1), "too_deep"),
        (b"<a/>", "qti_root_unknown"),
        (b"<assessmentItem/>", "qti_root_unknown"),
        (b"<assessmentTest xmlns='http://www.imsglobal.org/xsd/imsqti_v2p2'/>", "qti_test_alone"),
        (ITEM.replace(b"Which?", INCLUDE), "media"),
    ],
)  # fmt: skip
def test_files_that_are_not_read(content, code):
    reading = read(content, "a.xml")
    assert (reading.entries, [problem.code for problem in reading.problems]) == ([], [code])


GAP = Gap("1", "text", (Accepted("x", tolerance=0.5),))
TWICE = Matching(
    "matching", "Match.", (Prompt("1", "x", "a"), Prompt("1", "y", "b")), (Option("a", "p"), Option("b", "q"))
)
PICTURE = Choice(
    "picture", "Which?", (Option("a", "red", 1.0, image="a.png"), Option("b", "blue", image="b.png"))
)


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (PICTURE, "pictures_no_place"),
        (replace(CHOICE, stem=""), "stem_missing"),
        (replace(CHOICE, stem="a\x01b"), "qti_signs"),
        (replace(CHOICE, stem="a\rb"), "qti_signs"),
        (Ordering("ordering", "Sort.", (Option("a", "1", feedback="So."), Option("b", "2"))), "qti_details"),
        (Gaps("fill", "Write.", (GAP,)), "qti_details"),
        (TWICE, "not_in_format"),
    ],
)
def test_what_a_package_cannot_hold_is_a_problem(item, code):
    writing = write([Entry("Q", item, "7"), Entry("Colours", CHOICE)])
    assert writing.problems == [Problem(code, "7", "Q")]
    assert [entry.name for entry in read(writing.content, "p.zip").entries] == ["Colours"]


def test_numbers_are_written_in_plain_digits():
    item = Gaps("numeric", "How many?", (Gap("1", "number", (Accepted("１,２３４", tolerance=0.5),)),))
    writing = write([Entry("Q", item)])
    assert writing.problems == []
    [entry] = read(writing.content, "p.zip").entries
    assert entry.item == replace(item, gaps=(Gap("1", "number", (Accepted("1234", tolerance=0.5),)),))


def test_orders_are_marked_differently_elsewhere():
    item = Ordering("ordering", "Sort.", (Option("a", "1"), Option("b", "2")))
    assert write([Entry("Q", item)]).problems == [Problem("marking_differs", "", "Q", severity=WARN)]


def test_a_difficulty_that_nobody_knows_is_a_problem():
    assert [problem.code for problem in write([Entry("Q", CHOICE, difficulty="so so")]).problems] == [
        "difficulty_unknown"
    ]


def test_other_versions_are_not_written():
    with pytest.raises(ValueError, match="version 1"):
        write([], "version 1")


@pytest.mark.parametrize(
    ("version", "namespace", "choice"),
    [
        ("2.2", "http://www.imsglobal.org/xsd/imsqti_v2p2", "choiceInteraction"),
        ("3.0", "http://www.imsglobal.org/xsd/imsqtiasi_v3p0", "qti-choice-interaction"),
    ],
)
def test_items_have_the_names_of_their_version(version, namespace, choice):
    with ZipFile(BytesIO(write([Entry("Q", CHOICE)], version).content)) as archive:
        root = fromstring(archive.read("items/item00001.xml"))
    interaction = root.find(f".//{{{namespace}}}{choice}")
    assert interaction is not None
    assert [len(found) for found in (interaction, root)] == [3, 4]
    assert interaction.get("responseIdentifier" if version == "2.2" else "response-identifier") == "RESPONSE"


def test_the_same_entries_give_the_same_package():
    assert write([Entry("Q", CHOICE)]).content == write([Entry("Q", CHOICE)]).content


def test_our_notes_do_not_outlive_a_change_made_elsewhere():
    """Another program may reword options or call others right, and keep attributes that it does not know."""
    item = Choice("multiple", "Which  two?", (Option("a", "red  one", 0.5), Option("b", "blue")), rule="all")
    writing = write([Entry("Q", item)])
    with ZipFile(BytesIO(writing.content)) as archive:
        text = archive.read("items/item00001.xml").decode()
    assert "data-score" in text
    text = text.replace(">red  one<", ">pink one<").replace("<value>a</value>", "<value>b</value>")
    [entry] = read(text.encode(), "item.xml").entries
    assert entry.item == replace(item, options=(Option("a", "pink one"), Option("b", "blue", 1.0)))


def test_two_thousand_items_are_written_and_read_within_twenty_seconds():
    entries = [
        Entry(f"Q{number}", CHOICE if number % 2 else Short("short", "Why?", "Reasons."))
        for number in range(2000)
    ]
    start = time.process_time()
    reading = read(write(entries).content, "p.zip")
    assert time.process_time() - start < 20
    assert [replace(entry, where="") for entry in reading.entries] == entries
