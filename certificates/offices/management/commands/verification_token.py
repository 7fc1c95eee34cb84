"""Make and revoke tokens of offices where no bureau officer is at hand."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certificates.offices import actions
from certificates.offices.forms import TokenForm, in_a_year
from certificates.offices.models import VerificationToken


class Command(BaseCommand):
    help = "Make, list or revoke the tokens with which offices verify certificates in bulk."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list")
        make = verbs.add_parser("make")
        make.add_argument("office")
        make.add_argument("--until", type=datetime.date.fromisoformat, help="such as 2027-08-31; else a year")
        verbs.add_parser("revoke").add_argument("id", type=int)

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        verbs: dict[str, Callable[..., None]] = {
            "list": self.show,
            "make": self.make,
            "revoke": self.revoke,
        }
        verbs[verb](**options)

    def show(self, **options: Any) -> None:
        for token in VerificationToken.objects.all():
            state = "usable" if token.is_usable else "closed"
            self.stdout.write(f"{token.pk} {token.office} until {token.expires_on} {state}")

    def make(self, *, office: str, until: datetime.date | None, **options: Any) -> None:
        form = TokenForm({"office": office, "expires_on": until or in_a_year()})
        if not form.is_valid():
            raise CommandError(form.errors.as_text())
        token, secret = actions.make_token(by=None, **form.cleaned_data)
        self.stdout.write(f"{token.pk} {token.office} until {token.expires_on}; shown only now:\n{secret}")

    def revoke(self, *, id: int, **options: Any) -> None:
        token = VerificationToken.objects.filter(pk=id).first()
        if token is None:
            raise CommandError(f"There is no token {id}")
        done = actions.revoke_token(token=token, by=None)
        self.stdout.write("revoked" if done else "was revoked before")
