"""Wagtail's admin for people with duties: who is posted where, in which role. For operators."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet

from .models import Organization, Posting, User


class PersonChooserViewSet(ChooserViewSet):
    model = User
    icon = "user"
    choose_one_text = _("Choose a person")
    choose_another_text = _("Choose another person")
    url_filter_parameters = ["number"]


class OrganizationChooserViewSet(ChooserViewSet):
    model = Organization
    icon = "site"
    choose_one_text = _("Choose an organization")
    choose_another_text = _("Choose another organization")


person_chooser = PersonChooserViewSet("person_chooser")
organization_chooser = OrganizationChooserViewSet("organization_chooser")


class PostingViewSet(ModelViewSet):
    """Teachers and heads come with the roster; assessors, county leads and officers are posted here."""

    model = Posting
    icon = "group"
    menu_label = _("Postings")
    menu_order = 300
    add_to_admin_menu = True
    list_display = ["person", "organization", "role", "started_on", "ended_on"]
    list_filter = ["role"]
    search_fields = ["person__name", "person__number", "organization__name"]
    panels = [
        FieldPanel("person", widget=person_chooser.widget_class),
        FieldPanel("organization", widget=organization_chooser.widget_class),
        FieldPanel("role"),
        FieldPanel("title"),
        FieldPanel("started_on"),
        FieldPanel("ended_on"),
    ]
