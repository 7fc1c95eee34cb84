"""A credential as one signed text: the JSON Web Token proof of Open Badges 3.0, section 8.2.

Signed with RS256, the one algorithm that every reader of badges must know. The credential's own members
stand at the top of the payload, with those of a token beside them.
"""

from __future__ import annotations

import json
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

from . import times

ALGORITHM = "RS256"
REGISTERED = ("iss", "jti", "sub", "nbf", "exp")
"""Claims that say again what the credential says, for readers that know tokens and no credentials."""

REGISTRY = jws.JWSRegistry(algorithms=[ALGORITHM])


class BadToken(ValueError):
    """The text is no token that is known here, or its signature is not right; the message says which."""


def signed(credential: dict[str, Any], *, key: RSAKey, method: str) -> str:
    """The credential as a compact JWS. `method` is the address under which the public key is found."""
    header = {"alg": ALGORITHM, "typ": "JWT", "kid": method}
    payload = json.dumps({**credential, **_claims(credential)}, ensure_ascii=False, separators=(",", ":"))
    return jws.serialize_compact(header, payload, key, registry=REGISTRY)


def header_of(token: str) -> dict[str, Any]:
    """What the token says about its signature, not believed yet. Raises BadToken."""
    return _opened(token).headers()


def text_of(token: str) -> str:
    """The JSON in a token, not believed yet. Raises BadToken."""
    try:
        return _opened(token).payload.decode()
    except UnicodeDecodeError as error:
        raise BadToken("not UTF-8") from error


def check(token: str, key: RSAKey) -> None:
    """Raises BadToken unless the holder of this key signed exactly this."""
    try:
        jws.deserialize_compact(token.encode(), key, registry=REGISTRY)
    except (JoseError, ValueError) as error:
        raise BadToken("the signature does not match the content") from error


def credential_in(payload: dict[str, Any]) -> dict[str, Any]:
    """The credential in a token's payload. Raises BadToken if the claims say something else than it does.

    Older writers keep it under "vc".
    """
    inner = payload.get("vc")
    own = inner if isinstance(inner, dict) else {k: v for k, v in payload.items() if k not in REGISTERED}
    try:
        expected = _claims(own)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise BadToken("the credential in it lacks what its claims repeat") from error
    found = {name: payload[name] for name in REGISTERED if name in payload}
    if found != expected:
        raise BadToken("its claims and the credential in it do not agree")
    return own


def _claims(credential: dict[str, Any]) -> dict[str, Any]:
    subject = credential["credentialSubject"].get("id")
    claims = {
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "nbf": int(times.read(credential["validFrom"]).timestamp()),
    }
    if subject:
        claims["sub"] = subject
    if "validUntil" in credential:
        claims["exp"] = int(times.read(credential["validUntil"]).timestamp())
    return claims


def _opened(token: str) -> jws.CompactSignature:
    """The token taken apart. Refused if base64url could write it otherwise too: no letter may be idle."""
    try:
        opened = jws.extract_compact(token.encode(), registry=REGISTRY)
        again = ".".join(
            urlsafe_b64encode(urlsafe_b64decode(part.encode())).decode() for part in token.split(".")
        )
    except (JoseError, ValueError) as error:
        raise BadToken("not three parts in base64url with a header that is known") from error
    if again != token:
        raise BadToken("not base64url as it is written")
    return opened
