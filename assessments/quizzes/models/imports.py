"""Files of questions that were handed in, and files of questions to hand out. Jobs work on both."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import ModulePage
from organizations.models import Record, User
from organizations.storage import private_storage


def question_file_path(_row: models.Model, _file_name: str) -> str:
    """Where the file is kept: under a name that tells nothing."""
    return f"questions/{uuid.uuid4().hex}"


class QuestionImport(Record):
    """A file of questions: what it would do, and once applied, what it did."""

    class Status(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        APPLYING = "applying", _("Being taken in")
        APPLIED = "applied", _("Taken in")

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
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.CHECKING)
    percent = models.PositiveSmallIntegerField(default=0)
    turn = models.PositiveSmallIntegerField(default=0)
    """How many jobs were queued for this import: makes the key of each its own."""
    notice = models.CharField(max_length=40, blank=True)
    """Code of the sentence that says why something was not done."""
    counts = models.JSONField(default=dict, help_text="{added, changed, same, refused, warned}")
    shown = models.JSONField(default=dict, help_text="As exchange.sketches.sketch writes it.")
    plan_digest = models.CharField(max_length=64, blank=True)
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

    @property
    def is_busy(self) -> bool:
        """Whether a job works on it, so that its page should be looked at again."""
        return self.status in {self.Status.CHECKING, self.Status.APPLYING}


class QuestionExport(Record):
    """A file of questions of the bank, made for one person."""

    class Status(models.TextChoices):
        MAKING = "making", _("Being made")
        MADE = "made", _("Made")

    format = models.CharField(_("format"), max_length=10)
    query = models.TextField(blank=True, help_text="The list's address: which questions it showed.")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.MAKING)
    percent = models.PositiveSmallIntegerField(default=0)
    turn = models.PositiveSmallIntegerField(default=0)
    """How many jobs were queued for this file: makes the key of each its own."""
    file = models.FileField(_("file"), upload_to=question_file_path, storage=private_storage)
    counts = models.JSONField(default=dict, help_text="{questions, refused, warned}")
    shown = models.JSONField(default=dict, help_text="As exchange.sketches.sketch writes it.")
    created_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(_("asked for at"), default=timezone.now)

    class Meta:
        verbose_name = _("export of questions")
        verbose_name_plural = _("exports of questions")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.format} · {self.pk}"

    @property
    def is_busy(self) -> bool:
        return self.status == self.Status.MAKING
