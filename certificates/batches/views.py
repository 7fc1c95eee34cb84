"""Batches of certificates: drawing one up, looking through it, approving it, following it, handing it out."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates import files
from certificates.permissions import may_issue
from certificates.printing import press
from organizations.models import Organization, User
from organizations.requests import MemberRequest
from organizations.workbooks import XLSX, workbook

from . import actions, queries, table
from .archive import archive
from .forms import BatchForm, PeopleForm
from .models import Batch

logger = logging.getLogger(__name__)

ON_A_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def batches(request: MemberRequest) -> HttpResponse:
    """The batches so far, and the form for the next one."""
    if not may_issue(request.user):
        raise PermissionDenied
    form = BatchForm(request.POST or None, user=request.user)
    if form.is_valid():
        batch = actions.create(**form.cleaned_data, by=request.user)
        return redirect("batches:batch", batch.pk)
    rows = Batch.objects.visible_to(request.user).select_related(
        "rule_pack", "place", "created_by", "approved_by"
    )
    page = Paginator(rows.order_by("-pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "certificates/batches/batches.html", {"form": form, "page": page})


@login_required
@require_safe
def batch(request: MemberRequest, batch_id: int) -> HttpResponse:
    """One batch: how far it is, who is left out and why, samples, and what can be done now."""
    batch = _visible(request, batch_id)
    return render(
        request,
        "certificates/batches/batch.html",
        {
            "batch": batch,
            "progress": queries.progress(batch),
            "left_out": queries.left_out(batch),
            "samples": queries.samples(batch) if batch.status == Batch.Status.READY else [],
            "shares": queries.shares(batch),
            "is_own": batch.created_by_id == request.user.pk,
        },
    )


@login_required
@require_safe
def people(request: MemberRequest, batch_id: int) -> HttpResponse:
    """Everybody in a batch with what became of them; as a workbook if asked."""
    batch = _visible(request, batch_id)
    form = PeopleForm(request.GET)
    rows = queries.people(batch, **(form.cleaned_data if form.is_valid() else {}))
    if "xlsx" in request.GET:
        response = HttpResponse(
            workbook(table.columns(), map(table.cells, rows.iterator(chunk_size=2_000)), title=str(batch)),
            content_type=XLSX,
        )
        response["Content-Disposition"] = f'attachment; filename="batch-{batch.pk}.xlsx"'
        return response
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "certificates/batches/people.html", {"batch": batch, "form": form, "page": page})


@login_required
@require_POST
def step(request: MemberRequest, batch_id: int, step: str) -> HttpResponse:
    """Approve, pause, go on, cancel or try again."""
    batch = _visible(request, batch_id)
    if step not in STEPS:
        raise Http404
    try:
        messages.success(request, STEPS[step](batch, request.user))
    except actions.SamePerson:
        messages.error(request, _("You drew this batch up. Somebody else of the bureau must approve it."))
    except actions.NothingToIssue:
        messages.error(request, _("Nobody in this batch is due a certificate: see the reasons below."))
    except actions.NotPossible:
        messages.info(request, _("Somebody was quicker: see below."))
    return redirect("batches:batch", batch.pk)


def _approve(batch: Batch, by: User) -> str:
    actions.approve(batch=batch, by=by)
    return _("Approved. The certificates are being printed.")


def _pause(batch: Batch, by: User) -> str:
    actions.pause(batch=batch, by=by)
    return _("Paused. What a worker has in hand is still finished.")


def _go_on(batch: Batch, by: User) -> str:
    actions.go_on(batch=batch, by=by)
    return _("The batch goes on.")


def _cancel(batch: Batch, by: User) -> str:
    actions.cancel(batch=batch, by=by)
    return _("Cancelled. What has been issued stays valid.")


def _retry(batch: Batch, by: User) -> str:
    count = actions.retry_failed(batch=batch, by=by)
    return ngettext(
        "%(count)d certificate is tried again.", "%(count)d certificates are tried again.", count
    ) % {"count": count}


STEPS: dict[str, Callable[[Batch, User], str]] = {
    "approve": _approve,
    "pause": _pause,
    "go-on": _go_on,
    "cancel": _cancel,
    "retry": _retry,
}


@login_required
@require_safe
def sample(request: MemberRequest, batch_id: int, number: int) -> HttpResponse:
    """What one of the batch's hardest certificates would look like, marked as a sample."""
    found = queries.samples(_visible(request, batch_id))
    if not 1 <= number <= len(found):
        raise Http404
    return HttpResponse(
        press.print_sample(found[number - 1]),
        content_type="application/pdf",
        headers={"Cache-Control": "private, no-store", "Content-Disposition": "inline"},
    )


@login_required
@require_safe
def package(request: MemberRequest, batch_id: int, school_id: int) -> HttpResponse | FileResponse:
    """All certificates of one school, with a list, as a ZIP file."""
    batch = _visible(request, batch_id)
    school = _school(batch, school_id)
    try:
        content = archive(queries.issued_at(batch, school))
    except files.Damaged:
        logger.exception("Batch %s cannot be handed out for %s", batch.pk, school)
        messages.error(request, _("A file is gone or was changed. An operator can see which in the log."))
        return redirect("batches:batch", batch.pk)
    name = f"{school.name}_{batch.pk}.zip"
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")


@login_required
@require_safe
def sheet(request: MemberRequest, batch_id: int, school_id: int) -> HttpResponse:
    """A list to be signed when the certificates are handed over."""
    batch = _visible(request, batch_id)
    school = _school(batch, school_id)
    return render(
        request,
        "certificates/batches/sheet.html",
        {"batch": batch, "school": school, "certificates": queries.issued_at(batch, school)},
    )


def _visible(request: MemberRequest, batch_id: int) -> Batch:
    if not may_issue(request.user):
        raise PermissionDenied
    rows = Batch.objects.visible_to(request.user).select_related(
        "rule_pack__programme", "place", "created_by", "approved_by"
    )
    return get_object_or_404(rows, pk=batch_id)


def _school(batch: Batch, school_id: int) -> Organization:
    """A school that the batch has issued certificates to."""
    found = [share.school for share in queries.shares(batch) if share.school.pk == school_id]
    if not found:
        raise Http404
    return found[0]
