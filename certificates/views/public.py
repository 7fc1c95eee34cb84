"""The page on which anybody verifies a certificate."""

from __future__ import annotations

from itertools import zip_longest

from allauth.decorators import rate_limit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..forms import VerifyForm
from ..models import Certificate

LABELS = (
    _("Certificate number"), _("Holder"), _("School"), _("Certificate"), _("Programme"), _("Hours"),
    _("Issued"), _("Valid until"), _("Issued by"),
)  # fmt: skip
NOTHING = "–"


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    form = VerifyForm(request.GET if "number" in request.GET else None)
    if form.is_valid():
        return _answer(request, form, number=form.parsed)
    return _unlisted(render(request, "certificates/verify.html", {"form": form}))


@require_safe
def verification(request: HttpRequest, token: str) -> HttpResponse:
    return _answer(request, VerifyForm(), token=token)


@rate_limit(action="verify_certificate", limit_get=True)
def _answer(request: HttpRequest, form: VerifyForm, **key: str) -> HttpResponse:
    """The same page and the same work for whatever was asked: one query, then a certificate or none."""
    certificate = Certificate.objects.public().with_replaced_at().filter(**key).first()
    lines = zip_longest(LABELS, _said(certificate) if certificate else [], fillvalue=NOTHING)
    context = {"form": form, "is_answer": True, "certificate": certificate, "lines": list(lines)}
    return _unlisted(render(request, "certificates/verify.html", context))


def _said(certificate: Certificate) -> list[str]:
    """What stands on the page, as LABELS go.

    Worked out here, because a template takes half as long again to find nothing in a certificate that is not
    there, and whoever measures that would know.
    """
    facts = certificate.facts
    said = [
        certificate.number,
        certificate.public_holder,
        certificate.school,
        facts.get("title"),
        facts.get("programme", {}).get("title"),
        facts.get("hours", {}).get("total"),
        date_format(certificate.dated),
        date_format(certificate.expires_on) if certificate.expires_on else "",
        facts.get("issuer"),
    ]
    return [text or NOTHING for text in said]


def _unlisted(response: HttpResponse) -> HttpResponse:
    """Not for search engines, nor for anybody's cache: a certificate may be revoked the next minute."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    add_never_cache_headers(response)
    return response
