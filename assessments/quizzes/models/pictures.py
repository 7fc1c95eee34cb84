"""Pictures of questions."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.models import Record, User
from organizations.storage import private_storage


def picture_path(_picture: Picture, _file_name: str) -> str:
    """Where a picture is kept: under a name that tells nothing."""
    return f"pictures/{uuid.uuid4().hex}"


class PictureQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> PictureQuerySet:
        """Everybody's who is signed in: nobody guesses a name but who has the picture already."""
        return self if user.is_authenticated else self.none()


class Picture(Record):
    """A picture that versions of questions name. Never changed or deleted, says the database."""

    name = models.CharField(
        max_length=64, primary_key=True, help_text="SHA-256 of what can be seen, as formats.pictures has it."
    )
    title = models.CharField(_("title"), max_length=120, help_text=_("By which editors find it."))
    file = models.FileField(_("picture"), upload_to=picture_path, storage=private_storage)
    small = models.FileField(
        upload_to=picture_path, storage=private_storage, help_text="As pages show it: a WebP."
    )
    width = models.PositiveSmallIntegerField(help_text="Of the small one.")
    height = models.PositiveSmallIntegerField(help_text="Of the small one.")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture of questions")
        verbose_name_plural = _("pictures of questions")
        ordering = ["-created_at", "name"]

    def __str__(self) -> str:
        return self.title
