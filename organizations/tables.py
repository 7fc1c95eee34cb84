"""From a file as people send it to lines of plain cells: xlsx, or CSV in any usual encoding."""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast
from xml.parsers import expat

from django.core.files import File
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from .uploads import TooLargeInside, open_archive

MOST_BYTES = 10 * 1024 * 1024
"""Largest file taken. The whole city, 38,000 people, is 2.5 MB."""

MOST_UNPACKED_BYTES = 120 * 1024 * 1024
"""Most a workbook may unpack to. The whole city is 30 MB; a bomb of under 1 MB unpacks to hundreds."""

MOST_PARTS = 200
"""Most files inside a workbook. A roster, or a bank of questions, has about ten."""

MOST_ROWS = 100_000
"""Most rows in a sheet: more than twice the city, so that what is held in memory has an end."""

MOST_CELLS = 3_000_000
"""Most cells of the rectangle around a sheet: calamine holds all of it, if only two corners are filled."""

CHUNK = 256 * 1024
SAMPLE = 4096
EXACT_IN_A_FLOAT = 2**53
BYTES_OF_A_CHARACTER = 2
"""In GB 2312, beyond ASCII."""
DELIMITERS = (",", "\t", ";")
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
UNSTORABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0xFFFE, 0xFFFF])
"""Control characters: PostgreSQL stores no NUL, and nobody can see the others."""
DIGITS = "0123456789"
REFERENCE = re.compile(r"[A-Z]{1,3}[0-9]{1,7}")
VALUES = ("v", "is")
PREFIXED_VALUES = (":v", ":is")


DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    EOFError,
    OSError,
)
"""What zipfile raises, each for another way in which an archive can be broken."""

Source = BinaryIO | File


class Unreadable(Exception):
    """The file cannot be read; `code` and `details` say why."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True)
class Table:
    """A sheet: its lines, numbered as a spreadsheet shows them, and about how many there are."""

    lines: Iterator[tuple[int, list[str]]]
    height: int


def tables(file: Source) -> Iterator[Table]:
    """The tables a file could mean: each visible sheet of a workbook, or a CSV by each delimiter.

    Raises Unreadable, for a bomb before anything of it is parsed.
    """
    file.seek(0, io.SEEK_END)
    if file.tell() > MOST_BYTES:
        raise Unreadable("too_big", limit=MOST_BYTES // 1024 // 1024)
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    if start == OLE:
        raise Unreadable("old_excel")
    return _workbook(file) if start == ZIP else _csv(file.read())


def _workbook(file: Source) -> Iterator[Table]:
    _refuse_bombs(file)
    file.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(cast(BinaryIO, file))
        for sheet in book.sheets_metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
                cells = book.get_sheet_by_name(sheet.name)
                if cells.start is not None:
                    yield Table(_sheet_lines(cells), cells.height)
    except CalamineError as error:
        raise Unreadable("damaged") from error


def _sheet_lines(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Of cells merged across rows, each row has what stands in the first, as whoever merged them meant."""
    merged = _merged(sheet)
    held: dict[int, tuple[int, str]] = {}
    # Rows come from the very first on, columns from the first that has anything in it.
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        texts = [cell_text(cell) for cell in cells]
        held = {column: kept for column, kept in held.items() if line <= kept[0]}
        for column, (_last, text) in held.items():
            texts[column] = text
        for column, last in merged.get(line, ()):
            held[column] = last, texts[column]
        yield line, texts


def _merged(sheet: Any) -> dict[int, list[tuple[int, int]]]:
    """Line to the cells that begin there and span further ones: place in the row, last line."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, column), (bottom, _right) in sheet.merged_cell_ranges or ():
        place = column - sheet.start[1]
        if bottom > top and 0 <= place < sheet.width:
            found.setdefault(top + 1, []).append((place, bottom + 1))
    return found


def cell_text(cell: object) -> str:
    """A cell as text. Whole floats lose their `.0`; those too long to be exact keep their exponent,
    so that no rule takes them for a number."""
    if isinstance(cell, str):
        return cell.translate(UNSTORABLE)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT_IN_A_FLOAT:
        return str(int(cell))
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


def _refuse_bombs(file: Source) -> None:
    """Look at the directory first, then unpack once in small pieces: sizes can lie, checksums cannot."""
    try:
        with open_archive(
            cast(BinaryIO, file), most_bytes=MOST_UNPACKED_BYTES, most_parts=MOST_PARTS
        ) as archive:
            for part in archive.infolist():
                _look_through(archive, part)
    except TooLargeInside as error:
        raise Unreadable("too_large_inside") from error
    except DAMAGES as error:
        raise Unreadable("damaged") from error


def _look_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    extent = _Extent() if "/worksheets/" in part.filename and part.filename.endswith(".xml") else None
    with archive.open(part) as stream:
        while piece := stream.read(CHUNK):
            if extent:
                extent.feed(piece)


class _Extent:
    """Watches a sheet's XML for cells whose place would make the rectangle around all of them huge.

    Called for each of half a million elements, so it looks only at rows and columns it has not met.
    """

    def __init__(self) -> None:
        self.reference = ""
        self.rows = self.columns = 0
        self.last_row = ""
        self.known_columns: set[str] = set()
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._begin
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype

    def feed(self, piece: bytes) -> None:
        try:
            self.parser.Parse(piece)
        except expat.ExpatError as error:
            raise Unreadable("damaged") from error

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c" or name.endswith(":c"):
            self.reference = attributes.get("r", "")
        elif name in VALUES or name.endswith(PREFIXED_VALUES):  # cells that are only formatted do not count
            column = self.reference.rstrip(DIGITS)
            row = self.reference[len(column) :]
            if row != self.last_row or column not in self.known_columns:
                self._widen(column, row)

    def _widen(self, column: str, row: str) -> None:
        if not REFERENCE.fullmatch(self.reference):
            return
        number = 0
        for letter in column:
            number = number * 26 + ord(letter) - ord("A") + 1
        self.columns = max(self.columns, number)
        self.rows = max(self.rows, int(row))
        self.last_row = row
        self.known_columns.add(column)
        if self.rows > MOST_ROWS:
            raise Unreadable("too_many_rows", limit=MOST_ROWS)
        if self.rows * self.columns > MOST_CELLS:
            raise Unreadable("stray_cells", cell=self.reference)

    def _refuse_doctype(self, *_args: object) -> None:
        raise Unreadable("damaged")


def _csv(data: bytes) -> Iterator[Table]:
    text = decode(data).translate(UNSTORABLE)
    height = text.count("\n") + 1
    if height > MOST_ROWS:
        raise Unreadable("too_many_rows", limit=MOST_ROWS)
    for delimiter in DELIMITERS:
        yield Table(_csv_lines(text, delimiter), height)


def _csv_lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1)
    except csv.Error as error:
        raise Unreadable("damaged") from error


def decode(data: bytes) -> str:
    """The text of a file: by its byte-order mark, else UTF-16 by its zeros, else UTF-8, else GB18030."""
    for bom, encoding in BOMS.items():
        if data.startswith(bom):
            return _decode(data, encoding)
    start = data[:SAMPLE]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if (
        even + odd > len(start) / 50
    ):  # commas and digits: half of each is zero; a stray zero is something else
        return _decode(data, "utf-16-be" if even > odd else "utf-16-le")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = _decode(data, "gb18030")  # holds GBK and GB 2312
    if not _is_chinese(text):
        raise Unreadable("unknown_encoding")
    return text


def _is_chinese(text: str) -> bool:
    """Whether three quarters of what is beyond ASCII are in daily use.

    Any bytes mean something in GB 18030: letters with accents in another encoding turn into characters that
    nobody writes.
    """
    letters = [letter for letter in text if not letter.isascii()]
    known = len("".join(letters).encode("gb2312", "ignore")) // BYTES_OF_A_CHARACTER
    return known * 4 >= len(letters) * 3


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("unknown_encoding") from error
