"""Reading rosters as offices send them: no database."""

import csv
import io
import json
import time
import zipfile

import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from organizations import rules, tables
from organizations.roster.messages import message
from organizations.roster.reading import COLUMNS, WARN, read
from organizations.tables import Unreadable

from .rosters import DATA, HEADER, person, text_of

EXPECTED = {
    "duplicate number": "duplicate_number",
    "name missing": "name_missing",
    "phone too short": "phone_invalid",
    "unknown post: warn": "unknown_title",
    "formula": "formula",
    "duplicate phone": "duplicate_phone",
}
ACCEPTED = {
    "full width: must be accepted",
    "spaces: must be accepted",
    "number as float text: accept or refuse, never store .0",
}
FAULTS = {
    int(line): (column, fault)
    for line, (column, fault) in json.loads(
        (DATA / "county-gbk.csv.faults.json").read_text(encoding="utf-8")
    ).items()
}


@pytest.fixture(scope="module")
def county_sheet():
    with (DATA / "county-gbk.csv").open("rb") as file:
        return read(file)


def sheet_of(data: bytes):
    return read(io.BytesIO(data))


def workbook_of(*rows: list, sheets: int = 1) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    for _ in range(sheets - 1):
        book.add_worksheet().write(0, 0, "填表说明")
    sheet = book.add_worksheet()
    for line, cells in enumerate(rows):
        sheet.write_row(line, 0, cells)
    book.close()
    return buffer.getvalue()


@pytest.mark.parametrize("line", sorted(FAULTS))
def test_each_planted_fault_is_found_where_it_is(county_sheet, line):
    column, fault = FAULTS[line]
    found = [(problem.column, problem.code) for problem in county_sheet.problems if problem.line == line]

    if fault in ACCEPTED or fault == "school has no code":  # whether that is known, the database says
        assert found == []
    else:
        assert found == [(column, EXPECTED[fault])]


def test_nothing_else_is_complained_of(county_sheet):
    assert {problem.line for problem in county_sheet.problems} <= FAULTS.keys()


def test_an_unknown_post_is_only_a_warning(county_sheet):
    warned = {problem.line for problem in county_sheet.problems if problem.severity == WARN}

    assert warned == {line for line, (_column, fault) in FAULTS.items() if fault == "unknown post: warn"}


def test_values_are_normalised(county_sheet):
    rows = {row.line: row for row in county_sheet.rows}

    assert rows[17].number == "61030700045"
    assert rows[61].number == "61030700169"
    assert rows[19].name == "姚敏敏"
    assert rows[2].phone == "+8613900700004"
    assert not [row for row in county_sheet.rows if row.number and row.number.endswith(".0")]


def test_a_workbook_with_titles_above_the_table_keeps_its_line_numbers():
    with (DATA / "school.xlsx").open("rb") as file:
        sheet = read(file)

    assert (len(sheet.rows), sheet.problems) == (90, [])
    assert (sheet.rows[0].line, sheet.rows[0].name, sheet.rows[0].number) == (4, "沈磊", "61030300002")


def test_empty_rows_and_columns_before_the_table_do_not_move_its_line_numbers():
    rows = [[""] * 2] * 3 + [["", *HEADER], ["", *person()]]

    assert [row.line for row in sheet_of(workbook_of(*rows)).rows] == [5]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_any_usual_encoding(encoding, delimiter):
    sheet = sheet_of(text_of(person("沈磊"), delimiter=delimiter).encode(encoding))

    assert [(row.name, row.number) for row in sheet.rows] == [("沈磊", "61030300002")]


def test_rare_characters_survive_gb18030():
    sheet = sheet_of(text_of(person("𠮷㛃")).encode("gb18030"))

    assert sheet.rows[0].name == "𠮷㛃"


@pytest.mark.parametrize("field", COLUMNS)
def test_every_alias_of_a_column_is_understood(field):
    for alias in COLUMNS[field]:
        header = {"name": "姓名", "number": "工号", "school_name": "学校", field: alias}
        cells = dict.fromkeys(header, "教师") | {"name": "沈磊", "number": "6103"}
        text = ",".join(header.values()) + "\n" + ",".join(cells.values())
        assert field in sheet_of(text.encode()).headers, alias


def test_decorated_column_names_are_understood():
    text = "＊姓 名（必填）,教职工号：,学校名称\n沈磊,6103,一小\n"

    assert sheet_of(text.encode()).rows[0].name == "沈磊"


def test_numbers_typed_as_numbers_lose_nothing():
    row = person()
    sheet = sheet_of(workbook_of(HEADER, [*row[:4], 61030300002.0, 13900300006, *row[6:]]))

    assert (sheet.rows[0].number, sheet.rows[0].phone) == ("61030300002", "+8613900300006")


def test_a_number_that_excel_has_rounded_is_refused():
    row = person()
    sheet = sheet_of(workbook_of(HEADER, [*row[:4], 1.23456789012345678e19, *row[5:]]))

    assert [problem.code for problem in sheet.problems] == ["number_invalid"]


def test_the_sheet_with_a_roster_is_found_among_others():
    assert len(sheet_of(workbook_of(HEADER, person(), sheets=3)).rows) == 1


def test_blank_rows_running_numbers_and_repeated_headers_are_no_people():
    header = ["序号", *HEADER]
    sheet = sheet_of(text_of(["1", *person()], ["2", *[""] * 9], [""] * 10, header, header=header).encode())

    assert ([row.line for row in sheet.rows], sheet.problems) == ([2], [])


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "@SUM(A1)", "＝HYPERLINK", " =1"])
def test_a_name_that_begins_like_a_formula_is_refused(name):
    sheet = sheet_of(text_of(person(name)).encode())

    assert [problem.code for problem in sheet.problems] == ["formula"]


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (person(number="", phone=""), ["no_login"]),
        (person(number="", phone="13900300006"), []),
        (person(number="6103", phone=""), []),
        (person(number="教师一"), ["number_invalid"]),
        (person(phone="0917-3260000"), ["phone_invalid"]),
        (person(name="沈"), ["name_invalid"]),
        (person(subject="数" * 31), ["too_long"]),
        (person(school=["渭滨区", "一小", "一号"]), ["school_code_invalid"]),
    ],
)
def test_what_is_wrong_with_a_row_is_said(row, codes):
    assert [problem.code for problem in sheet_of(text_of(row).encode()).problems] == codes


def test_every_problem_has_a_sentence(county_sheet):
    assert all(problem.message and "%(" not in problem.message for problem in county_sheet.problems)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no_header"),
        ("姓名,性别\n沈磊,女\n".encode(), "no_header"),
        (text_of().encode(), "no_rows"),
        (b"\xd0\xcf\x11\xe0 old excel", "old_excel"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b"PK\x03\x04" + workbook_of(person())[5:], "damaged"),
        (b"\xff\xff\xff\xff", "unknown_encoding"),
        ("Größe,für\n".encode("cp1252"), "unknown_encoding"),
        (b"\0" * (tables.MOST_BYTES + 1), "too_big"),
        (b"\n" * (tables.MOST_ROWS + 1), "too_many_rows"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_with_a_reason(data, code):
    with pytest.raises(Unreadable) as refused:
        sheet_of(data)

    assert refused.value.code == code


def zip_of(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(f"xl/worksheets/{name}.xml", data)
    return buffer.getvalue()


def test_a_bomb_is_refused_by_its_directory_at_once():
    bomb = zip_of(sheet1=b"\0" * (tables.MOST_UNPACKED_BYTES + 1))
    started = time.perf_counter()

    with pytest.raises(Unreadable, match="too_large_inside"):
        sheet_of(bomb)

    assert time.perf_counter() - started < 0.5
    assert len(bomb) < 1024 * 1024


def test_a_bomb_that_lies_about_its_size_is_refused():
    bomb = bytearray(zip_of(sheet1=b"<a>" + b" " * 10_000_000 + b"</a>"))
    size = (10_000_007).to_bytes(4, "little")
    with pytest.raises(Unreadable, match="damaged"):
        sheet_of(bytes(bomb.replace(size, (100).to_bytes(4, "little"))))


def test_two_far_corners_are_refused_before_the_rectangle_is_built():
    cells = '<row><c r="A1" t="str"><v>x</v></c><c r="XFD99999" t="str"><v>x</v></c></row>'
    book = bytearray()
    source = zipfile.ZipFile(io.BytesIO(workbook_of(HEADER, person())))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in source.namelist():
            data = source.read(name)
            if name.startswith("xl/worksheets/"):
                data = data.replace(b"<sheetData>", b"<sheetData>" + cells.encode())
            archive.writestr(name, data)
    book += buffer.getvalue()

    with pytest.raises(Unreadable, match="stray_cells"):
        sheet_of(bytes(book))


def test_a_sheet_with_a_document_type_is_refused():
    with pytest.raises(Unreadable, match="damaged"):
        sheet_of(zip_of(sheet1=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'))


CELLS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["61030300002.0", "６１０３", "=1", "13900300006", "渭滨区", "\u0000", "1e5", "0.0"]),
    st.integers(0, 10**12).map(lambda number: f"{number}.0"),
)


def rows_or_reason(data: bytes) -> list:
    """The rows of a file, or none if it was refused with a sentence. Any other error fails the test."""
    try:
        return sheet_of(data).rows
    except Unreadable as refused:
        return [] if message(refused.code, refused.details) else [None]


@given(st.lists(st.lists(CELLS, min_size=9, max_size=9), max_size=5))
@example([["\ufeff"] * 9])
def test_reading_never_fails_and_never_keeps_a_float(rows):
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    for row in rows_or_reason(text.getvalue().encode("utf-8", "replace")):
        for value in (row.number, row.phone, row.school_code, row.name):
            assert value is not None
            assert not value.endswith(".0")
            assert "\0" not in value


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(data):
    rows_or_reason(data)


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text):
    for part in ("text", "name", "number", "phone", "code"):
        normalise = getattr(rules, f"normalise_{part}")
        once = normalise(text)
        assert normalise(once) == once
        assert ".0" not in rules.normalise_number(text)


@given(st.integers(0, 2**53))
def test_a_whole_float_is_read_as_the_number_it_was(number):
    assert tables.cell_text(float(number)) == str(int(float(number))) or number == 2**53
