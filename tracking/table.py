"""The columns of a school's table: one list for the page, the export and whoever compares the two."""

from __future__ import annotations

import io
from collections.abc import Iterable

import xlsxwriter
from django.utils.translation import gettext as _

from .models import Standing


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


def cells(standing: Standing) -> list[str]:
    """One person's row, as text: what the screen shows is what the workbook holds."""
    learner = standing.enrollment.learner
    return [
        learner.name,
        learner.number or "",
        f"{standing.lessons_done}/{standing.lessons_total}",
        f"{standing.quizzes_passed}/{standing.quizzes_total}",
        str(standing.capabilities_shown),
        str(standing.capabilities_waiting),
        str(standing.capabilities_returned),
        f"{standing.online_hours:.1f}",
        f"{standing.practice_hours:.1f}",
        standing.certificate.number if standing.certificate else "",
    ]


def workbook(title: str, standings: Iterable[Standing]) -> bytes:
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
        for row, standing in enumerate(standings, start=2):
            for column, text in enumerate(cells(standing)):
                sheet.write_string(row, column, text)
    return file.getvalue()
