"""Wagtail's admin for what is trained when: programmes, and schools' cohorts in them."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from organizations.viewsets import organization_chooser

from .models import Cohort, Programme


class ProgrammeViewSet(ModelViewSet):
    model = Programme
    icon = "calendar"
    list_display = ["title", "starts_on", "ends_on", "online_hours", "practice_hours"]
    panels = [
        FieldPanel("title"),
        FieldPanel("slug"),
        FieldPanel("framework"),
        FieldPanel("modules", widget=forms.CheckboxSelectMultiple),
        FieldPanel("starts_on"),
        FieldPanel("ends_on"),
        FieldPanel("online_hours"),
        FieldPanel("practice_hours"),
        FieldPanel("hours_per_capability"),
    ]


class CohortViewSet(ModelViewSet):
    """One school in one programme. Its lead then enrols the people, on the school's own page."""

    model = Cohort
    icon = "group"
    list_display = ["school", "programme", "due_on"]
    list_filter = ["programme"]
    search_fields = ["school__name"]
    panels = [
        FieldPanel("programme"),
        FieldPanel("school", widget=organization_chooser.widget_class),
        FieldPanel("due_on"),
        FieldPanel("environment"),
        FieldPanel("plan"),
        FieldPanel("capabilities", widget=forms.CheckboxSelectMultiple),
    ]


class TrainingViewSetGroup(ModelViewSetGroup):
    menu_label = _("Training")
    menu_icon = "calendar"
    menu_order = 250
    items = (ProgrammeViewSet("programmes"), CohortViewSet("cohorts"))
