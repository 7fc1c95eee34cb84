"""A teacher's own certificates, capabilities and hours."""

from __future__ import annotations

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.evidence.queries import portfolio
from courses.models import Enrollment, HoursEntry, OutsideTraining
from courses.queries import hours_by_kind, hours_recorded
from organizations.requests import MemberRequest

from .. import files
from ..forms import PeriodForm
from ..models import Certificate
from ..queries import claims_of
from ..reminders import ending

logger = logging.getLogger("certificates")


@login_required
@require_safe
def mine(request: MemberRequest) -> HttpResponse:
    own = Certificate.objects.visible_to(request.user).filter(learner=request.user)
    shown = own.exclude(status=Certificate.Status.DRAFT).with_reason().with_replaced_at()
    held = list(shown.select_related("rule_pack").order_by("-awarded_at", "-pk"))
    is_ending = {certificate.pk for certificate in ending(held)}
    claims = claims_of(list(Enrollment.objects.of(request.user).order_by("cohort__due_on", "pk")))
    return render(
        request,
        "certificates/mine.html",
        {
            "certificates": [
                (certificate, _address_to_share(certificate), certificate.pk in is_ending)
                for certificate in held
            ],
            "claims": [
                claim
                for claim in claims
                if all(given.status == Certificate.Status.DRAFT for given in claim.certificates)
            ],
        },
    )


def _address_to_share(certificate: Certificate) -> str:
    return settings.SITE_URL + reverse("certificates:verification", args=[certificate.token])


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
def transcript(request: MemberRequest) -> HttpResponse:
    return render(request, "certificates/transcript.html", {"lines": portfolio(request.user)})


@login_required
@require_safe
def hours(request: MemberRequest) -> HttpResponse:
    form = PeriodForm(request.GET if "first" in request.GET else None)
    lines = hours_recorded(request.user, **form.cleaned_data) if form.is_valid() else []
    sums = hours_by_kind(lines)
    tiles = [(label, sums.get(kind, 0)) for kind, label in HoursEntry.Kind.choices]
    trainings = OutsideTraining.objects.visible_to(request.user).filter(enrollment__learner=request.user)
    return render(
        request,
        "certificates/hours.html",
        {
            "trainings": trainings.select_related("withdrawal").order_by("-last_day", "-pk"),
            "form": form,
            "is_answer": form.is_valid(),
            "lines": lines,
            "tiles": [*tiles, (_("Hours in all"), sum(sums.values()))],
        },
    )
