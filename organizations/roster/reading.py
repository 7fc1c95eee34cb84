"""From lines of cells to rows about people, and what is wrong with them. Saves nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice

from .. import rules
from ..tables import MOST_ROWS, Source, Unreadable, tables
from .messages import message

HEADER_WITHIN = 20
"""How many rows may stand above and with the column names: titles, notes, the date."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "教师姓名", "教职工姓名", "name"),
    "number": ("教职工号", "工号", "教师编号", "职工号", "教师工号", "人员编号", "number"),
    "phone": ("手机号码", "手机", "手机号", "联系电话", "电话", "移动电话", "phone"),
    "county": ("区县", "县区", "所属区县", "所在区县", "county"),
    "school_code": ("学校标识码", "学校代码", "学校编码", "单位代码", "school code"),
    "school_name": ("学校名称", "学校", "所在学校", "单位名称", "工作单位", "school"),
    "title": ("岗位", "职务", "岗位名称", "post"),
    "subject": ("任教学科", "学科", "任教科目", "subject"),
    "stage": ("学段", "任教学段", "stage"),
}
"""What each column may be called. All others (性别, 备注 …) are not read: we keep no more than we need."""

LONGEST = {"county": 80, "school_name": 80, "title": 30, "subject": 30, "stage": 20}

TITLES = (
    ("校长", "副校长", "书记", "副书记"),
    ("主任", "副主任", "教务主任", "教导主任", "德育主任", "总务主任"),
    ("年级组长", "教研组长", "备课组长", "班主任"),
    ("教师", "教辅", "教辅人员", "职员", "工勤"),
)
KNOWN_TITLES = frozenset(chain.from_iterable(TITLES))
"""Posts that are stored without a question."""

FORMULA = re.compile(r"\s*[=+@＝＋＠]")
DECORATION = re.compile(r"[\s*:：]|\([^)]*\)")

REFUSE, WARN = "refuse", "warn"
PROGRESS_EVERY = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a cell that a person should look at; a row with a refusal is not imported."""

    line: int
    column: str
    value: str
    code: str
    severity: str = REFUSE
    details: dict[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return message(self.code, self.details)


@dataclass(frozen=True, slots=True)
class Row:
    """One person as the file has them, normalised. "" is an empty cell, None a column that is not there."""

    line: int
    name: str
    number: str | None
    phone: str | None
    county: str | None
    school_code: str | None
    school_name: str | None
    title: str | None
    subject: str | None
    stage: str | None


@dataclass
class Sheet:
    """A roster that was read. `headers` gives each field's column name as the file writes it."""

    headers: dict[str, str]
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused_lines(self) -> set[int]:
        return {problem.line for problem in self.problems if problem.severity == REFUSE}


@dataclass(frozen=True)
class Header:
    """Where the column names stand and which column holds what."""

    line: int
    cells: list[str]
    columns: dict[str, int]


def nobody_listens(share: float) -> None:
    """For callers who do not show how far reading has got."""


def read(file: Source, *, tell: Callable[[float], None] = nobody_listens) -> Sheet:
    """Read a roster: every row with what is in it, and every problem. Calls `tell` with the share done.

    Rows with a refusal are among the rows, so that their people are not taken for missing.
    Raises Unreadable if nothing can be made of the file as a whole.
    """
    header, lines, height = open_roster(file)
    reader = _Reader(header)
    for line, cells in lines:
        if len(reader.sheet.rows) > MOST_ROWS:
            raise Unreadable("too_many_rows", limit=MOST_ROWS)
        reader.add(line, cells)
        if line % PROGRESS_EVERY == 0:
            tell(min(line / height, 1))
    if not reader.sheet.rows:
        raise Unreadable("no_rows")
    return reader.sheet


def open_roster(file: Source) -> tuple[Header, Iterable[tuple[int, list[str]]], int]:
    """The column names, the lines below them and about how many there are. Raises Unreadable."""
    for table in tables(file):
        head = list(islice(table.lines, HEADER_WITHIN))
        if header := _find_header(head):
            below = [(line, cells) for line, cells in head if line > header.line]
            return header, chain(below, table.lines), max(table.height, 1)
    raise Unreadable("no_header", limit=HEADER_WITHIN)


def _find_header(head: Iterable[tuple[int, list[str]]]) -> Header | None:
    for line, cells in head:
        columns: dict[str, int] = {}
        for index, cell in enumerate(cells):
            if (name := _field_called(cell)) and name not in columns:
                columns[name] = index
        if "name" in columns and columns.keys() & {"number", "phone"} and columns.keys() & SCHOOL_FIELDS:
            return Header(line, cells, columns)
    return None


SCHOOL_FIELDS = {"school_code", "school_name"}
FIELDS = {alias: name for name, aliases in COLUMNS.items() for alias in aliases}


def _field_called(cell: str) -> str | None:
    text = rules.normalise_text(cell).lower()
    return FIELDS.get(text) or FIELDS.get(DECORATION.sub("", text))


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Normalised text of the columns whose values repeat from row to row."""
    return rules.normalise_text(text)


class _Reader:
    """Takes line after line and remembers which numbers and phones it has met."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.sheet = Sheet({name: header.cells[index].strip() for name, index in header.columns.items()})
        self.first_line: dict[tuple[str, str], int] = {}

    def add(self, line: int, cells: list[str]) -> None:
        values = {
            name: cells[index] if index < len(cells) else "" for name, index in self.header.columns.items()
        }
        if not any(value.strip() for value in values.values()) or cells == self.header.cells:
            return  # blank, a running number alone, or the column names once more on the next printed page
        number, phone = self._login(line, values)
        self.sheet.rows.append(
            Row(
                line=line,
                name=self._name(line, values["name"]),
                number=number,
                phone=phone,
                county=self._text(line, values, "county"),
                school_code=self._school_code(line, values),
                school_name=self._text(line, values, "school_name"),
                title=self._title(line, values),
                subject=self._text(line, values, "subject"),
                stage=self._text(line, values, "stage"),
            )
        )

    def _report(
        self, line: int, name: str, value: str, code: str, severity: str = REFUSE, /, **details: object
    ) -> None:
        column = self.sheet.headers.get(name, "")
        self.sheet.problems.append(Problem(line, column, value.strip()[:80], code, severity, details))

    def _name(self, line: int, value: str) -> str:
        name = rules.normalise_name(value)
        if FORMULA.match(value):
            self._report(line, "name", value, "formula")
        elif not value.strip():
            self._report(line, "name", value, "name_missing")
        elif not name:
            self._report(line, "name", value, "name_invalid")
        return name

    def _login(self, line: int, values: dict[str, str]) -> tuple[str | None, str | None]:
        number = self._unique(line, values, "number", rules.normalise_number)
        phone = self._unique(line, values, "phone", rules.normalise_phone)
        if not any(values.get(name, "").strip() for name in ("number", "phone")):
            self._report(line, "number" if "number" in values else "phone", "", "no_login")
        return number, phone

    def _unique(
        self, line: int, values: dict[str, str], name: str, normalise: Callable[[str], str]
    ) -> str | None:
        """A number or phone. The first line that has it keeps it: a later one is refused whole.

        Both are how people sign in. To store the second person without theirs would hide that one of
        the two lines is wrong, and nobody would look for the right one.
        """
        if (value := values.get(name)) is None:
            return None
        text = normalise(value)
        if not text and value.strip():
            self._report(line, name, value, f"{name}_invalid")
        first = self.first_line.setdefault((name, text), line) if text else line
        if first != line:
            self._report(line, name, value, f"duplicate_{name}", line=first)
        return text

    def _text(self, line: int, values: dict[str, str], name: str) -> str | None:
        if (value := values.get(name)) is None:
            return None
        text = _plain(value)
        if FORMULA.match(value):
            self._report(line, name, value, "formula")
        elif len(text) > LONGEST[name]:
            self._report(line, name, value, "too_long", limit=LONGEST[name])
        return text[: LONGEST[name]]

    def _title(self, line: int, values: dict[str, str]) -> str | None:
        title = self._text(line, values, "title")
        if title and title not in KNOWN_TITLES:
            self._report(line, "title", title, "unknown_title", WARN)
        return title

    def _school_code(self, line: int, values: dict[str, str]) -> str | None:
        if (value := values.get("school_code")) is None:
            return None
        code = rules.normalise_number(value)
        if value.strip() and (not code or len(code) > LONGEST_SCHOOL_CODE):
            self._report(line, "school_code", value, "school_code_invalid")
            return ""
        return code


LONGEST_SCHOOL_CODE = 20
