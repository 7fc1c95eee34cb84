"""The secret halves of keys: files below VAR_DIR that only this account may read."""

from __future__ import annotations

import os
import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from joserfc.jwk import RSAKey

from .models import SigningKey
from .multibase import multikey

RSA_BITS = 2048

PrivateKey = Ed25519PrivateKey | RSAPrivateKey


class NoKey(Exception):
    """There is no key to sign with: none was made, or its file is not on this machine."""


def make(kind: str) -> tuple[PrivateKey, SigningKey]:
    """A new key, and the row for its public half. Nothing is kept yet."""
    key: PrivateKey
    if kind == SigningKey.Kind.EMBEDDED:
        key = Ed25519PrivateKey.generate()
        identifier = multikey(key.public_key())
    else:
        key = generate_private_key(public_exponent=65537, key_size=RSA_BITS)
        identifier = RSAKey.import_key(key).thumbprint()
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return key, SigningKey(kind=kind, identifier=identifier, public_pem=pem)


def keep(key: PrivateKey, row: SigningKey) -> Path:
    """Write the secret half to its file, which must not exist yet; it is on disk when this returns."""
    path = path_of(row)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return path


def path_of(row: SigningKey) -> Path:
    """Where the secret half lies."""
    return settings.KEYS_DIR / f"badge-{re.sub('[^A-Za-z0-9_-]', '', row.identifier)}.pem"


def current(kind: str) -> SigningKey:
    """The key of a kind that signs from now on. Raises NoKey."""
    row = SigningKey.objects.current().filter(kind=kind).first()
    if row is None:
        raise NoKey(f"No {kind} key: run manage.py make_badge_key")
    return row


def secret_of(row: SigningKey) -> PrivateKey:
    """The secret half. Raises NoKey."""
    try:
        key = load_pem_private_key(path_of(row).read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise NoKey(f"{path_of(row)}: {error}") from error
    if not isinstance(key, Ed25519PrivateKey | RSAPrivateKey):
        raise NoKey(f"{path_of(row)}: neither an Ed25519 nor an RSA key")
    return key


def embedded_secret(row: SigningKey) -> Ed25519PrivateKey:
    """The secret half of a key for proofs inside documents. Raises NoKey."""
    key = secret_of(row)
    if not isinstance(key, Ed25519PrivateKey):
        raise NoKey(f"{path_of(row)}: not an Ed25519 key")
    return key


def token_secret(row: SigningKey) -> RSAKey:
    """The secret half of a key for tokens. Raises NoKey."""
    key = secret_of(row)
    if not isinstance(key, RSAPrivateKey):
        raise NoKey(f"{path_of(row)}: not an RSA key")
    return RSAKey.import_key(key)
