"""The public addresses that stand in badges. They must answer for as long as badges are read."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from .models import SigningKey


def issuer() -> str:
    """The issuer's id: where its profile and its keys are found."""
    return settings.SITE_URL + reverse("badges:issuer")


def method(key: SigningKey) -> str:
    """The id of a key: for proofs a place in the issuer's document, for tokens a document of its own."""
    if key.kind == SigningKey.Kind.EMBEDDED:
        return f"{issuer()}#{key.identifier}"
    return settings.SITE_URL + reverse("badges:key", args=[key.identifier])


def status_list(number: int) -> str:
    """Where a status list is found."""
    return settings.SITE_URL + reverse("badges:status_list", args=[number])
