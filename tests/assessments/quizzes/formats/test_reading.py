"""Any file: what it is, and whether it may be read at all."""

import io
import re
import time
import zipfile
from pathlib import Path

import pytest

from assessments.quizzes.formats import aiken, excel, gift, moodle
from assessments.quizzes.formats.entries import Entry
from assessments.quizzes.formats.messages import BANK, FILES, MESSAGES, message
from assessments.quizzes.formats.reading import MOST_BYTES, read
from assessments.quizzes.items.kinds import Choice, Option
from organizations.tables import MOST_UNPACKED_BYTES

ENTRY = Entry("", Choice("single", "哪个大？", (Option("a", "一{1}", 1.0), Option("b", "二"))))
CSV = "题干,选项A,选项B,答案\n哪个大？,一{1},二,A\n"


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (aiken.write([ENTRY]).content, "a.txt"),
        (aiken.write([ENTRY]).content.decode().encode("gbk"), "a.txt"),
        (gift.write([ENTRY]).content, "a.txt"),
        (gift.write([ENTRY]).content.decode().encode("utf-16"), "a"),
        (gift.write([ENTRY]).content.decode().encode("utf-32"), "a.gift.txt"),
        (gift.write([ENTRY]).content.replace(b"\n", b"\r\n"), "a.gift.txt"),
        (gift.write([ENTRY]).content.replace(b"\n", b"\r"), "a.txt"),
        (b"\xef\xbb\xbf" + gift.write([ENTRY]).content, "a.txt"),
        (moodle.write([ENTRY]).content, "a.xml"),
        (moodle.write([ENTRY]).content, "a.txt"),
        (moodle.write([ENTRY]).content.decode().encode("gb18030"), "a.xml"),
        (excel.write([ENTRY]).content, "a.xlsx"),
        (excel.write([ENTRY]).content, "a"),
        (CSV.encode("gbk"), "a.csv"),
        (CSV.encode(), "A.CSV"),
    ],
)
def test_a_file_is_known_by_its_content(content, filename):
    reading = read(content, filename)

    assert [entry.item.stem for entry in reading.entries] == ["哪个大？"]
    assert [option.score for option in reading.entries[0].item.options] == [1, 0]


def test_a_text_with_gaps_is_a_question():
    text = "配对：\n* 希沃白板：{1:MC:=授课~评价}\n* 问卷星：{1:SA:=收集意见#对！\n~*#再想想}。".encode()

    for filename in ("a.txt", "questions.multianswer.txt"):
        (entry,) = read(text, filename).entries
        assert (entry.where, entry.item.kind) == ("1", "cloze")
        assert entry.item.stem == "配对：\n* 希沃白板：[[1]]\n* 问卷星：[[2]]。"
        assert [gap.answers[0].text for gap in entry.item.gaps] == ["授课", "收集意见"]


@pytest.mark.parametrize(
    ("text", "filename", "code"),
    [
        ("选工具{1:MULTICHOICE:=问卷星}", "a.txt", "options_missing"),
        ("选工具{1:MC:问卷星~%50%投票}", "a.txt", "full_score_missing"),
        ("打几分？{3:NM:=零}", "a.txt", "number_invalid"),
        ("都选上{1:MR:=甲~=乙}", "a.txt", "gap_of_several"),
        ("没有空", "a.multianswer.txt", "gaps_missing"),
        ("没有空", "a.txt", "unknown_format"),
    ],
)
def test_a_text_whose_gaps_cannot_be_asked_is_listed(text, filename, code):
    reading = read(text.encode(), filename)

    assert ([problem.code for problem in reading.problems], reading.entries) == ([code], [])


def test_signs_that_nobody_sees_and_no_database_keeps_are_left_out():
    comment = "// 多数文件比这里的几行长得多。" * 10
    content = f"{comment}\n::名\0\x1f::哪\0个\x0b大？{{T}}".encode()

    assert [(entry.name, entry.item.stem) for entry in read(content, "a.gift.txt").entries] == [
        ("名", "哪个大？")
    ]


def test_a_name_says_which_format_where_the_content_could_be_two():
    text = b"ANSWER: A\n"
    assert [p.code for p in read(text, "a.gift.txt").problems] == ["nothing_asked"]
    assert [p.code for p in read(text, "a.aiken.txt").problems] == ["not_started"]


def archive(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(f"xl/worksheets/{name}.xml", data)
    return file.getvalue()


LAUGHS = '<!DOCTYPE quiz [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {after} "{f"&{before};" * 10}">'
    for before, after in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    ("content", "filename", "code"),
    [
        (b"", "a.txt", "unknown_format"),
        ("只是文字".encode(), "a.txt", "unknown_format"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a.png", "unknown_format"),
        ("für Größe, schön: ä ö ü {=a}".encode("cp1252"), "a.txt", "unknown_encoding"),
        (b"x" * (MOST_BYTES + 1), "a.txt", "too_big"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "a.xls", "old_excel"),
        (b"PK\x03\x04 and then nothing", "a.xlsx", "damaged"),
        (archive(sheet1=b"<worksheet/>"), "a.xlsx", "damaged"),
        (archive(sheet1=b"0" * (MOST_UNPACKED_BYTES + 1)), "a.xlsx", "too_large_inside"),
        (archive(sheet1=f"{LAUGHS}]><worksheet>&j;</worksheet>".encode()), "a.xlsx", "damaged"),
        (f"{LAUGHS}]><quiz>&j;</quiz>".encode(), "a.xml", "dtd"),
        (b'<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>', "a.xml", "dtd"),
        (b'<!DOCTYPE q [<!ENTITY % x SYSTEM "http://localhost/x">%x;]><quiz/>', "a.xml", "dtd"),
        (b"<quiz>" + b"<a>" * 500_000, "a.xml", "too_deep"),
        (b"<quiz></quiz>", "a.xml", "no_questions"),
        (excel.template(), "a.xlsx", "no_questions"),
        ("姓名,性别\n沈磊,女\n".encode(), "a.csv", "no_header"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(content, filename, code):
    started = time.monotonic()
    reading = read(content, filename)

    assert ([problem.code for problem in reading.problems], reading.entries) == ([code], [])
    assert time.monotonic() - started < 3


def test_a_hundred_megabytes_are_refused_at_once():
    content = b"x" * (100 * 1024 * 1024)
    started = time.monotonic()

    assert [problem.code for problem in read(content, "a.txt").problems] == ["too_big"]
    assert time.monotonic() - started < 0.1


FORMATS = Path(aiken.__file__).parent
SAID = re.compile(r'(?:Refused|refused_file|Unreadable|Problem|append|_untellable)\(\s*"(\w+)"|yield "(\w+)"')
OTHER = re.compile(r'= "(\w+_left_out)"|"(picture)" if')


def codes_said():
    others = [FORMATS.parent / "items" / "stored.py", FORMATS.parent / "exchange" / "importing.py"]
    sources = [*FORMATS.rglob("*.py"), *others]
    text = "".join(path.read_text() for path in sources if path.name != "messages.py")
    return {code for found in [*SAID.findall(text), *OTHER.findall(text)] for code in found if code}


def test_every_code_has_a_sentence_and_every_sentence_a_code():
    of_tables = {
        "too_large_inside",
        "too_many_rows",
        "stray_cells",
        "old_excel",
        "damaged",
        "unknown_encoding",
    }
    assert codes_said() | of_tables == MESSAGES.keys() - BANK.keys()
    assert of_tables <= FILES.keys()


def test_a_sentence_tells_details():
    (problem,) = read("题干,题型\n问,唱歌题\n".encode(), "a.csv").problems
    assert message(problem.code, problem.details) == "There is no such kind of question here: “唱歌题”."
