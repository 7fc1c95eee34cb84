"""The people of a batch as a table: the columns of the workbook."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .models import Item


def columns() -> list[str]:
    """The headings."""
    return [
        _("School"), _("Name"), _("Staff number"), _("Status"), _("Reason"), _("Certificate number"),
        _("Capability"),
        _("What went wrong"),
    ]  # fmt: skip


def cells(item: Item) -> list[str]:
    """One person's row, in the order of the headings."""
    number = item.certificate.number if item.certificate else ""
    return [
        item.school.name,
        item.name,
        (item.learner.number or "") if item.learner else "",
        item.get_status_display(),
        item.get_reason_display(),
        number or "",
        item.about,
        item.error,
    ]
