"""Check a roster from the command line, and apply it if told to."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organizations import actions, permissions
from organizations.models import Organization, RosterImport, RosterRow, User
from organizations.roles import Permission
from organizations.roster.messages import message
from organizations.roster.workbook import refused_workbook

Status = RosterImport.Status
MOST_LINES = 40
"""Problems shown on the screen; the workbook of refused rows has them all."""


class Command(BaseCommand):
    help = "Show what a roster (xlsx or csv) would change; with --apply, change it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="number", required=True, help="staff number of who imports")
        parser.add_argument("--organization", help="code of the bureau, county or school; default: their own")
        parser.add_argument("--apply", action="store_true", help="change the database")
        parser.add_argument("--complete", action="store_true", help="who is missing from the file has left")
        parser.add_argument("--allow-leavers", action="store_true", help="even if more than 5 %% leave")
        parser.add_argument("--refused", type=Path, help="write refused rows to this workbook")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.with_login(options["number"])
        if person is None:
            raise CommandError(f"Nobody has the number {options['number']}.")
        roster_import = self.planned(person, options)
        self.report(roster_import)
        if options["refused"]:
            options["refused"].write_bytes(refused_workbook(roster_import))
        if options["apply"]:
            self.apply(roster_import, person, allow_leavers=options["allow_leavers"])

    def planned(self, person: User, options: dict[str, Any]) -> RosterImport:
        organization = self.organization(person, options["organization"])
        try:
            with options["file"].open("rb") as file:
                roster_import = actions.hand_in_roster(
                    organization=organization,
                    file=file,
                    file_name=options["file"].name,
                    is_complete=options["complete"],
                    by=person,
                    in_background=False,
                )
        except OSError as error:
            raise CommandError(str(error)) from error
        roster_import = actions.check_roster(roster_import=roster_import, tell=self.progress)
        if roster_import.status == Status.FAILED:
            raise CommandError(notice(roster_import))
        return roster_import

    def organization(self, person: User, code: str | None) -> Organization:
        if code:
            organization = Organization.objects.filter(code=code).first()
        else:
            organization = Organization.objects.granting(Permission.ROSTER_IMPORT, to=person).first()
        if organization is None or not permissions.may_import_into(person, organization):
            raise CommandError("This person may not import rosters there.")
        return organization

    def progress(self, share: float) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{share:4.0%}", ending="")

    def report(self, roster_import: RosterImport) -> None:
        counts = roster_import.counts
        self.stdout.write(f"{_('Import')} {roster_import.pk}: {roster_import}")
        for kind in RosterRow.Kind:
            self.stdout.write(f"{counts[kind.value]:>8}  {kind.label}")
        self.stdout.write(f"{counts['organizations']:>8}  {_('schools and counties to add')}")
        rows = roster_import.rows.exclude(problems=[])
        for row in rows[:MOST_LINES]:
            for column, value, code, severity, details in row.problems:
                self.stdout.write(f"{row.line} · {column} · {value!r} · {severity}: {message(code, details)}")
        more = rows.count() - MOST_LINES
        if more > 0:
            self.stdout.write(
                ngettext("… and %(count)s more row", "… and %(count)s more rows", more) % {"count": more}
            )

    def apply(self, roster_import: RosterImport, person: User, *, allow_leavers: bool) -> None:
        try:
            roster_import = actions.request_apply(
                roster_import=roster_import, by=person, allow_leavers=allow_leavers, in_background=False
            )
        except actions.ManyLeavers as error:
            raise CommandError("More than 5 % would leave. If that is right, add --allow-leavers.") from error
        roster_import = actions.apply_roster(roster_import=roster_import, by=person, tell=self.progress)
        if roster_import.status != Status.APPLIED:
            raise CommandError(notice(roster_import))
        self.stdout.write(
            self.style.SUCCESS(f"Applied. Undo with: undo_import {roster_import.pk} --as {person.number}")
        )


def notice(roster_import: RosterImport) -> str:
    """Why an import stands where it stands, in words."""
    return message(roster_import.notice["code"], roster_import.notice)
