"""The bureau's own certificate authority: who vouches for the key that certificates are signed with."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from django.conf import settings

from .cms import Signer

AUTHORITY_YEARS = 20
SIGNER_YEARS = 5

USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
"""What a key may be used for. The first two are what signing a document asks for."""


class Exists(Exception):
    """There is an authority: another would leave all that was signed unexplained."""


class NoAuthority(Exception):
    """There is no authority yet."""


def make(name: str) -> list[Path]:
    """Make the authority and its first signing key. Returns the files. Raises Exists."""
    folder = settings.KEYS_DIR
    if (folder / "authority.key").exists():
        raise Exists
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name, "Certificate Authority")
    certificate = _certificate(key, subject, subject, key, years=AUTHORITY_YEARS, is_authority=True)
    return [*_write("authority", key, certificate), *add_signer(name)]


def add_signer(name: str) -> list[Path]:
    """Make a further signing key under the same authority; it is used from now on. Raises NoAuthority."""
    authority_key, authority = _read("authority")
    key = ec.generate_private_key(ec.SECP256R1())
    place = len(_signers()) + 1
    subject = _name(name, f"Certificate Signing {place}")
    certificate = _certificate(
        key, subject, authority.subject, authority_key, years=SIGNER_YEARS, is_authority=False
    )
    return _write(f"signing-{place}", key, certificate)


def signer() -> Signer | None:
    """The newest signing key; None if there is none, and certificates are issued unsigned."""
    names = _signers()
    return _signer(settings.KEYS_DIR, names[-1]) if names else None


@lru_cache(maxsize=2)
def _signer(folder: Path, name: str) -> Signer:
    """Read once: reading a key takes longer than signing with it."""
    return Signer(*_read(name), _read("authority")[1])


def _signers() -> list[str]:
    """Names of the signing keys, oldest first. A key without its certificate was not finished."""
    files = settings.KEYS_DIR.glob("signing-*.crt")
    return sorted((file.stem for file in files), key=lambda stem: int(stem.removeprefix("signing-")))


def _read(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    try:
        key = load_pem_private_key((settings.KEYS_DIR / f"{name}.key").read_bytes(), None)
        certificate = x509.load_pem_x509_certificate((settings.KEYS_DIR / f"{name}.crt").read_bytes())
    except FileNotFoundError as error:
        raise NoAuthority from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{name}.key is no key on an elliptic curve")
    return key, certificate


def _write(name: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> list[Path]:
    """The key first: a certificate is a promise that its key is there. Never over a file that exists."""
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    files = [settings.KEYS_DIR / f"{name}.key", settings.KEYS_DIR / f"{name}.crt"]
    for path, content, mode in zip(
        files, (secret, certificate.public_bytes(Encoding.PEM)), (0o600, 0o644), strict=True
    ):
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    return files


def _name(organization: str, what: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{organization} {what}"),
        ]
    )


def _certificate(
    key: ec.EllipticCurvePrivateKey,
    subject: x509.Name,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    years: int,
    is_authority: bool,
) -> x509.Certificate:
    """Valid from a day ago: the clocks of those who verify may be behind ours."""
    now = datetime.now(UTC)
    usage = dict.fromkeys(USAGES, False)
    usage |= dict.fromkeys(("key_cert_sign", "crl_sign") if is_authority else USAGES[:2], True)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * years))
        .add_extension(
            x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True
        )
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(above, critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
