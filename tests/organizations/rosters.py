"""Rosters for tests: small files, and the way from a file to an applied import."""

from __future__ import annotations

import io
from pathlib import Path

from organizations import actions
from organizations.models import Organization, RosterImport, User

DATA = Path(__file__).resolve().parent.parent / "data" / "roster"
HEADER = ["区县", "学校名称", "学校标识码", "姓名", "教职工号", "手机号码", "学段", "任教学科", "岗位"]
SCHOOL = ["渭滨区", "渭滨区第一小学", "3161000001"]
OTHER_SCHOOL = ["渭滨区", "渭滨区第二小学", "3161000002"]


def person(
    name: str = "沈磊",
    number: str = "61030300002",
    phone: str = "13900300006",
    *,
    school: list[str] = SCHOOL,
    title: str = "教师",
    subject: str = "数学",
) -> list[str]:
    """The cells of one row, under HEADER."""
    return [*school, name, number, phone, "小学", subject, title]


def text_of(*rows: list[str], header: list[str] = HEADER, delimiter: str = ",") -> str:
    return "\n".join(delimiter.join(cells) for cells in [header, *rows]) + "\n"


def file_of(*rows: list[str]) -> io.BytesIO:
    """A CSV roster of these rows."""
    return io.BytesIO(text_of(*rows).encode())


def check(
    organization: Organization, by: User, *rows: list[str], is_complete: bool = False, name: str = "名册.csv"
) -> RosterImport:
    """Hand in and check a roster of these rows."""
    return check_file(organization, by, file_of(*rows), is_complete=is_complete, name=name)


def check_file(
    organization: Organization, by: User, file, *, is_complete: bool = False, name: str = "名册.csv"
) -> RosterImport:
    roster_import = actions.hand_in_roster(
        organization=organization,
        file=file,
        file_name=name,
        is_complete=is_complete,
        by=by,
        in_background=False,
    )
    return actions.check_roster(roster_import=roster_import)


def apply(roster_import: RosterImport, by: User, *, allow_leavers: bool = True) -> RosterImport:
    """Apply a checked import at once."""
    roster_import = actions.request_apply(
        roster_import=roster_import, by=by, allow_leavers=allow_leavers, in_background=False
    )
    return actions.apply_roster(roster_import=roster_import, by=by)


def undo(roster_import: RosterImport, by: User) -> RosterImport:
    """Undo an applied import at once."""
    roster_import = actions.request_undo(roster_import=roster_import, by=by, in_background=False)
    return actions.undo_roster(roster_import=roster_import, by=by)


def bring_in(
    organization: Organization, by: User, *rows: list[str], is_complete: bool = False
) -> RosterImport:
    """Check and apply a roster of these rows."""
    return apply(check(organization, by, *rows, is_complete=is_complete), by)


def counted(roster_import: RosterImport) -> dict[str, int]:
    """What an import does to people, without the noughts."""
    kinds = ("add", "change", "move", "leave", "refuse", "same")
    return {kind: roster_import.counts[kind] for kind in kinds if roster_import.counts[kind]}


def codes(roster_import: RosterImport) -> dict[int, list[str]]:
    """The problems of each line, as codes."""
    return {
        row.line: [code for _column, _value, code, _severity, _details in row.problems]
        for row in roster_import.rows.exclude(problems=[])
    }
