"""The rules for certificates: looked at, tried out, confirmed by schools; and statements on request."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models import Cohort
from organizations.models import Organization
from organizations.requests import MemberRequest
from organizations.roles import Permission

from ..actions import award_claim
from ..candidates import Period
from ..claims import capability_claims, hours_claims
from ..loading import document_of
from ..models import Certificate, RulePack, Simulation, SimulationLine
from ..queries import Claim
from ..simulating import KINDS
from . import actions, queries, tables
from .forms import HoursForm, TrialForm

PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def packs(request: MemberRequest) -> HttpResponse:
    """All rule packs, the trials so far, and the form for the next one."""
    bureau = _bureau(request)
    start = RulePack.objects.visible_to(request.user).numbered(request.GET.get("from", ""))
    form = TrialForm(
        request.POST or None,
        request.FILES or None,
        initial={"text": document_of(start)} if start else None,
    )
    if form.is_valid():
        simulation = actions.begin_trial(
            document=form.cleaned_data["document"], bureau=bureau, by=request.user
        )
        return redirect("rulebook:trial", simulation.pk)
    return render(
        request,
        "certificates/rulebook/packs.html",
        {
            "form": form,
            "packs": queries.packs_listed(),
            "holding": queries.packs_in_force(),
            "trials": Simulation.objects.visible_to(request.user).select_related("created_by")[:PER_PAGE],
        },
    )


def _bureau(request: MemberRequest) -> Organization:
    """The bureau for which this person may try out rules."""
    bureau = Organization.objects.granting(Permission.RULES_SIMULATE, to=request.user).first()
    if bureau is None:
        raise PermissionDenied
    return bureau


@login_required
@require_safe
def pack(request: MemberRequest, pack_id: int) -> HttpResponse:
    """One pack in words."""
    _bureau(request)
    packs = RulePack.objects.visible_to(request.user).select_related("programme", "county")
    found = get_object_or_404(packs, pk=pack_id)
    return render(request, "certificates/rulebook/pack.html", {"pack": found})


def _simulation(request: MemberRequest, simulation_id: int) -> Simulation:
    _bureau(request)
    return get_object_or_404(
        Simulation.objects.visible_to(request.user).select_related("created_by"), pk=simulation_id
    )


@login_required
@require_safe
def trial(request: MemberRequest, simulation_id: int) -> HttpResponse:
    """What a pack would change: how many by county, and who."""
    simulation = _simulation(request, simulation_id)
    totals = {kind: sum(county[kind] for county in simulation.counts) for kind in KINDS}
    labels = dict(SimulationLine.Kind.choices)
    kind = request.GET.get("kind", "")
    if kind not in labels:
        kind = next((name for name in labels if totals[name]), SimulationLine.Kind.GAINS.value)
    lines = simulation.lines.filter(kind=kind)
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "certificates/rulebook/trial.html",
        {
            "simulation": simulation,
            "pack": queries.pack_of(simulation),
            "has_stopped": queries.has_stopped(simulation),
            "columns": tables.COUNT_COLUMNS,
            "counts": [
                (name, tables.labelled(numbers)) for name, numbers in tables.count_rows(simulation.counts)
            ],
            "totals": tables.labelled([totals[kind] for kind in KINDS]),
            "tabs": [
                {"url": f"?kind={name}", "label": label, "count": totals[name], "current": name == kind}
                for name, label in labels.items()
            ],
            "kind": kind,
            "page": page,
        },
    )


@login_required
@require_safe
def trial_export(request: MemberRequest, simulation_id: int) -> HttpResponse:
    """The counts and the names as a workbook."""
    simulation = _simulation(request, simulation_id)
    if simulation.status != Simulation.Status.DONE:
        raise Http404
    response = HttpResponse(tables.trial_workbook(simulation), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="rules-{simulation.pk}.xlsx"'
    response["Cache-Control"] = "no-store, private"
    return response


@login_required
@require_safe
def granted_under(request: MemberRequest, number: str) -> HttpResponse:
    """The rules under which a certificate was given, in words."""
    certificates = Certificate.objects.visible_to(request.user).select_related(
        "rule_pack__programme", "rule_pack__county"
    )
    certificate = get_object_or_404(certificates, number=number)
    return render(
        request,
        "certificates/rulebook/granted_under.html",
        {"certificate": certificate, "pack": certificate.rule_pack},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def statements(request: MemberRequest) -> HttpResponse:
    """Statements one may ask for: of each capability shown, and of the hours between two days."""
    asked = request.POST if request.method == "POST" else request.GET or None
    form = HoursForm(asked)
    hours = hours_claims([request.user], Period(**form.cleaned_data)) if form.is_valid() else []
    if request.method == "POST" and form.is_valid():
        return _requested(request, hours)
    return render(
        request,
        "certificates/rulebook/statements.html",
        {
            "form": form,
            "hours": hours,
            "is_asked": form.is_valid(),
            "capabilities": capability_claims([request.user]),
            "has_school": request.user.school is not None,
        },
    )


@login_required
@require_POST
def request_capability(request: MemberRequest, pack_id: int, code: str) -> HttpResponse:
    """Ask for the statement of one capability."""
    found = [
        claim
        for claim in capability_claims([request.user], pk=pack_id)
        if claim.subject == code and claim.pack.may_be_requested
    ]
    if not found:
        raise Http404
    return _requested(request, found)


def _requested(request: MemberRequest, claims: Sequence[Claim]) -> HttpResponse:
    asked = [claim for claim in claims if claim.pack.may_be_requested]
    given = [certificate for claim in asked if (certificate := award_claim(claim=claim, by=request.user))]
    if given:
        messages.success(request, _("Your statement is being printed."))
    else:
        messages.info(request, _("There is nothing to state, or you have this statement already."))
    return redirect("certificates:mine")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_offs(request: MemberRequest, cohort_id: int) -> HttpResponse:
    """What the rules ask the school's lead to confirm, of whom it is confirmed, and of whom not yet."""
    cohorts = Cohort.objects.visible_to(request.user).select_related("school", "programme")
    cohort = get_object_or_404(cohorts, pk=cohort_id)
    if not cohort.school.path.startswith(tuple(request.user.paths_granting(Permission.COHORT_SIGN_OFF))):
        raise PermissionDenied
    asked = queries.confirmables(cohort)
    named = request.POST.get("name") or request.GET.get("name")
    what = next((one for one in asked if one.name == named), asked[0] if asked else None)
    if request.method == "POST" and what:
        _confirm(request, cohort, what)
        return redirect(f"{request.path}?{_query(what.name)}")
    return render(
        request,
        "certificates/rulebook/sign_offs.html",
        {
            "cohort": cohort,
            "what": what,
            "page": Paginator(queries.sign_off_lines(cohort, what) if what else [], PER_PAGE).get_page(
                request.GET.get("page")
            ),
            "tabs": [
                {"url": f"?{_query(one.name)}", "label": one.name, "current": one == what} for one in asked
            ],
        },
    )


def _query(name: str) -> str:
    return urlencode({"name": name})


def _confirm(request: MemberRequest, cohort: Cohort, what: queries.Confirmable) -> None:
    """Confirm or withdraw what the form says, and tell what came of it."""
    chosen = [
        line.enrollment
        for line in queries.sign_off_lines(cohort, what)
        if line.enrollment and str(line.enrollment.pk) in request.POST.getlist("people")
    ]
    if not chosen and not what.is_of_school:
        messages.warning(request, _("Choose at least one person."))
        return
    try:
        written = actions.sign_off(
            cohort=cohort,
            name=what.name,
            by=request.user,
            enrollments=chosen,
            is_given="withdraw" not in request.POST,
        )
    except actions.OwnSignOff:
        messages.error(request, _("Nobody confirms anything of themselves. Ask the county’s lead."))
        return
    messages.success(
        request,
        ngettext("%(count)d entry was recorded.", "%(count)d entries were recorded.", len(written))
        % {"count": len(written)},
    )
