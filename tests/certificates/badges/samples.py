"""A small badge by somebody else, whose name is their own key; made here, without a database."""

from __future__ import annotations

import base64
import copy
import gzip
import json
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.badges import proofs
from certificates.badges.canonical import CREDENTIALS, OPEN_BADGES
from certificates.badges.multibase import multikey

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NAME = multikey(KEY.public_key())
ISSUER = f"did:key:{NAME}"
MADE_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

CREDENTIAL: dict[str, Any] = {
    "@context": [CREDENTIALS, OPEN_BADGES],
    "id": "urn:uuid:5c3f2f7e-0f0c-4c52-8a3e-2d1a8f1d9b10",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "一次公开课",
    "issuer": {"id": ISSUER, "type": ["Profile"], "name": "某校教研组"},
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {
        "id": "urn:uuid:e2a7f7a8-6f0c-4a43-9b4a-6ad6d8a7b2c1",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "urn:uuid:9a0f6a25-92c4-4a58-b9a1-3e5a2d3b4c5d",
            "type": ["Achievement"],
            "name": "一次公开课",
            "description": "上过一次公开课",
            "criteria": {"narrative": "上一次公开课，“并且”说课。\n听课者不少于五人。"},
        },
        "result": [{"type": ["Result"], "value": "合格"}],
    },
}


def changed(path: str = "", value: Any = None) -> dict[str, Any]:
    """The badge with one member set, or taken out if `value` is None. `path`: names with dots between."""
    credential = copy.deepcopy(CREDENTIAL)
    if path:
        *way, last = path.split(".")
        inner = credential
        for name in way:
            inner = inner[int(name)] if isinstance(inner, list) else inner[name]
        if value is None:
            del inner[last]
        else:
            inner[last] = value
    return credential


def signed(credential: dict[str, Any] = CREDENTIAL, method: str = f"{ISSUER}#{NAME}") -> dict[str, Any]:
    return proofs.secured(credential, key=KEY, method=method, at=MADE_AT)


def older() -> dict[str, Any]:
    """The badge in the form that it had on Verifiable Credentials 1.1, without a proof."""
    credential = changed("@context", ["https://www.w3.org/2018/credentials/v1", OPEN_BADGES])
    credential["issuanceDate"] = credential.pop("validFrom")
    return credential


def compact(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def unpacked(encoded: str) -> bytes:
    """The bits of a status list, read as its standard says."""
    digits = encoded.removeprefix("u")
    return gzip.decompress(base64.urlsafe_b64decode(digits + "=" * (-len(digits) % 4)))


def places_set(bits: bytes) -> set[int]:
    """Which entries are set; the first is the leftmost bit."""
    return {
        8 * place + bit for place, byte in enumerate(bits) if byte for bit in range(8) if byte & 0x80 >> bit
    }
