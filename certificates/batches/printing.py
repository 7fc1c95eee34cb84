"""Making the file of one certificate in a batch, so that one that fails holds up no other."""

from __future__ import annotations

import logging

from certificates import files
from certificates.actions import Printed
from certificates.lifecycle import Status
from certificates.models import Certificate
from certificates.printing import press

logger = logging.getLogger(__name__)


def print_safely(certificate: Certificate) -> tuple[Printed | None, str]:
    """The file, safely stored; or none, and what went wrong."""
    if certificate.status != Status.APPROVED:
        return None, f"It is {certificate.status} by now."
    if problem := press.problem_with(certificate):
        return None, problem
    try:
        return Printed(certificate.pk, *files.keep(certificate, press.print_certificate(certificate))), ""
    except Exception as error:  # whatever it is, the others are to be printed, and this one named
        logger.exception("Certificate %s cannot be printed", certificate)
        return None, f"{type(error).__name__}: {error}"[:300]
