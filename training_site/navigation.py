"""The way around the site: four places for everybody, then the duties of one's roles."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from organizations.models import User
from organizations.roles import Permission


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context for `templates/base.html`. One query, for the postings of a person signed in."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    places = [*_places(), *_duties(request.user)]
    here = max((url for url, *_rest in places if request.path.startswith(url)), key=len, default="")
    return {
        "nav": [
            {"url": url, "label": label, "icon": icon, "current": url == here} for url, label, icon in places
        ],
        "user_menu": [
            {"url": reverse("me"), "label": _("My account")},
            {"url": reverse("account_change_password"), "label": _("Change password")},
        ],
    }


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
        (Permission.CERTIFICATE_READ, "certificates:register", _("Certificates"), "certificate"),
        (Permission.ROSTER_IMPORT, "organizations:roster_imports", _("Rosters"), "import"),
    ]
    return [
        (reverse(name), label, icon) for right, name, label, icon in duties if user.paths_granting(right)
    ]
