"""Making the PDF of a certificate."""

from __future__ import annotations

from organizations.jobs.registry import job

from . import actions, files
from .lifecycle import Status
from .models import Certificate
from .printing import press


@job("certificates.issue", lease_seconds=300)
def issue(*, certificate_id: int) -> None:
    """Make the PDF, unless it is there or the certificate is held or revoked: running this twice is harmless.

    The file is safely on disk before the row names it, so a worker may die at any point.
    """
    certificate = Certificate.objects.select_related("design_version").get(pk=certificate_id)
    if certificate.status != Status.APPROVED:
        return
    if problem := press.problem_with(certificate):
        actions.hold(certificate=certificate, problem=problem)
        return
    file, sha256 = files.keep(certificate, press.print_certificate(certificate))
    actions.issue(printed=[actions.Printed(certificate.pk, file, sha256)])
