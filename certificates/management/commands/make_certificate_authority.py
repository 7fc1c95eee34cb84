"""Make the keys that certificates are signed with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...printing import authority


class Command(BaseCommand):
    help = (
        "Makes the bureau's certificate authority and a key to sign certificates with. It never writes over "
        "keys that are there; --further adds a signing key, used from then on, under the same authority."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", default=settings.CERTIFICATE_ISSUER, help="the body that signs")
        parser.add_argument(
            "--further", action="store_true", help="add a signing key to the authority there is"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        make = authority.add_signer if options["further"] else authority.make
        try:
            files = make(options["name"])
        except authority.Exists as error:
            raise CommandError(
                "There is an authority already; use --further for another signing key."
            ) from error
        except authority.NoAuthority as error:
            raise CommandError("There is no authority yet; leave out --further.") from error
        for path in files:
            self.stdout.write(str(path))
