"""One certificate with its history, and the steps that an officer may take with it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organizations.requests import MemberRequest

from .. import actions, permissions, steps, succession
from ..forms import ReasonForm
from ..models import Certificate


@login_required
@require_safe
def certificate(request: MemberRequest, number: str) -> HttpResponse:
    seen = Certificate.objects.visible_to(request.user).select_related("replaces", "rule_pack__programme")
    certificate = get_object_or_404(seen, number=number)
    if not permissions.may_oversee(request.user, certificate):
        raise PermissionDenied
    may_step = permissions.may_revoke(request.user, certificate)
    return render(
        request,
        "certificates/history.html",
        {
            "certificate": certificate,
            "events": certificate.events.select_related("by"),
            "successors": certificate.successors.exclude(status=Certificate.Status.DRAFT).order_by("pk"),
            "steps": steps.possible(certificate) if may_step else [],
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: MemberRequest, number: str, step: str) -> HttpResponse:
    """Suspend, reinstate, correct or revoke: the address says which."""
    certificate = get_object_or_404(Certificate.objects.visible_to(request.user), number=number)
    if not permissions.may_revoke(request.user, certificate):
        raise PermissionDenied
    wanted = steps.STEPS.get(step)
    if wanted is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            wanted.take(certificate=certificate, by=request.user, **form.cleaned_data)
        except actions.NoSuchStep:
            messages.warning(request, _("This is not possible any more: look at the history below."))
        except succession.NotEarned as error:
            messages.error(request, _not_earned(error))
        else:
            messages.success(request, str(wanted.done))
        return redirect("certificates:certificate", certificate.number)
    return render(
        request,
        "certificates/step.html",
        {
            "certificate": certificate,
            "step": wanted,
            "is_possible": wanted.is_possible(certificate),
            "form": form,
        },
    )


def _not_earned(error: succession.NotEarned) -> str:
    lines = [render_to_string("certificates/missing.html", {"line": line}).strip() for line in error.missing]
    return _("Not renewed: under the rules of today this is missing. %(lines)s") % {"lines": "; ".join(lines)}
