"""Wagtail's admin for rule packs: looked at, and written as drafts before they hold. For operators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as told
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from organizations.viewsets import organization_chooser

from ..models import RulePack

END_PANEL = ObjectList([FieldPanel("effective_until")]).bind_to_model(RulePack)
"""All that may still be said of a pack in force: on which day it ends."""


class RulePackEditView(generic.EditView):
    def get_panel(self) -> Panel:
        is_draft = RulePack.objects.filter(pk=self.kwargs["pk"], is_draft=True).exists()
        return super().get_panel() if is_draft else END_PANEL

    def get_form_class(self) -> type[ModelForm]:
        """The form of the panel: the one that the viewset hands in has all fields."""
        return self.panel.get_form_class()


class RulePackDeleteView(generic.DeleteView):
    """For drafts alone: of others the database keeps even what nobody was given a certificate under."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not RulePack.objects.filter(pk=kwargs["pk"], is_draft=True).exists():
            messages.warning(request, told("A rule pack is never deleted: let it end on a day."))
            return redirect("rule_packs:inspect", kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)


class RulePackViewSet(ModelViewSet):
    """Saved without “draft”, a pack comes into force on its day. From then on only its end can be set."""

    model = RulePack
    icon = "clipboard-list"
    menu_label = _("Rule packs")
    menu_order = 320
    add_to_admin_menu = True
    inspect_view_enabled = True
    edit_view_class = RulePackEditView
    delete_view_class = RulePackDeleteView
    inspect_template_name = "certificates/rulebook/inspect.html"
    list_display = [
        "title", "kind", "programme", "county", "code", "version", "effective_from",
        BooleanColumn("is_draft", label=_("Draft"), sort_key="is_draft"),
    ]  # fmt: skip
    list_filter = ["kind", "programme", "is_draft"]
    search_fields = ["title", "code"]
    panels = [
        FieldPanel("is_draft"),
        MultiFieldPanel(
            [
                FieldPanel("kind"),
                FieldPanel("programme"),
                FieldPanel("county", widget=organization_chooser.widget_class),
                FieldPanel("code"),
                FieldPanel("version"),
                FieldPanel("title"),
            ],
            heading=_("What it is for"),
        ),
        FieldPanel("rules"),
        FieldPanel("effective_from"),
        FieldPanel("effective_until"),
        FieldPanel("awards"),
        FieldPanel("valid_months"),
        FieldPanel("renewal_months"),
    ]
