"""A teacher's own certificates, the register, and the page on which anybody verifies one."""

from __future__ import annotations

import logging

from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.models import Enrollment
from organizations.requests import MemberRequest
from organizations.rules import mask_name

from . import actions, files, permissions
from .forms import RegisterForm, RevokeForm, VerifyForm
from .models import Certificate, CertificateQuerySet
from .numbers import parse_number
from .queries import claims_of

logger = logging.getLogger(__name__)

ON_A_PAGE = 50


@login_required
@require_safe
def mine(request: MemberRequest) -> HttpResponse:
    own = Certificate.objects.visible_to(request.user).filter(learner=request.user).with_reason()
    claims = claims_of(list(Enrollment.objects.of(request.user).order_by("cohort__due_on", "pk")))
    return render(
        request,
        "certificates/mine.html",
        {
            "certificates": own.exclude(status=Certificate.Status.DRAFT).order_by("-awarded_at", "-pk"),
            "claims": [claim for claim in claims if not claim.certificates],
        },
    )


@login_required
@require_safe
def pdf(request: MemberRequest, number: str) -> HttpResponse:
    issued = Certificate.objects.visible_to(request.user).filter(status=Certificate.Status.ISSUED)
    certificate = get_object_or_404(issued, number=number)
    try:
        content = files.read(certificate)
    except files.Damaged:
        logger.exception("Certificate %s cannot be handed out", certificate)
        return render(request, "certificates/damaged.html", {"certificate": certificate}, status=500)
    name = f"{certificate.facts['title']} {certificate.holder} {certificate.number}.pdf"
    headers = {
        "Content-Disposition": content_disposition_header(True, name),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@login_required
@require_safe
def register(request: MemberRequest) -> HttpResponse:
    if not permissions.may_read_register(request.user):
        raise PermissionDenied
    form = RegisterForm(request.GET)
    rows = Certificate.objects.visible_to(request.user).exclude(status=Certificate.Status.DRAFT).with_reason()
    if form.is_valid():
        rows = _narrowed(rows, **form.cleaned_data)
    page = Paginator(rows.order_by("-awarded_at", "-pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "certificates/register.html",
        {"form": form, "page": page, "may_revoke": permissions.may_revoke_some(request.user)},
    )


def _narrowed(rows: CertificateQuerySet, words: str, status: str) -> CertificateQuerySet:
    if status:
        rows = rows.filter(status=status)
    if number := parse_number(words):
        return rows.filter(number=number)
    return rows.filter(Q(holder__icontains=words) | Q(number__icontains=words)) if words else rows


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: MemberRequest, number: str) -> HttpResponse:
    certificate = get_object_or_404(Certificate.objects.visible_to(request.user), number=number)
    if not permissions.may_revoke(request.user, certificate):
        raise PermissionDenied
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        try:
            actions.revoke(certificate=certificate, by=request.user, **form.cleaned_data)
        except actions.NoSuchStep:
            messages.warning(request, _("This certificate was revoked before."))
        else:
            messages.success(request, _("Revoked. The public page says so from now on."))
        return redirect("certificates:register")
    return render(request, "certificates/revoke.html", {"certificate": certificate, "form": form})


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
    certificate = Certificate.objects.public().filter(**key).first()
    return _unlisted(
        render(
            request,
            "certificates/verify.html",
            {
                "form": form,
                "is_answer": True,
                "certificate": certificate,
                "holder": mask_name(certificate.holder) if certificate else "",
            },
        )
    )


def _unlisted(response: HttpResponse) -> HttpResponse:
    """Not for search engines, nor for anybody's cache: a certificate may be revoked the next minute."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    add_never_cache_headers(response)
    return response
