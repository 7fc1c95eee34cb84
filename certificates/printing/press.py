"""Printing a certificate: laid out, signed, sealed, as the bytes that are kept."""

from __future__ import annotations

from django.utils import timezone

from .. import fonts
from ..models import Certificate
from . import assembly, authority, moulds, plain, seals, signing
from .assembly import Printed
from .faces import NoFace
from .sheet import Sheet, densities, sheet_of, texts_of


def problem_with(certificate: Certificate) -> str:
    """Why it cannot be printed: characters without a glyph, as fonts.problem_with says; "" if it can."""
    return fonts.problem_with(name=certificate.holder, texts=texts_of(certificate))


def print_certificate(certificate: Certificate) -> bytes:
    """The finished PDF: signed if there is a key, and sealed if somebody seals.

    Ask problem_with first. Raises plain.DoesNotFit and seals.SealFailed.
    """
    page = page_of(sheet_of(certificate))
    signer = authority.signer()
    if signer:
        content = signing.sign(page, signer, at=timezone.localtime())
    else:
        content = page.content if isinstance(page, Printed) else page
    return seals.provider().seal(content)


def print_sample(certificate: Certificate) -> bytes:
    """What it would look like, marked as a sample across the page and in words; unsigned."""
    page = page_of(sheet_of(certificate, as_sample=True))
    return page.content if isinstance(page, Printed) else page


def page_of(sheet: Sheet) -> Printed | bytes:
    """The PDF, unsigned: by a mould, or by WeasyPrint where no mould is exact. Raises plain.DoesNotFit.

    The same sheet gives the same bytes.
    """
    try:
        return _moulded(sheet)
    except (NoFace, moulds.NotExact):
        return plain.render(sheet)


def _moulded(sheet: Sheet) -> Printed:
    for dense in densities(sheet):
        mould = moulds.mould_of(dense)
        if mould:
            return assembly.assemble(mould, dense)
    raise plain.DoesNotFit(sheet.title)
