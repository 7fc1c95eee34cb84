"""Signing a PDF so that any reader can tell whether it was changed: PAdES B-B, invisible, added at its end.

What was printed stays as it is, byte for byte. The field has no picture: a signature is no seal.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from io import BytesIO

from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from .assembly import Printed
from .cms import Signer
from .objects import string

ROOM = 4096
"""Hexadecimal digits for the signature; it takes about 3,000, as long as the names in its certificates."""

FIELD = "Signature"


class TooLong(Exception):
    """The signature does not fit the room left for it."""


def sign(printed: Printed | bytes, signer: Signer, *, at: datetime) -> bytes:
    """The PDF with its signature: by our own hand where we wrote the PDF, and by pyHanko else."""
    return (
        _signed(printed, signer, at) if isinstance(printed, Printed) else _signed_by_pyhanko(printed, signer)
    )


def _signed(printed: Printed, signer: Signer, at: datetime) -> bytes:
    field = printed.size + 1
    page, catalog = printed.page, printed.catalog
    bodies = {
        page[0]: page[1] + b" /Annots [%d 0 R]>>" % field,
        catalog[0]: catalog[1] + b" /AcroForm <</Fields [%d 0 R] /SigFlags 3>>>>" % field,
        printed.size: b"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (%s) "
        b"/ByteRange [%s] /Contents <%s>>>" % (_date(at), b"0" * 40, b"0" * ROOM),
        field: b"<</Type /Annot /Subtype /Widget /FT /Sig /T %s /V %d 0 R /P %d 0 R /F 132 /Rect [0 0 0 0]>>"
        % (string(FIELD).encode(), printed.size, page[0]),
    }
    parts, references = [], []
    end = len(printed.content)
    for number, body in bodies.items():
        written = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        parts.append(written)
        references.append(b"%d 1\n%010d 00000 n \n" % (number, end))
        end += len(written)
    trailer = (
        b"xref\n%strailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%s> <%s>] /Prev %d>>\n"
        b"startxref\n%d\n%%%%EOF\n"
    ) % (
        b"".join(references), field + 1, catalog[0], printed.info, printed.identity, _second(added=parts),
        printed.references_at, end,
    )  # fmt: skip
    return _filled(printed.content, b"".join(parts) + trailer, signer)


def _filled(before: bytes, added: bytes, signer: Signer) -> bytes:
    """With the range that is signed, and then the signature, in the places left for them."""
    opens = added.index(b"/Contents <" + b"0" * ROOM) + len(b"/Contents ")
    closes = opens + ROOM + 2
    start = len(before)
    ranges = b"0 %d %d %d" % (start + opens, start + closes, len(added) - closes)
    added = added.replace(b"/ByteRange [" + b"0" * 40, b"/ByteRange [" + ranges.ljust(40), 1)
    digest = hashlib.sha256(before)
    digest.update(added[:opens])
    digest.update(added[closes:])
    signature = signer.sign(digest.digest()).hex().encode()
    if len(signature) > ROOM:
        raise TooLong(f"{len(signature)} > {ROOM}")
    return b"".join((before, added[: opens + 1], signature.ljust(ROOM, b"0"), added[closes - 1 :]))


def _second(added: list[bytes]) -> bytes:
    """The half of the identity that changes when a PDF is added to."""
    return hashlib.sha256(b"".join(added)).hexdigest()[:32].encode()


def _date(at: datetime) -> bytes:
    offset = at.strftime("%z") or "+0000"
    return f"D:{at:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:]}'".encode()


def _signed_by_pyhanko(content: bytes, signer: Signer) -> bytes:
    secret = signer.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    certificates = [
        x509.Certificate.load(one.public_bytes(Encoding.DER))
        for one in (signer.certificate, signer.authority)
    ]
    registry = SimpleCertificateStore()
    registry.register_multiple(certificates)
    theirs = signers.SimpleSigner(certificates[0], keys.PrivateKeyInfo.load(secret), registry)
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    signed = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(content)), metadata, theirs)
    return signed.getvalue()
