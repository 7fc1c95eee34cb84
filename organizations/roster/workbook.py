"""What an office gets back: the rows to correct, the codes to print."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from ..models import RosterImport, RosterRow, User
from ..workbooks import workbook
from .messages import message
from .reading import open_roster


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
