"""The tools that lessons mention. A closed one is retired here once, and every lesson says so."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet

from organizations.models import Record


@register_snippet
class Tool(Record):
    """A product teachers work with, and whether it can still be used."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("In use")
        CLOSED = "closed", _("Closed")
        UNKNOWN = "unknown", _("Not confirmed")

    name = models.CharField(_("name"), max_length=40, unique=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ACTIVE)
    use = models.CharField(_("what teachers use it for"), max_length=200, blank=True)
    notice = models.CharField(_("notice shown in lessons"), max_length=300, blank=True)
    substitutes = models.ManyToManyField("self", symmetrical=False, blank=True, verbose_name=_("use instead"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    checked_on = models.DateField(_("checked on"))
    changed_at = models.DateTimeField(auto_now=True)

    panels = [
        FieldPanel("name"),
        FieldPanel("status"),
        FieldPanel("use"),
        FieldPanel("notice"),
        FieldPanel("substitutes"),
        FieldPanel("closed_on"),
        FieldPanel("checked_on"),
    ]

    class Meta:
        verbose_name = _("tool")
        verbose_name_plural = _("tools")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
