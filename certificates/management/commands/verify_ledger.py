"""Look at the whole ledger of certificates: beat calls this every night."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.auditing import problems
from certificates.models import Certificate


class Command(BaseCommand):
    help = "Read all certificates and their files again, and say what is not as it was written."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for problem in problems():
            count += 1
            self.stdout.write(problem)
        if count:
            raise CommandError(f"{count} problems in the ledger of certificates; see above")
        self.stdout.write(f"{Certificate.objects.count()} certificates, nothing wrong")
