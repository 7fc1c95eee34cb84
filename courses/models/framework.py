"""Capability frameworks: versioned lists, loaded from CSV, never written into code."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from organizations.models import Record


class Framework(Record):
    """One edition of a list of capabilities, such as the thirty micro-capabilities."""

    code = models.SlugField(_("code"), max_length=30)
    version = models.CharField(_("version"), max_length=20)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("capability framework")
        verbose_name_plural = _("capability frameworks")
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_framework_per_version")]

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"


class Capability(Record):
    """One thing a teacher can show to be able to do."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="capabilities")
    code = models.CharField(_("code"), max_length=10)
    position = models.PositiveSmallIntegerField(_("position"))
    environment = models.CharField(_("environment"), max_length=20, blank=True)
    dimension = models.CharField(_("dimension"), max_length=40)
    name_zh = models.CharField(_("name (Chinese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("capability")
        verbose_name_plural = _("capabilities")
        ordering = ["framework", "position"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "code"], name="one_capability_per_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        """The name in the reader's language; Chinese where there is no English one."""
        english = (get_language() or "").startswith("en")
        return self.name_en if english and self.name_en else self.name_zh
