"""The columns of a school's table: one list for the page, the export and whoever compares the two."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _


def columns() -> list[str]:
    """Headings, in the reader's language."""
    return [
        _("Name"),
        _("Staff number"),
        _("Lessons"),
        _("Quizzes"),
        _("Capabilities shown"),
        _("Being marked"),
        _("To revise"),
        _("Online hours"),
        _("Practice hours"),
        _("Certificate"),
    ]


def cells(row: Any) -> list[str]:
    """A row of `queries.staff_progress` as text: what the screen shows is what the workbook holds."""
    return [
        row.enrollment__learner__name,
        row.enrollment__learner__number or "",
        f"{row.lessons_done}/{row.lessons_total}",
        f"{row.quizzes_passed}/{row.quizzes_total}",
        str(row.capabilities_shown),
        str(row.capabilities_waiting),
        str(row.capabilities_returned),
        f"{row.online_hours:.1f}",
        f"{row.practice_hours:.1f}",
        row.certificate__number or "",
    ]


def workbook(title: str, rows: Iterable[Any]) -> bytes:
    """An XLSX file of these rows. Every cell is a string: a name that begins with "=" stays a name."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        sheet.set_column(0, 9, 14)
        sheet.freeze_panes(2, 1)
        sheet.write_string(0, 0, title, bold)
        for column, heading in enumerate(columns()):
            sheet.write_string(1, column, heading, bold)
        for number, row in enumerate(rows, start=2):
            for column, text in enumerate(cells(row)):
                sheet.write_string(number, column, text)
    return file.getvalue()
