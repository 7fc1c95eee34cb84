"""Panels that set pass marks: all of them, one of them for who leads it, and judging."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from assessments.quizzes.desk.views import PAGE_SIZE, for_holders_of
from assessments.quizzes.fields import Showing, question_field
from assessments.quizzes.pictures import shown as pictures_of
from assessments.quizzes.queries import versions
from organizations.requests import MemberRequest
from organizations.roles import Permission

from . import actions, queries
from .cuts import spreads
from .forms import AngoffForm, BookmarkForm, InviteForm, OpenForm
from .models import ROUNDS, Panel, Panelist


@require_http_methods(["GET", "HEAD", "POST"])
@for_holders_of(Permission.ITEMS_ANALYSE, Permission.EVIDENCE_REVIEW)
def panels(request: MemberRequest) -> HttpResponse:
    """Those one may see; who sets pass marks opens new ones here."""
    may_open = bool(request.user.paths_granting(Permission.ITEMS_REPAIR))
    if request.method == "POST" and not may_open:
        raise PermissionDenied
    form = OpenForm(request.POST or None)
    if form.is_valid():
        try:
            opened = actions.open_panel(by=request.user, **form.cleaned_data)
        except actions.AlreadyOpen:
            form.add_error("quiz", _("A panel for this quiz is at work. End it first."))
        except actions.NothingToJudge:
            form.add_error(
                None,
                _("Nothing to judge: both ways need questions in use, and a booklet needs a calibration."),
            )
        else:
            return redirect("standards:panel", opened.pk)
    found = Panel.objects.visible_to(request.user).select_related("quiz")
    return render(
        request,
        "assessments/standards/panels.html",
        {
            "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
            "form": form if may_open else None,
            "may_lead": bool(request.user.paths_granting(Permission.ITEMS_ANALYSE)),
        },
    )


def _panel(request: MemberRequest, panel_id: int) -> Panel:
    found = Panel.objects.visible_to(request.user).select_related("quiz", "opened_by", "adopted_by", "run")
    return get_object_or_404(found, pk=panel_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_holders_of(Permission.ITEMS_REPAIR)
def panel(request: MemberRequest, panel_id: int) -> HttpResponse:
    """What the panel has found so far; POST invites people."""
    panel = _panel(request, panel_id)
    form = InviteForm(request.POST or None)
    if form.is_valid() and _invited(request, panel, form):
        return redirect("standards:panel", panel.pk)
    rounds = []
    for number in range(1, ROUNDS + 1):
        found = queries.judged(panel, number) if number < panel.round or not panel.is_open else None
        if found and (cut := queries.cut(panel, found)):
            rounds.append(
                {
                    "number": number,
                    "cut": cut,
                    "percent": 100 * cut.share,
                    "se_percent": 100 * cut.se,
                    "judges": [
                        (one.person.name, 100 * own)
                        for one, own in zip(found.people, cut.judges, strict=True)
                    ],
                }
            )
    share = panel.share
    impact = queries.impact(panel, share) if share is not None else None
    return render(
        request,
        "assessments/standards/panel.html",
        {
            "panel": panel,
            "panelists": queries.panelists(panel),
            "form": form,
            "rounds": rounds,
            "impact": impact,
            "passing": 100 * impact.passing if impact else None,
            "passed": 100 * impact.passed if impact else None,
            "pass_mark": actions.pass_mark(share) if share is not None else None,
            "is_own": panel.opened_by_id == request.user.pk,
        },
    )


def _invited(request: MemberRequest, panel: Panel, form: InviteForm) -> bool:
    try:
        added = actions.invite(panel=panel, people=form.cleaned_data["people"], by=request.user)
    except actions.PanelClosed:
        form.add_error(None, _("This panel is over."))
    except actions.NotEligible as error:
        names = ", ".join(person.name for person in error.args)
        form.add_error(
            "people", _("Not an assessor where you look after schools: {names}").format(names=names)
        )
    else:
        told = ngettext("{count} person is invited.", "{count} people are invited.", added)
        messages.success(request, told.format(count=added))
        return True
    return False


@require_POST
@for_holders_of(Permission.ITEMS_REPAIR)
def close(request: MemberRequest, panel_id: int) -> HttpResponse:
    panel = _panel(request, panel_id)
    number = request.POST.get("round", "")
    try:
        actions.close_round(
            panel=panel, round_number=int(number) if number in {"1", "2"} else 0, by=request.user
        )
    except actions.TooFewJudges:
        messages.error(request, _("Two judges at least have to hand in first."))
    except actions.PanelClosed:
        messages.error(request, _("This round is over already."))
    else:
        messages.success(request, _("The round is over, and its judgements stay as they are."))
    return redirect("standards:panel", panel.pk)


@require_POST
@for_holders_of(Permission.ITEMS_REPAIR)
def adopt(request: MemberRequest, panel_id: int) -> HttpResponse:
    panel = _panel(request, panel_id)
    try:
        actions.adopt(panel=panel, by=request.user)
    except actions.OwnPanel:
        messages.error(
            request, _("You opened this panel or judged in it: a second person has to adopt its cut.")
        )
    except actions.AlreadyAdopted:
        messages.error(request, _("A colleague adopted it meanwhile."))
    except actions.PanelClosed:
        messages.error(request, _("There is no cut yet: end both rounds first."))
    else:
        messages.success(request, _("Adopted. It holds for attempts that begin from now on."))
    return redirect("standards:panel", panel.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: MemberRequest, panel_id: int) -> HttpResponse:
    """One's own judgement, for who was invited."""
    panel = _panel(request, panel_id)
    panelist = next((one for one in queries.panelists(panel) if one.person_id == request.user.pk), None)
    if panelist is None:
        raise PermissionDenied
    form = _form(request, panel, panelist)
    if request.method == "POST" and _judged(request, panel, panelist, form):
        return redirect("standards:judge", panel.pk)
    items = versions(panel.versions)
    pictures = pictures_of(version.item for version in items.values())
    shown = [
        question_field(
            items[pk].item, name=str(pk), number=str(number), showing=Showing(reveal=True), pictures=pictures
        )
        for number, pk in enumerate(panel.versions, start=1)
    ]
    return render(
        request,
        "assessments/standards/judge.html",
        {
            "panel": panel,
            "panelist": panelist,
            "form": form,
            "is_angoff": panel.method == Panel.Method.ANGOFF,
            "questions": list(zip(shown, _fields(panel, form), _before(panel), strict=True)),
            "bookmarks": _bookmarks(panel),
        },
    )


def _form(request: MemberRequest, panel: Panel, panelist: Panelist) -> AngoffForm | BookmarkForm:
    # A form that was sent empty was sent all the same.
    sent = request.POST if request.method == "POST" else None
    if panel.method == Panel.Method.ANGOFF:
        return AngoffForm(sent, versions=panel.versions, draft=panelist.draft)
    return BookmarkForm(sent, versions=panel.versions)


def _fields(panel: Panel, form: AngoffForm | BookmarkForm) -> list[Any]:
    """The field of each question; a booklet has one for all, below it."""
    if isinstance(form, AngoffForm):
        return list(form)
    return [None] * len(panel.versions)


def _before(panel: Panel) -> list[Any]:
    """In the second round, how the panel judged each question in the first."""
    if panel.round == 1 or panel.method != Panel.Method.ANGOFF:
        return [None] * len(panel.versions)
    return list(spreads(queries.judged(panel, 1).values))


def _bookmarks(panel: Panel) -> list[int]:
    """In the second round, where the bookmarks of the first were, from 1."""
    if panel.round == 1 or panel.method != Panel.Method.BOOKMARK:
        return []
    return sorted(int(place) + 1 for place in queries.judged(panel, 1).values[:, 0])


def _judged(
    request: MemberRequest, panel: Panel, panelist: Panelist, form: AngoffForm | BookmarkForm
) -> bool:
    """Keep what was judged, and hand it in if that was meant and nothing is missing."""
    is_valid = form.is_valid()
    number = int(request.POST["round"]) if request.POST.get("round") in {"1", "2"} else 0
    try:
        if isinstance(form, AngoffForm):
            actions.keep_draft(panelist=panelist, chances=form.chances(), round_number=number)
        if not is_valid:
            return False
        if "hand_in" in request.POST:
            actions.hand_in(panelist=panelist, chances=form.chances(), round_number=number)
            messages.success(request, _("Handed in. Thank you."))
        else:
            messages.success(request, _("Saved. You can go on later."))
    except actions.AlreadyHandedIn:
        messages.info(request, _("You have handed in this round: it stays as it is."))
    except actions.PanelClosed:
        messages.error(request, _("This round is over already."))
    return True
