"""Workbooks to hand out. Every cell is text: nothing in them is ever calculated."""

import io
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

WIDTH = 16
"""Of a column, in characters."""


@dataclass(frozen=True)
class Sheet:
    """What goes on one sheet: a title if there is one, bold headings, then the rows."""

    headings: Sequence[str]
    rows: Iterable[Iterable[str]]
    title: str = ""
    name: str = ""
    """On its tab, up to 31 characters; Excel's own name if there is none."""


def workbook(
    headings: Sequence[str], rows: Iterable[Iterable[str]], *, title: str = "", is_small: bool = False
) -> bytes:
    """An XLSX file of one sheet, with all cells as strings.

    A row leaves memory as soon as it is written. Some thousand rows may as well stay (`is_small`) until
    the file is done, which takes two thirds of the time.
    """
    return workbook_of([Sheet(headings, rows, title)], is_small=is_small)


def workbook_of(sheets: Iterable[Sheet], *, is_small: bool = False) -> bytes:
    """As `workbook`, with any number of sheets."""
    file = io.BytesIO()
    _write(file, sheets, is_small)
    return file.getvalue()


def workbook_file(headings: Sequence[str], rows: Iterable[Iterable[str]]) -> IO[bytes]:
    """As `workbook`, for any number of rows: an open file on the disk, which whoever asked closes."""
    with ExitStack() as on_failure:
        file = on_failure.enter_context(tempfile.TemporaryFile())
        _write(file, [Sheet(headings, rows)], is_small=False)
        on_failure.pop_all()
    file.seek(0)
    return file


def _write(file: IO[bytes], sheets: Iterable[Sheet], is_small: bool) -> None:
    with xlsxwriter.Workbook(file, {"in_memory": True} if is_small else {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True})
        # What somebody types below stays as typed: else 50% becomes 0.5, and 1-2 a day in January.
        typed = book.add_format({"num_format": "@"})
        # Not so what we write: older Excel shows a long text in such a cell as a row of ####.
        plain = book.add_format()
        for sheet in sheets:
            _add(book, sheet, bold, typed, plain)


def _add(book: xlsxwriter.Workbook, content: Sheet, bold: Format, typed: Format, plain: Format) -> None:
    lines = [[content.title]] if content.title else []
    lines.append(list(content.headings))
    sheet = book.add_worksheet(content.name or None)
    sheet.set_column(0, len(content.headings) - 1, WIDTH, typed)
    sheet.freeze_panes(len(lines), 0)
    for number, line in enumerate(lines):
        for column, cell in enumerate(line):
            sheet.write_string(number, column, cell, bold)
    for number, row in enumerate(content.rows, start=len(lines)):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell, plain)
