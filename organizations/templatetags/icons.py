"""The small drawings that stand beside words."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache  # a page shows dozens, and each address would be worked out anew
def icon(name: str) -> SafeString:
    """A drawing of static/img/icons.svg, by its id. It says nothing to those who listen: the word does."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("img/icons.svg"), name
    )
