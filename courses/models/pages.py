"""The catalogue: CatalogPage > ModulePage > LessonPage. Our own plain views show them; Wagtail edits them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from .. import questions, rules
from ..blocks import LessonBlocks
from ..editing import LessonForm
from .framework import Capability


class CatalogueMixin:
    """A page at an address of our own, with a title in two languages."""

    def path_on_site(self) -> str:
        """The path of the plain view that shows this page."""
        raise NotImplementedError

    def get_url_parts(self, request=None) -> tuple[int, str, str] | None:
        sites = self._get_relevant_site_root_paths(request)  # type: ignore[attr-defined]
        return (sites[0].site_id, sites[0].root_url, self.path_on_site()) if sites else None

    def in_language(self, field: str) -> str:
        """The English form of `field` for a reader of English, if there is one; else the Chinese."""
        english = getattr(self, f"{field}_en") if (get_language() or "").startswith("en") else ""
        return english or getattr(self, field)

    @property
    def heading(self) -> str:
        return self.in_language("title")


class CatalogPage(CatalogueMixin, Page):
    """The list of all modules."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["courses.ModulePage"]
    preview_modes: list[tuple[str, str]] = []

    class Meta:
        verbose_name = _("catalogue")

    def path_on_site(self) -> str:
        return reverse("courses:catalogue")


class ModulePage(CatalogueMixin, Page):
    """A module: a few lessons on one theme, closed by a quiz."""

    parent_page_types = ["courses.CatalogPage"]
    subpage_types = ["courses.LessonPage"]
    template = "courses/module.html"

    code = models.CharField(_("code"), max_length=10, unique=True)
    title_en = models.CharField(_("title (English)"), max_length=120, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    audience = models.CharField(_("audience"), max_length=60, blank=True)
    capabilities = ParentalManyToManyField(
        Capability, blank=True, related_name="modules", verbose_name=_("capabilities")
    )
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    content_panels = [
        *Page.content_panels,
        FieldPanel("code"),
        FieldPanel("title_en"),
        FieldPanel("summary"),
        FieldPanel("summary_en"),
        FieldPanel("audience"),
        FieldPanel("capabilities"),
    ]

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def path_on_site(self) -> str:
        return reverse("courses:module", args=[self.code])

    @property
    def abstract(self) -> str:
        return self.in_language("summary")

    def get_context(self, request, *args, **kwargs) -> dict[str, Any]:
        """What Wagtail's preview shows; the site's own view adds the learner."""
        return {**super().get_context(request, *args, **kwargs), "module": self}


class LessonPage(CatalogueMixin, Page):
    """A lesson: read on a phone in ten minutes, closed by a self-check, leading to a task in class."""

    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    template = "courses/lesson_preview.html"

    position = models.PositiveSmallIntegerField(_("position in the module"), default=1)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    hours = models.DecimalField(_("hours"), max_digits=3, decimal_places=1)
    body = StreamField(LessonBlocks(), verbose_name=_("body"))
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    content_panels = [
        *Page.content_panels,
        FieldPanel("position"),
        FieldPanel("title_en"),
        FieldPanel("hours"),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("bigram_text")]
    base_form_class = LessonForm

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def path_on_site(self) -> str:
        return reverse("courses:lesson", args=[self.module.code, self.position])

    @property
    def module_path(self) -> str:
        """Where in the page tree the lesson's module is: known without asking the database."""
        return self.path[: -self.steplen]

    @cached_property
    def module(self) -> ModulePage:
        return ModulePage.objects.parent_of(self).get()

    @cached_property
    def questions(self) -> list[dict[str, Any]]:
        """The self-check's questions as `courses.questions` takes them."""
        return [
            {
                "id": question["id"],
                **question["value"],
                "options": [
                    {"id": option["id"], **option["value"]} for option in question["value"]["options"]
                ],
            }
            for block in self.body.raw_data
            if block["type"] == "self_check"
            for question in block["value"]["questions"]
        ]

    @cached_property
    def task(self) -> dict[str, Any] | None:
        """The task in class, as stored: title, capability, body, keep."""
        for block in self.body.raw_data:
            if block["type"] == "task":
                return {**block["value"], "keep": [item["value"] for item in block["value"]["keep"]]}
        return None

    @property
    def bigram_text(self) -> str:
        """All words of the lesson, for the index: see `courses.rules.index_words`."""
        tools = [block.value.name for block in self.body if block.block_type == "tool" and block.value]
        texts = self.body.stream_block.get_searchable_content(self.body)
        return rules.index_words("\n".join([self.title, self.title_en, *tools, *texts]))

    def get_context(self, request, *args, **kwargs) -> dict[str, Any]:
        """What Wagtail's preview shows; the site's own view adds the learner."""
        context = super().get_context(request, *args, **kwargs)
        return {
            **context,
            "lesson": self,
            "module": self.module,
            "fields": questions.fields(self.questions),
        }
