"""The page on which anybody verifies a certificate."""

from __future__ import annotations

from allauth.decorators import rate_limit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from ..forms import VerifyForm
from ..models import Certificate


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
    context = {"form": form, "is_answer": True, "certificate": certificate}
    return _unlisted(render(request, "certificates/verify.html", context))


def _unlisted(response: HttpResponse) -> HttpResponse:
    """Not for search engines, nor for anybody's cache: a certificate may be revoked the next minute."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    add_never_cache_headers(response)
    return response
