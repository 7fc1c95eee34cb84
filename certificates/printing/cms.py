"""A detached CMS signature (RFC 5652) as PAdES B-B wants it, by ECDSA on P-256 with SHA-256.

Written by hand, because all but 32 bytes of what is signed stays the same from one certificate to the next.
"""

from __future__ import annotations

import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

SEQUENCE, SET, INTEGER, OCTETS, OBJECT = 0x30, 0x31, 0x02, 0x04, 0x06
CONTEXT_0 = 0xA0


def der(tag: int, *parts: bytes) -> bytes:
    """A value in DER: tag, length, content."""
    content = b"".join(parts)
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 128 + len(length)]) + length + content


def oid(text: str) -> bytes:
    """An object identifier."""
    first, second, *rest = map(int, text.split("."))
    parts = [bytes([40 * first + second])]
    for number in rest:
        groups = [number & 127]
        while number := number >> 7:
            groups.append(number & 127 | 128)
        parts.append(bytes(reversed(groups)))
    return der(OBJECT, *parts)


DATA = oid("1.2.840.113549.1.7.1")
SIGNED_DATA = oid("1.2.840.113549.1.7.2")
CONTENT_TYPE = oid("1.2.840.113549.1.9.3")
MESSAGE_DIGEST = oid("1.2.840.113549.1.9.4")
SIGNING_CERTIFICATE = oid("1.2.840.113549.1.9.16.2.47")
SHA256 = der(SEQUENCE, oid("2.16.840.1.101.3.4.2.1"))
ECDSA_SHA256 = der(SEQUENCE, oid("1.2.840.10045.4.3.2"))


class Signer:
    """A key with its certificate, and that of the authority that vouches for it."""

    def __init__(
        self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, authority: x509.Certificate
    ):
        self.key, self.certificate, self.authority = key, certificate, authority
        whole = [one.public_bytes(Encoding.DER) for one in (certificate, authority)]
        serial = certificate.serial_number
        number = serial.to_bytes(serial.bit_length() // 8 + 1, "big")
        digest = hashlib.sha256(whole[0]).digest()
        # SigningCertificateV2: which certificate this is, lest one with the same key be put in its place.
        self.which = _attribute(
            SIGNING_CERTIFICATE, der(SEQUENCE, der(SEQUENCE, der(SEQUENCE, der(OCTETS, digest))))
        )
        self.identity = der(SEQUENCE, certificate.issuer.public_bytes(), der(INTEGER, number))
        self.certificates = der(CONTEXT_0, *whole)

    def sign(self, digest: bytes) -> bytes:
        """The signature of content with this SHA-256."""
        # DER wants a set in the order of its bytes: these are, since each is longer than the last.
        attributes = (
            _attribute(CONTENT_TYPE, DATA) + _attribute(MESSAGE_DIGEST, der(OCTETS, digest)) + self.which
        )
        signature = self.key.sign(der(SET, attributes), ec.ECDSA(hashes.SHA256()))
        signer = der(
            SEQUENCE,
            der(INTEGER, b"\x01"),
            self.identity,
            SHA256,
            der(CONTEXT_0, attributes),
            ECDSA_SHA256,
            der(OCTETS, signature),
        )
        signed = der(
            SEQUENCE,
            der(INTEGER, b"\x01"),
            der(SET, SHA256),
            der(SEQUENCE, DATA),
            self.certificates,
            der(SET, signer),
        )
        return der(SEQUENCE, SIGNED_DATA, der(CONTEXT_0, signed))


def _attribute(kind: bytes, value: bytes) -> bytes:
    return der(SEQUENCE, kind, der(SET, value))
