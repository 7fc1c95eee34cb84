"""Take back a roster import from the command line."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from organizations import actions
from organizations.models import RosterImport, User
from organizations.roster.messages import message


class Command(BaseCommand):
    help = "Take back everything that a roster import changed."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("import_id", type=int)
        parser.add_argument("--as", dest="number", help="staff number of who undoes; default: who imported")

    def handle(self, *args: Any, **options: Any) -> None:
        roster_import = RosterImport.objects.filter(pk=options["import_id"]).first()
        if roster_import is None:
            raise CommandError("There is no such import.")
        number = options["number"]
        person = User.objects.with_login(number) if number else roster_import.created_by
        if person is None or roster_import not in RosterImport.objects.visible_to(person):
            raise CommandError("This person may not undo it.")
        try:
            roster_import = actions.request_undo(roster_import=roster_import, by=person, in_background=False)
        except actions.NotNow as error:
            raise CommandError("This import is not applied.") from error
        except actions.LaterImport as error:
            raise CommandError(message("later_import", {"number": error.roster_import.pk})) from error
        roster_import = actions.undo_roster(roster_import=roster_import, by=person)
        if roster_import.notice:
            self.stdout.write(message(roster_import.notice["code"], roster_import.notice))
        self.stdout.write(self.style.SUCCESS("Undone."))
