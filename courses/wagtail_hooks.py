"""What Wagtail's admin knows of courses: names for its log, and what to say before a page is deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from .viewsets import TrainingViewSetGroup


@hooks.register("register_log_actions")
def log_actions(actions) -> None:
    actions.register_action("courses.enrol", gettext_lazy("Enrol"), gettext_lazy("Enrolled"))
    actions.register_action(
        "courses.record_training",
        gettext_lazy("Record training elsewhere"),
        gettext_lazy("Training elsewhere recorded"),
    )
    actions.register_action(
        "courses.withdraw_training",
        gettext_lazy("Withdraw training elsewhere"),
        gettext_lazy("Training elsewhere withdrawn"),
    )


@hooks.register("register_admin_viewset")
def training() -> TrainingViewSetGroup:
    return TrainingViewSetGroup()


@hooks.register("before_delete_page")
def keep_page_with_records(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Say why a page cannot be deleted, before Wagtail runs into the database's refusal."""
    if _can_delete(page):
        return None
    text = _("People's records point to “%(title)s”, so it is kept. Unpublish it instead.")
    messages.error(request, text % {"title": page.title})
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_bulk_action")
def keep_pages_with_records(
    request: HttpRequest, action_type: str, pages: Iterable[Page], action: Any
) -> HttpResponse | None:
    """The same for several pages, marked in a list."""
    if action_type == "delete" and issubclass(action.model, Page):
        return next(filter(None, (keep_page_with_records(request, page) for page in pages)), None)
    return None


def _can_delete(page: Page) -> bool:
    try:
        Collector(using=page._state.db, origin=page).collect(page.get_descendants(inclusive=True))
    except (ProtectedError, RestrictedError):
        return False
    return True
