"""The yardstick: the least that a page of Wagtail can be."""

from wagtail.fields import RichTextField
from wagtail.models import Page


class BarePage(Page):
    """A title and a text."""

    body = RichTextField()
