"""Take away uploaded and made files of questions that have had their time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from assessments.quizzes.exchange.cleaning import clean


class Command(BaseCommand):
    help = "Delete files of questions, handed in or made, after QUESTION_FILES_DAYS. Beat runs it daily."

    def handle(self, *args: Any, **options: Any) -> None:
        before = timezone.now() - timedelta(days=settings.QUESTION_FILES_DAYS)
        self.stdout.write(f"{clean(before=before)} files deleted")
