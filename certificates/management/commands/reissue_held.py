"""Issue held certificates, after a name or the fonts were mended."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from certificates import actions
from certificates.models import Certificate


class Command(BaseCommand):
    help = "Issue the held certificates that can be printed by now, and list those that still cannot."

    def handle(self, *args: Any, **options: Any) -> None:
        held = list(Certificate.objects.filter(status=Certificate.Status.HELD).order_by("pk"))
        released = sum(actions.release(certificate=certificate) for certificate in held)
        self.stdout.write(f"{released} released")
        for certificate in Certificate.objects.filter(status=Certificate.Status.HELD).order_by("pk"):
            self.stdout.write(f"still held: {certificate.number} {certificate.problem}")
