"""Bytes as text that says its own alphabet, and public keys so written: W3C Controlled Identifiers, 2.4."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519_PUBLIC = b"\xed\x01"
"""What stands before the 32 bytes of a public key: "ed25519-pub" in the table of multicodecs."""
RSA_PUBLIC = b"\x85\x24"
"""The same of "rsa-pub"."""

FIELD = 2**255 - 19
_OF_ORDER_8 = int.from_bytes(
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
)
WEAK = frozenset({0, 1, FIELD - 1, _OF_ORDER_8, FIELD - _OF_ORDER_8})
"""Second coordinates of the points of small order: with one of them as a key, anybody can sign anything."""

LONGEST_BASE58 = 200
"""Characters. Decoding takes time that grows with the square of the length."""


def base58_encode(data: bytes) -> str:
    """`data` in base58-btc, with its first letter z."""
    number = int.from_bytes(data)
    digits = ""
    while number:
        number, digit = divmod(number, 58)
        digits = BASE58[digit] + digits
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + BASE58[0] * zeros + digits


def base58_decode(text: str) -> bytes:
    """The bytes of a text that base58_encode wrote. Raises ValueError."""
    if not text.startswith("z") or len(text) > LONGEST_BASE58:
        raise ValueError("Not base58-btc with its first letter z")
    digits = text[1:]
    number = 0
    for digit in digits:
        number = number * 58 + BASE58.index(digit)
    zeros = len(digits) - len(digits.lstrip(BASE58[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


def base64url_encode(data: bytes) -> str:
    """`data` in base64url without padding, with its first letter u."""
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def multikey(key: Ed25519PublicKey) -> str:
    """A public key as a Multikey writes it: z6Mk…"""
    return base58_encode(ED25519_PUBLIC + key.public_bytes_raw())


def rsa_multikey(key: RSAPublicKey) -> str:
    """The same of an RSA key, which it holds as PKCS#1: z4MX… for 2,048 bits."""
    return base58_encode(RSA_PUBLIC + key.public_bytes(Encoding.DER, PublicFormat.PKCS1))


def read_multikey(text: str) -> Ed25519PublicKey:
    """The key that multikey() wrote. Raises ValueError."""
    data = base58_decode(text)
    if not data.startswith(ED25519_PUBLIC):
        raise ValueError("Not an Ed25519 public key")
    key = data.removeprefix(ED25519_PUBLIC)
    if (int.from_bytes(key, "little") & (2**255 - 1)) % FIELD in WEAK:
        raise ValueError("A key without a secret")
    return Ed25519PublicKey.from_public_bytes(key)
