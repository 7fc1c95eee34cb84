"""The way around the site: four places for everybody, then the duties of one's roles."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from organizations.models import User
from organizations.roles import Permission

OWN_NAMES = [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
"""Each language of the site, as its speakers call it."""


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context for `templates/base.html`, made only where a template draws it."""
    return {
        "nav": SimpleLazyObject(partial(_places_of, request)),
        "user_menu": SimpleLazyObject(partial(_menu_of, request)),
        "other_languages": [(code, name) for code, name in OWN_NAMES if code != get_language()],
    }


def _is_signed_in(request: HttpRequest) -> bool:
    return bool(getattr(request, "user", None)) and request.user.is_authenticated


def _places_of(request: HttpRequest) -> list[dict[str, Any]]:
    """Nothing for a visitor. One query, for the postings of a person signed in."""
    if not _is_signed_in(request):
        return []
    places = [*_places(), *_duties(cast(User, request.user))]
    # Every path begins with that of the home page, so it is current only by itself.
    beyond_home = [url for url, *_rest in places[1:]]
    here = next((url for url in beyond_home if request.path.startswith(url)), request.path)
    return [{"url": url, "label": label, "icon": icon, "current": url == here} for url, label, icon in places]


def _menu_of(request: HttpRequest) -> list[dict[str, str]]:
    if not _is_signed_in(request):
        return []
    return [
        {"url": reverse("me"), "label": _("My account")},
        {"url": reverse("account_change_password"), "label": _("Change password")},
    ]


def _places() -> list[tuple[str, str, str]]:
    return [
        (reverse("home"), _("Home"), "home"),
        (reverse("courses:catalogue"), _("Learn"), "learn"),
        (reverse("evidence:portfolio"), _("Evidence"), "evidence"),
        (reverse("me"), _("Me"), "me"),
    ]


def _duties(user: User) -> list[tuple[str, str, str]]:
    duties = [
        (Permission.PROGRESS_READ, "tracking:cohorts", _("My school"), "school"),
        (Permission.EVIDENCE_REVIEW, "evidence:review_queue", _("To mark"), "review"),
        (Permission.EVIDENCE_REVIEW, "desk:answers", _("Answers to mark"), "review"),
        (Permission.ITEMS_ANALYSE, "desk:quizzes", _("Item desk"), "register"),
        (Permission.CERTIFICATE_READ, "certificates:register", _("Certificates"), "certificate"),
        (Permission.RULES_SIMULATE, "rulebook:packs", _("Rules"), "register"),
        (Permission.CERTIFICATE_ISSUE, "batches:batches", _("Issue certificates"), "certificate"),
        (Permission.ROSTER_IMPORT, "organizations:roster_imports", _("Rosters"), "import"),
    ]
    return [(reverse(name), label, icon) for right, name, label, icon in duties if user.paths_granting(right)]
