"""The columns of a school's table: one list for the page, the export and whoever compares the two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
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


def marked_up(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[tuple[str, SafeString]]:
    """Of each row the name that heads it, and the rest as HTML: a template is slow with hundreds of cells."""
    labels = (column.replace("{", "{{").replace("}", "}}") for column in columns[1:])
    cells = format_html_join("", '<td data-label="{}">{{}}</td>', ((label,) for label in labels))
    return [(name, format_html(cells, *(cell or "–" for cell in rest))) for name, *rest in rows]
