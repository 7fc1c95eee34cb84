"""Taking away files of questions that have had their time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from organizations.storage import private_storage

from ..models import QuestionExport, QuestionImport

FOLDER = "questions"
STRAY_DAYS = 1
"""How long a file may lie there before its row is written: long past any transaction."""


def clean(*, before: datetime) -> int:
    """Take away files older than `before`, and files without a row. Returns how many.

    Of an import that was applied the row stays, with what it did; one that was not goes with its file.
    """
    QuestionExport.objects.filter(asked_at__lt=before).delete()
    old = QuestionImport.objects.filter(created_at__lt=before)
    old.filter(applied_at=None).delete()
    old.filter(Q(applied_at__lt=before), ~Q(file="")).update(file="", shown={})
    return _sweep()


def _sweep() -> int:
    """Delete every file that no row names."""
    storage = private_storage()
    if not storage.exists(FOLDER):
        return 0
    named = {*QuestionImport.objects.values_list("file", flat=True)}
    named |= {*QuestionExport.objects.values_list("file", flat=True)}
    settled = timezone.now() - timedelta(days=STRAY_DAYS)
    stray = [
        path
        for path in (f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[1])
        if path not in named and storage.get_modified_time(path) < settled
    ]
    for path in stray:
        storage.delete(path)
    return len(stray)
