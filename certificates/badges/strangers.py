"""Keys of badges by others, as far as a badge brings them along: this site asks nobody for one.

With it one can tell that nothing was changed since. Whether the key is the issuer's is certain only where
the issuer's name is the key itself (did:key).
"""

from __future__ import annotations

import re
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.util import urlsafe_b64decode

from .multibase import read_multikey, rsa_multikey

DID_KEY = "did:key:"
ELSEWHERE = re.compile(r"(https?://|did:web:)\S+")
"""Addresses that a reader with a network would ask for the key."""

RSA_BITS = range(2048, 4097)
"""Shorter keys are too weak for RS256, longer ones only cost time."""
LONGEST_EXPONENT = 8
"""Characters in base64url. Nearly all keys have four: AQAB."""


class NoKey(ValueError):
    """There is no key in the badge to check it with."""


class Elsewhere(NoKey):
    """The key lies at an address that is not asked."""


class Nowhere(NoKey):
    """Where the key is said to be is no address, or one of a kind that is not known here."""


class NotTheirs(NoKey):
    """The key is by its own name somebody else's than the issuer's."""


def proof_key(method: Any, issuer: str) -> tuple[Ed25519PublicKey, bool]:
    """The key that a proof's verification method contains, and whether it is certainly the issuer's.

    It stands there in two ways: as did:key, and behind the "#" of an address, where 1EdTech's checker
    looks for it as well. Raises NoKey.
    """
    place, name = _place_and_name(method)
    if not place.startswith(DID_KEY):
        return _named_key(place, name, issuer)
    own = place.removeprefix(DID_KEY)
    if name not in {"", own} or (issuer.startswith(DID_KEY) and issuer != place):
        raise NotTheirs("signed with another key than the issuer's name")
    try:
        return read_multikey(own), issuer == place
    except ValueError as error:
        raise Nowhere("no Ed25519 key") from error


def _named_key(place: str, name: str, issuer: str) -> tuple[Ed25519PublicKey, bool]:
    try:
        key = read_multikey(name)
    except ValueError as error:
        raise Elsewhere(f"the key is at {place[:200]}") from error
    if place != issuer:
        raise NotTheirs("signed with a key of somebody else than the issuer")
    return key, False


def _place_and_name(method: Any) -> tuple[str, str]:
    """The address of a key before and behind "#". Raises Nowhere."""
    place, _, name = str(method).partition("#")
    if not (place.startswith(DID_KEY) or ELSEWHERE.fullmatch(place)):
        raise Nowhere("no address of a key that is known here")
    return place, name


def check_address(method: Any) -> None:
    """Raises Nowhere if no reader could find a key there."""
    _place_and_name(method)


def token_key(header: dict[str, Any], issuer: str) -> tuple[RSAKey, bool]:
    """The key in a token's header, and whether it is certainly the issuer's. Raises NoKey."""
    jwk = header.get("jwk")
    if jwk is None:
        place, _ = _place_and_name(header.get("kid"))
        raise Elsewhere(f"the key is at {place[:200]}")
    try:
        key = _rsa_key(jwk)
    except (ValueError, TypeError, AttributeError, KeyError, JoseError) as error:
        raise Nowhere("the key in the header is no public RSA key of a usual size") from error
    if issuer.startswith(DID_KEY) and issuer != DID_KEY + rsa_multikey(key.public_key):
        raise NotTheirs("signed with another key than the issuer's name")
    return key, issuer.startswith(DID_KEY)


def _rsa_key(jwk: dict[str, Any]) -> RSAKey:
    modulus = int.from_bytes(urlsafe_b64decode(jwk["n"].encode()))
    if "d" in jwk or modulus.bit_length() not in RSA_BITS or len(jwk["e"]) > LONGEST_EXPONENT:
        raise ValueError("secret, or of another size")
    if jwk["kty"] != "RSA":
        raise ValueError("a key of another kind")
    return RSAKey.import_key({"kty": "RSA", "n": jwk["n"], "e": jwk["e"]})
