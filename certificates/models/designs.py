"""How certificates look: designs that editors keep, and the frozen versions of them that are printed."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model_string
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin
from wagtail.snippets.models import register_snippet

from organizations.models import Record

from ..printing.design import CONTRAST, Look, contrast
from ..printing.pictures import logo_of
from ..printing.samples import picture_of
from ..printing.wording import STANDARD, WordingError, check

COLOUR = re.compile(r"#[0-9a-f]{6}\Z")
is_colour = RegexValidator(COLOUR, _("A colour as #rrggbb, in small letters."))


@register_snippet
class Design(PreviewableMixin, DraftStateMixin, RevisionMixin, Record):
    """A design as editors keep it. What is printed is a version of it, frozen when it is published."""

    class Layout(models.TextChoices):
        FORMAL = "formal", _("Formal: a meander frame")
        CLASSIC = "classic", _("Classic: a double frame with round corners")
        MODERN = "modern", _("Modern: a bar on the left")

    name = models.CharField(_("name"), max_length=60, unique=True)
    layout = models.CharField(_("layout"), max_length=10, choices=Layout.choices, default=Layout.FORMAL)
    ink = models.CharField(_("colour of the text"), max_length=7, default="#1d2a28", validators=[is_colour])
    accent = models.CharField(_("colour of titles"), max_length=7, default="#12433b", validators=[is_colour])
    rule = models.CharField(_("colour of lines"), max_length=7, default="#a5834a", validators=[is_colour])
    paper = models.CharField(
        _("colour of the paper"), max_length=7, default="#ffffff", validators=[is_colour]
    )
    title = models.CharField(
        _("title"), max_length=20, blank=True, help_text=_("Empty: the title of the rule pack.")
    )
    subtitle = models.CharField(
        _("English subtitle"), max_length=60, blank=True, default="Certificate of Professional Training"
    )
    issuer = models.CharField(
        _("issuing body"), max_length=30, blank=True, help_text=_("Empty: the one of the settings.")
    )
    footer = models.CharField(_("footer"), max_length=60, blank=True)
    is_bilingual = models.BooleanField(_("with an English sentence"), default=True)
    logo = models.ForeignKey(
        get_image_model_string(), on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("logo"), help_text=_("A picture at the top left. Never a seal."),
    )  # fmt: skip
    text_teacher = models.CharField(_("teacher's certificate"), max_length=240, default=STANDARD["teacher"])
    text_capability = models.CharField(
        _("statement of a capability"), max_length=240, default=STANDARD["capability"]
    )
    text_hours = models.CharField(_("statement of hours"), max_length=240, default=STANDARD["hours"])
    text_school = models.CharField(_("school's certificate"), max_length=240, default=STANDARD["school"])
    text_team = models.CharField(
        _("appointment to the training team"), max_length=240, default=STANDARD["team"]
    )

    class Meta:
        verbose_name = _("certificate design")
        verbose_name_plural = _("certificate designs")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Say what could not be printed, or not be read, at the field that it is in."""
        problems: dict[str, Any] = {}
        for kind in STANDARD:
            try:
                check(getattr(self, f"text_{kind}"))
            except WordingError as error:
                problems[f"text_{kind}"] = _("Look at this gap or bracket: %s") % error
        for name in ("ink", "accent"):
            colours = (getattr(self, name), self.paper)
            if all(COLOUR.match(colour) for colour in colours) and contrast(*colours) < CONTRAST:
                problems[name] = _("Too close to the colour of the paper to be read.")
        if problems:
            raise ValidationError(problems)

    @property
    def look(self) -> Look:
        """As it would be frozen now."""
        return Look(
            layout=self.layout,
            colours={"ink": self.ink, "accent": self.accent, "rule": self.rule, "paper": self.paper},
            texts={kind: getattr(self, f"text_{kind}") for kind in STANDARD},
            title=self.title,
            subtitle=self.subtitle,
            issuer=self.issuer,
            footer=self.footer,
            is_bilingual=self.is_bilingual,
            logo=logo_of(self.logo),
        )

    def freeze(self) -> DesignVersion:
        """The newest version, after a new one if what it says is not what the design says now."""
        look = self.look
        newest = self.versions.last()
        if newest and newest.digest == look.digest:
            return newest
        return DesignVersion.objects.create(design=self, digest=look.digest, content=look.content)

    def publish(self, *args: Any, **kwargs: Any) -> Any:
        """Wagtail's own, and then what is printed from now on."""
        published = super().publish(*args, **kwargs)
        type(self).objects.get(pk=self.pk).freeze()
        return published

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """A page with the certificate as it would be printed, as a picture."""
        return TemplateResponse(
            request, "certificates/design_preview.html", {"picture": picture_of(self.look, mode_name)}
        )

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [
            ("teacher", _("Teacher's certificate")),
            ("capability", _("Statement of a capability")),
            ("hours", _("Statement of hours")),
            ("school", _("School's certificate")),
            ("team", _("Appointment to the training team")),
        ]


class DesignVersion(Record):
    """A design as it was published once. Written once, never changed: certificates go on pointing to it."""

    design = models.ForeignKey(Design, on_delete=models.PROTECT, related_name="versions")
    digest = models.CharField(max_length=64, help_text="SHA-256 of its content")
    content = models.JSONField(help_text="As certificates.printing.design.Look reads it.")
    frozen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("version of a certificate design")
        verbose_name_plural = _("versions of certificate designs")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.design} {self.digest[:8]}"
