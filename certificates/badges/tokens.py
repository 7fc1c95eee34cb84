"""A credential as one signed text: the JSON Web Token proof of Open Badges 3.0, section 8.2.

Signed with RS256, the one algorithm that every reader of badges must know. The credential's own members
stand at the top of the payload, with those of a token beside them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

from . import times
from .shapes import begins, ends, issuer_of, period

ALGORITHM = "RS256"
CLAIMS = ("iss", "jti", "sub", "nbf", "exp", "iat", "aud")
"""Members of a token that are none of the credential: most of them say again what it says."""

LATEST = 253_402_300_799
"""Seconds to the end of the year 9999, after which no calendar here knows any."""


class _Registry(jws.JWSRegistry):
    """With room for a key in the header."""

    max_header_length = 4096


REGISTRY = _Registry(algorithms=[ALGORITHM])


class BadToken(ValueError):
    """The text is no token, or its signature is not right; the message says which."""


def signed(credential: dict[str, Any], *, key: RSAKey, method: str) -> str:
    """The credential as a compact JWS. `method` is the address under which the public key is found."""
    header = {"alg": ALGORITHM, "typ": "JWT", "kid": method}
    payload = json.dumps({**credential, **_claims(credential)}, ensure_ascii=False, separators=(",", ":"))
    return jws.serialize_compact(header, payload, key, registry=REGISTRY)


def header_of(token: str) -> dict[str, Any]:
    """What the token says about its signature, not believed yet. Raises BadToken."""
    [first, *_] = _parts(token)
    try:
        header = json.loads(first)
    except (ValueError, RecursionError) as error:
        raise BadToken("its header is no JSON") from error
    if not isinstance(header, dict) or not isinstance(header.get("alg"), str):
        raise BadToken("its header names no algorithm")
    return header


def text_of(token: str) -> str:
    """The JSON in a token, not believed yet. Raises BadToken."""
    header_of(token)
    try:
        return _parts(token)[1].decode()
    except UnicodeDecodeError as error:
        raise BadToken("not UTF-8") from error


def check(token: str, key: RSAKey) -> None:
    """Raises BadToken unless the holder of this key signed exactly this."""
    if "crit" in header_of(token):
        raise BadToken("its header asks for more than is understood here")
    try:
        jws.deserialize_compact(token.encode(), key, registry=REGISTRY)
    except (JoseError, ValueError) as error:
        raise BadToken("the signature does not match the content") from error


def credential_in(payload: dict[str, Any]) -> dict[str, Any]:
    """The credential in a token's payload. Older writers keep it under "vc".

    A token's last moment becomes the credential's, if that has none (Open Badges 3.0, section 8.2.6.1).
    """
    inner = payload.get("vc")
    own = inner if isinstance(inner, dict) else {k: v for k, v in payload.items() if k not in CLAIMS}
    last, name = payload.get("exp"), period(own)[1]
    if name in own or not isinstance(last, int) or not 0 <= last <= LATEST:
        return own
    return {**own, name: times.written(datetime.fromtimestamp(last, UTC))}


def contradictions(payload: dict[str, Any], credential: dict[str, Any]) -> Iterator[str]:
    """Where the claims do not say what a credential of the right shape says, each with its name.

    `sub` may be left out: 1EdTech's own samples do.
    """
    expected = _claims(credential)
    for name in ("iss", "jti", "nbf", "sub", "exp"):
        is_left_out = name in {"sub", "exp"} and name not in payload
        if not is_left_out and payload.get(name) != expected.get(name):
            yield f"token.{name}: what the credential says"


def _claims(credential: dict[str, Any]) -> dict[str, Any]:
    subject, last = credential["credentialSubject"].get("id"), ends(credential)
    claims = {"iss": issuer_of(credential), "jti": credential["id"], "nbf": _seconds(begins(credential))}
    if subject:
        claims["sub"] = subject
    if last:
        claims["exp"] = _seconds(last)
    return claims


def _seconds(moment: str) -> int:
    return int(times.read(moment).timestamp())


def _parts(token: str) -> list[bytes]:
    """Header, payload, signature. Refused if base64url could write them otherwise: no letter is idle."""
    try:
        parts = [urlsafe_b64decode(part.encode()) for part in token.split(".")]
    except ValueError as error:
        raise BadToken("not base64url") from error
    if len(parts) != 3 or ".".join(urlsafe_b64encode(part).decode() for part in parts) != token:
        raise BadToken("not three parts in base64url")
    return parts
