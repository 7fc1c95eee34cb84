"""The whole school at a glance, and as a workbook."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from courses.actions import enrol_school
from courses.models import Cohort
from courses.queries import people_to_enrol
from organizations.requests import MemberRequest
from organizations.roles import Permission
from organizations.workbooks import XLSX, workbook

from . import queries, table
from .forms import StaffFilterForm

PAGE_SIZE = 50


@login_required
@require_safe
def cohorts(request: MemberRequest) -> HttpResponse:
    if not request.user.paths_granting(Permission.PROGRESS_READ):
        raise PermissionDenied
    page = Paginator(queries.cohorts_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "tracking/cohorts.html", {"page": page})


def _cohort(request: MemberRequest, cohort_id: int, permission: str = Permission.PROGRESS_READ) -> Cohort:
    """A cohort on which this person holds a right: 404 to strangers, 403 to colleagues without it."""
    cohorts = Cohort.objects.visible_to(request.user).select_related("school", "programme")
    cohort = get_object_or_404(cohorts, pk=cohort_id)
    if not cohort.school.path.startswith(tuple(request.user.paths_granting(permission))):
        raise PermissionDenied
    return cohort


@login_required
@require_safe
def cohort(request: MemberRequest, cohort_id: int) -> HttpResponse:
    cohort = _cohort(request, cohort_id)
    form = StaffFilterForm(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    totals = queries.totals(cohort)
    paginator = Paginator(queries.staff_progress(cohort, **filters), PAGE_SIZE)
    if not any(filters.values()):
        paginator.count = totals["people"]  # everybody has been counted already
    page = paginator.get_page(request.GET.get("page"))
    columns = table.columns()
    return render(
        request,
        "tracking/cohort.html",
        {
            "cohort": cohort,
            "totals": totals,
            "newcomers": people_to_enrol(cohort).count(),
            "form": form,
            "page": page,
            "columns": columns,
            "rows": table.marked_up(columns, map(table.cells, page.object_list)),
        },
    )


@login_required
@require_POST
def enrol(request: MemberRequest, cohort_id: int) -> HttpResponse:
    cohort = _cohort(request, cohort_id, Permission.COHORT_ENROL)
    enrolled = enrol_school(cohort=cohort, by=request.user)
    messages.success(
        request,
        ngettext("%(count)d person was enrolled.", "%(count)d people were enrolled.", enrolled)
        % {"count": enrolled},
    )
    return redirect("tracking:cohort", cohort.pk)


@login_required
@require_safe
def cohort_export(request: MemberRequest, cohort_id: int) -> HttpResponse:
    cohort = _cohort(request, cohort_id)
    form = StaffFilterForm(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    response = HttpResponse(
        workbook(
            table.columns(),
            map(table.cells, queries.staff_progress(cohort, **filters)),
            title=str(cohort),
            is_small=True,
        ),
        content_type=XLSX,
    )
    name = f"cohort-{cohort.pk}-{timezone.localdate():%Y%m%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
