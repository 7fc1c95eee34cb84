"""Files of questions that were handed in."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import ModulePage
from organizations.models import Record, User
from organizations.storage import private_storage


def question_file_path(_question_import: QuestionImport, _file_name: str) -> str:
    """Where the file is kept: under a name that tells nothing."""
    return f"questions/{uuid.uuid4().hex}"


class QuestionImport(Record):
    """A file of questions. What it would do is worked out each time it is looked at; what it did is kept."""

    file = models.FileField(_("file"), upload_to=question_file_path, storage=private_storage)
    file_name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(max_length=64)
    module = models.ForeignKey(
        ModulePage,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("module"),
    )
    counts = models.JSONField(default=dict, help_text="{added, changed, same, refused}, once applied")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("handed in at"), auto_now_add=True)
    applied_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(_("applied at"), null=True)

    class Meta:
        verbose_name = _("import of questions")
        verbose_name_plural = _("imports of questions")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name
