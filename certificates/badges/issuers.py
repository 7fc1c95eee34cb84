"""What the issuer publishes about itself: who it is, and the keys with which its badges are checked."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from . import addresses
from .canonical import OPEN_BADGES
from .models import SigningKey
from .times import written

CONTROLLED_IDENTIFIERS = "https://www.w3.org/ns/cid/v1"


def document() -> dict[str, Any]:
    """A Profile (Open Badges) and a controlled identifier document (W3C) in one, with the keys for proofs.

    A key that signs nothing any more stays, or no old badge could be checked. One that was disowned is
    named with the moment since which it counts for nothing, and signs nothing here.
    """
    rows = SigningKey.objects.filter(kind=SigningKey.Kind.EMBEDDED).order_by("pk")
    return {
        "@context": [CONTROLLED_IDENTIFIERS, OPEN_BADGES],
        "id": addresses.issuer(),
        "type": ["Profile"],
        "name": settings.CERTIFICATE_ISSUER,
        "url": settings.SITE_URL,
        "verificationMethod": [_method(row) for row in rows],
        "assertionMethod": [addresses.method(row) for row in rows if row.compromised_at is None],
    }


def _method(row: SigningKey) -> dict[str, Any]:
    method = {
        "id": addresses.method(row),
        "type": "Multikey",
        "controller": addresses.issuer(),
        "publicKeyMultibase": row.multikey,
    }
    if row.compromised_at:
        method["revoked"] = written(row.compromised_at)
    return method


def token_key(row: SigningKey) -> dict[str, Any]:
    """A public key for tokens as a JWK."""
    jwk = row.rsa.as_dict(private=False)
    return {**jwk, "kid": addresses.method(row), "alg": "RS256", "use": "sig"}
