"""A certificate's badge in the forms in which it is handed out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from . import addresses, baking, keys, pictures, proofs, tokens
from .credentials import credential_of
from .models import Badge, SigningKey


def document(badge: Badge, with_name: bool) -> str:
    """The badge as JSON with its proof inside. Raises NoKey."""
    key = keys.current(SigningKey.Kind.EMBEDDED)
    secured = proofs.secured(
        credential_of(badge, with_name=with_name),
        key=keys.embedded_secret(key),
        method=addresses.method(key),
        at=timezone.now(),
    )
    # A list of one: plain JSON in Open Badges writes whatever there may be several of as a list.
    secured["proof"] = [secured["proof"]]
    return json.dumps(secured, ensure_ascii=False, separators=(",", ":"))


def token(badge: Badge, with_name: bool) -> str:
    """The badge as one signed text, VC-JWT. Raises NoKey."""
    key = keys.current(SigningKey.Kind.TOKEN)
    return tokens.signed(
        credential_of(badge, with_name=with_name), key=keys.token_secret(key), method=addresses.method(key)
    )


def png(badge: Badge, with_name: bool) -> bytes:
    """A picture with the badge inside. Raises NoKey."""
    return baking.bake_png(pictures.png(**_words(badge)), document(badge, with_name))


def svg(badge: Badge, with_name: bool) -> str:
    """A picture with the badge inside. Raises NoKey."""
    return baking.bake_svg(pictures.svg(**_words(badge)), document(badge, with_name))


def _words(badge: Badge) -> dict[str, Any]:
    certificate = badge.certificate
    return {"title": certificate.facts["title"], "year": certificate.dated.year}


FORMS: dict[str, tuple[str, Callable[[Badge, bool], str | bytes]]] = {
    "png": ("image/png", png),
    "svg": ("image/svg+xml", svg),
    "json": ("application/json", document),
    "jwt": ("text/plain", token),
}
"""Name of a form, which is also how its file ends, to its media type and how it is made."""
