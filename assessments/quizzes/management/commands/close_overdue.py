"""Mark papers whose time is up, so that nobody waits for a result: beat calls this every minute."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from assessments.quizzes import actions


class Command(BaseCommand):
    help = "Mark all quiz attempts whose time is up, with what was saved of them."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{actions.close_overdue()} attempts closed")
