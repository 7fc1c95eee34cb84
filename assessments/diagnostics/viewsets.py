"""Wagtail's admin for diagnoses: which form is wanted, and which is in use and why. For operators."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet

from .models import Diagnostic
from .pools import form_in_use


class DiagnosticViewSet(ModelViewSet):
    model = Diagnostic
    icon = "form"
    menu_label = _("Diagnoses")
    menu_order = 230
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    list_display = [
        "quiz",
        "framework",
        "form",
        Column("in_use", label=_("In use now"), accessor=form_in_use),
    ]
    panels = [FieldPanel("quiz", read_only=True), FieldPanel("framework", read_only=True), FieldPanel("form")]
