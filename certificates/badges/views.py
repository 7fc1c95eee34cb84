"""A holder's badge, the page on which anybody checks one, and what programs read to check one themselves."""

from __future__ import annotations

import json

from allauth.decorators import rate_limit
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from certificates.models import Certificate
from organizations.requests import MemberRequest

from . import actions, issuers, keys, signing, status_lists, verifying
from .forms import CheckForm
from .models import SigningKey


@login_required
@require_safe
def badge(request: MemberRequest, number: str) -> HttpResponse:
    return _page(request, _certificate(request, number))


@login_required
@require_safe
def download(request: MemberRequest, number: str, form: str) -> HttpResponse:
    """The badge as a file. Its place in the status lists is drawn when it is first asked for."""
    certificate = _certificate(request, number)
    if form not in signing.FORMS:
        raise Http404
    media_type, make = signing.FORMS[form]
    try:
        content = make(actions.badge_of(certificate), "name" in request.GET)
    except keys.NoKey:
        return _page(request, certificate, has_key=False)
    name = f"{certificate.facts['title']} {certificate.number}.{form}"
    headers = {
        "Content-Disposition": content_disposition_header(True, name),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=media_type, headers=headers)


def _certificate(request: MemberRequest, number: str) -> Certificate:
    issued = Certificate.objects.visible_to(request.user).filter(status=Certificate.Status.ISSUED)
    return get_object_or_404(issued.select_related("rule_pack"), number=number)


def _page(request: MemberRequest, certificate: Certificate, *, has_key: bool = True) -> HttpResponse:
    context = {"certificate": certificate, "has_key": has_key}
    return render(request, "certificates/badges/badge.html", context, status=200 if has_key else 503)


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="verify_certificate")
def verify(request: HttpRequest) -> HttpResponse:
    """Checks a file that somebody sends; it is read in memory, and forgotten."""
    form = CheckForm(request.POST or None, request.FILES or None)
    answer = None
    if form.is_valid():
        answer = verifying.verify(
            form.cleaned_data["file"].read(), staff_number=form.cleaned_data["staff_number"]
        )
        form = CheckForm()
    response = render(request, "certificates/badges/verify.html", {"form": form, "answer": answer})
    response["X-Robots-Tag"] = "noindex, nofollow"
    add_never_cache_headers(response)
    return response


# What programs of other people read. Any page may: nothing in it depends on who asks.


@require_safe
def issuer(request: HttpRequest) -> HttpResponse:
    return _public(json.dumps(issuers.document(), ensure_ascii=False), "application/ld+json")


@require_safe
def key(request: HttpRequest, identifier: str) -> HttpResponse:
    row = get_object_or_404(SigningKey.objects.public(), kind=SigningKey.Kind.TOKEN, identifier=identifier)
    return _public(json.dumps(issuers.token_key(row)), "application/jwk+json")


@require_safe
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    if not status_lists.exists(number):
        raise Http404
    try:
        content = status_lists.signed_list(number)
    except keys.NoKey as error:
        raise Http404 from error
    # Not application/vc: readers are spread that parse nothing whose type does not say JSON.
    return _public(content, "application/ld+json")


def _public(content: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=int(status_lists.TTL.total_seconds()))
    return response
