"""Rules in words."""

from collections.abc import Iterable

from django import template
from django.utils.translation import pgettext

from organizations.models import Organization
from organizations.roles import Role

register = template.Library()

LABELS: dict[str, dict[str, object]] = {
    "roles": dict(Role.choices),
    "environments": dict(Organization.Environment.choices),
}


@register.filter
def listed(names: Iterable[str], kind: str = "") -> str:
    """Names in one line, as people read them. `kind`: the field of Rules from which they are."""
    labels = LABELS.get(kind, {})
    return pgettext("between the names of a list", ", ").join(str(labels.get(name, name)) for name in names)
