"""The register of certificates: on the page, and as a workbook."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from organizations.requests import MemberRequest
from organizations.workbooks import XLSX, workbook_file

from .. import permissions, registers
from ..forms import RegisterForm
from ..models import STATES, Certificate, CertificateQuerySet

ON_A_PAGE = 50


def _form(request: MemberRequest) -> RegisterForm:
    if not permissions.may_read_register(request.user):
        raise PermissionDenied
    return RegisterForm(request.GET, user=request.user)


def _shown(request: MemberRequest, form: RegisterForm, *, in_any_state: bool = False) -> CertificateQuerySet:
    """What the filter shows: all that this person may see, where it cannot be read."""
    rows = Certificate.objects.visible_to(request.user).exclude(status=Certificate.Status.DRAFT)
    if not form.is_valid():
        return rows
    asked = form.cleaned_data
    return registers.narrowed(rows, **(asked | {"state": ""} if in_any_state else asked))


@login_required
@require_safe
def register(request: MemberRequest) -> HttpResponse:
    form = _form(request)
    totals = _shown(request, form, in_any_state=True).totals()
    paginator = Paginator(_shown(request, form).with_reason().order_by("-awarded_at", "-pk"), ON_A_PAGE)
    if form.is_valid() and not form.cleaned_data["state"]:
        paginator.count = sum(totals.values())  # they have been counted already
    return render(
        request,
        "certificates/register.html",
        {
            "form": form,
            "page": paginator.get_page(request.GET.get("page")),
            "tiles": [(STATES[state], count) for state, count in totals.items()],
            "may_issue_tokens": permissions.may_issue_tokens(request.user),
        },
    )


@login_required
@require_safe
def export(request: MemberRequest) -> FileResponse:
    """All rows, written to the disk and sent from there: as many as a city has take no more memory."""
    rows = _shown(request, _form(request)).order_by("-awarded_at", "-pk")
    file = workbook_file(registers.COLUMNS, registers.cells_of(rows))
    name = f"certificates-{timezone.localdate():%Y%m%d}.xlsx"
    response = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    # It is compressed already, and a length that is known shows how much of it has come.
    response["Content-Encoding"] = "identity"
    return response
