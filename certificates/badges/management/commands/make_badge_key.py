"""Keys for badges: the first ones, and new ones in place of those that signed until now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.badges import actions, keys
from certificates.badges.models import SigningKey


class Command(BaseCommand):
    help = "Make new keys for badges. Badges signed with the ones before stay good."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--disown",
            metavar="IDENTIFIER",
            help="a key that others may have: nothing that it signed is believed any more",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["disown"]:
            try:
                actions.disown_key(key=SigningKey.objects.get(identifier=options["disown"]))
            except SigningKey.DoesNotExist as error:
                known = ", ".join(SigningKey.objects.values_list("identifier", flat=True))
                raise CommandError(f"No such key. Known are: {known or 'none'}") from error
        for row in actions.replace_keys():
            self.stdout.write(f"{row.get_kind_display()} {row.identifier}: {keys.path_of(row)}")
