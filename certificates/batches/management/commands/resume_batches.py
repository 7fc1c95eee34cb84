"""Send workers for batches that have none left: beat calls this every minute."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from certificates.batches.actions import send_missing_workers


class Command(BaseCommand):
    help = "Send workers for batches that are being printed and whose workers are gone."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{send_missing_workers()} batches taken up again")
