"""Rosters, activation codes, and the door by which people first come in."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import actions, queries, rules
from .forms import ActivationForm, RosterForm
from .models import Organization, RosterImport, RosterRow
from .permissions import may_import_rosters, may_issue_codes
from .requests import MemberRequest
from .roster.messages import message
from .roster.workbook import codes_workbook, refused_workbook
from .tables import MOST_BYTES, Unreadable
from .workbooks import XLSX

PER_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def roster_imports(request: MemberRequest) -> HttpResponse:
    """The imports so far, and the form for the next one."""
    if not may_import_rosters(request.user):
        raise PermissionDenied
    form = RosterForm(request.POST or None, request.FILES or None, user=request.user)
    if form.is_valid():
        file = form.cleaned_data["file"]
        roster_import = actions.hand_in_roster(
            organization=form.cleaned_data["organization"],
            file=file,
            file_name=file.name,
            is_complete=form.cleaned_data["is_complete"],
            by=request.user,
        )
        return redirect("organizations:roster_import", roster_import.pk)
    imports = RosterImport.objects.visible_to(request.user).select_related("organization", "created_by")
    return render(
        request,
        "organizations/roster_imports.html",
        {"form": form, "page": _page(request, imports), "most_mb": MOST_BYTES // 1024 // 1024},
    )


@login_required
@require_safe
def roster_import(request: MemberRequest, import_id: int) -> HttpResponse:
    """One import: how far it is, what it would change or has changed, and what is wrong with the rest."""
    roster_import = _visible_import(request, import_id)
    counts = roster_import.counts
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        kind = next((kind for kind in KINDS if counts.get(kind)), RosterRow.Kind.ADD)
    notice = roster_import.notice
    context = {
        "import": roster_import,
        "notice": message(notice["code"], notice) if notice else "",
        "has_stopped": queries.has_stopped(roster_import),
        "earlier": queries.same_file_applied(roster_import),
        "counts": counts,
        "many_leavers": bool(counts) and rules.has_many_leavers(counts["leave"], counts["posted"]),
        "tabs": [
            {"url": f"?kind={name}", "label": label, "count": counts.get(name, 0), "current": name == kind}
            for name, label in KINDS.items()
        ],
        "kind": kind,
        "page": _page(request, queries.rows_of_kind(roster_import, kind)),
    }
    return render(request, "organizations/roster_import.html", context)


KINDS = {
    **{
        kind.value: kind.label
        for kind in (
            RosterRow.Kind.REFUSE,
            RosterRow.Kind.LEAVE,
            RosterRow.Kind.MOVE,
            RosterRow.Kind.CHANGE,
            RosterRow.Kind.ADD,
        )
    },
    queries.WARNING: queries.WARNING_LABEL,
}
"""What an import's page shows side by side, the most pressing first."""


@login_required
@require_POST
def roster_apply(request: MemberRequest, import_id: int) -> HttpResponse:
    """Have a checked import applied."""
    roster_import = _visible_import(request, import_id)
    try:
        actions.request_apply(
            roster_import=roster_import, by=request.user, allow_leavers="allow_leavers" in request.POST
        )
    except actions.NotNow:
        messages.info(request, _("Somebody was quicker: see below."))
    except actions.ManyLeavers:
        messages.error(request, _("More than 5 % would leave. Tick that they have left, if that is right."))
    return redirect("organizations:roster_import", import_id)


@login_required
@require_POST
def roster_undo(request: MemberRequest, import_id: int) -> HttpResponse:
    """Have an applied import taken back."""
    roster_import = _visible_import(request, import_id)
    try:
        actions.request_undo(roster_import=roster_import, by=request.user)
    except actions.NotNow:
        messages.info(request, _("Somebody was quicker: see below."))
    except actions.LaterImport as error:
        messages.error(request, message("later_import", {"number": error.roster_import.pk}))
    return redirect("organizations:roster_import", import_id)


@login_required
@require_safe
def roster_refused(request: MemberRequest, import_id: int) -> HttpResponse:
    """The refused rows as a workbook, to be corrected and sent again."""
    roster_import = _visible_import(request, import_id)
    try:
        data = refused_workbook(roster_import)
    except (FileNotFoundError, Unreadable) as error:
        raise Http404 from error
    return _workbook(data, f"refused-{roster_import.pk}.xlsx")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def codes(request: MemberRequest, organization_id: int) -> HttpResponse:
    """Who has not activated yet; a POST gives each a new code and answers with the sheet to print."""
    organizations = Organization.objects.visible_to(request.user)
    organization = get_object_or_404(organizations, pk=organization_id)
    if not may_issue_codes(request.user, organization):
        raise PermissionDenied
    if request.method == "POST":
        issued = actions.issue_activation_codes(organization=organization, by=request.user)
        if issued:
            return _workbook(codes_workbook(issued), f"codes-{organization.pk}.xlsx")
        messages.info(request, _("Everybody here has activated."))
        return redirect("organizations:codes", organization_id)
    people = queries.people_to_activate(organization, request.user).select_related("activation_code")
    context = {"organization": organization, "page": _page(request, people), "days": rules.CODE_DAYS}
    return render(request, "organizations/codes.html", context)


@sensitive_post_parameters("code", "password", "password_again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    """Choose the first password with a one-time code, and be signed in."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    form = ActivationForm(request.POST or None)
    status = 200
    if request.method == "POST" and not _may_try(request, form):
        status = 429
    elif form.is_valid() and (person := _activated(form)):
        messages.success(request, _("Welcome! Your account is open."))
        return perform_login(request, person)
    return render(request, "organizations/activate.html", {"form": form}, status=status)


def _may_try(request: HttpRequest, form: ActivationForm) -> bool:
    """Count this try, by address and by person, however the number was written."""
    typed = request.POST.get("login", "")
    key = rules.normalise_number(typed) or rules.normalise_phone(typed) or typed[:40]
    if ratelimit.consume(request, action="activate", key=key):
        return True
    form.add_error(None, _("Too many tries. Wait five minutes and try again."))
    return False


def _activated(form: ActivationForm) -> Any:
    """The person whom the form activates, or None with what is wrong on the form."""
    data = form.cleaned_data
    try:
        return actions.activate(login=data["login"], code=data["code"], password=data["password"])
    except actions.WrongCode:
        form.add_error(
            "code",
            _("Number and code do not belong together, or the code is used or too old. Ask for a new one."),
        )
    except ValidationError as error:
        form.add_error("password", error)
    return None


def _visible_import(request: MemberRequest, import_id: int) -> RosterImport:
    imports = RosterImport.objects.visible_to(request.user).select_related("organization", "created_by")
    return get_object_or_404(imports, pk=import_id)


def _page(request: MemberRequest, rows: QuerySet) -> Page:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def _workbook(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    return response
