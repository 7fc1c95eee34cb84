"""Workbooks to hand out. Every cell is text: nothing in them is ever calculated."""

from __future__ import annotations

import io
from collections.abc import Iterable

import xlsxwriter
from django.utils.translation import gettext as _

from ..models import RosterImport, RosterRow, User
from .messages import message
from .reading import open_roster

WIDTH = 16


def refused_workbook(roster_import: RosterImport) -> bytes:
    """The refused rows as they were sent, with their line and why, to be corrected and sent again.

    Raises Unreadable or FileNotFoundError if the file has gone.
    """
    rows = roster_import.rows.filter(kind=RosterRow.Kind.REFUSE).values_list("line", "problems")
    reasons = {line: _reasons(problems) for line, problems in rows}
    with roster_import.file.open("rb") as file:
        header, lines, _height = open_roster(file)
        refused = [[*cells, str(line), reasons[line]] for line, cells in lines if line in reasons]
    width = max([len(header.cells), *(len(cells) - 2 for cells in refused)])
    title = [*header.cells, *[""] * (width - len(header.cells)), _("Line"), _("Reason")]
    return workbook(
        title, ([*cells[:-2], *[""] * (width + 2 - len(cells)), *cells[-2:]] for cells in refused)
    )


def _reasons(problems: list[list]) -> str:
    return "\n".join(
        f"{column}: {message(code, details)}" for column, _value, code, _severity, details in problems
    )


def codes_workbook(issued: Iterable[tuple[User, str]]) -> bytes:
    """Activation codes to print and cut up."""
    title = [_("Name"), _("Staff number"), _("Activation code")]
    return workbook(
        title, ([person.name, person.number or person.phone or "", code] for person, code in issued)
    )


def workbook(title: list[str], rows: Iterable[list[str]]) -> bytes:
    """A workbook of one sheet: a bold first row, and every cell a string."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.set_column(0, len(title) - 1, WIDTH)
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for column, text in enumerate(title):
        sheet.write_string(0, column, text, bold)
    for line, cells in enumerate(rows, start=1):
        for column, text in enumerate(cells):
            sheet.write_string(line, column, text)
    book.close()
    return buffer.getvalue()
