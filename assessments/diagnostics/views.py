"""One's own diagnosis: before, the result, how it is worked out; and how a school stands."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.quizzes.actions import AttemptsUsedUp, NoQuestions, NotOpen, close
from assessments.quizzes.answers import read
from assessments.quizzes.fields import question_field
from assessments.quizzes.models import Attempt
from assessments.quizzes.pictures import shown as pictures_of
from assessments.quizzes.queries import allowance, history, size
from courses.models import Cohort, Enrollment, Programme
from organizations.requests import MemberRequest
from organizations.roles import Permission

from . import actions, pools, queries, stepping
from .forms import SelfAssessmentForm
from .models import Diagnostic, Sitting
from .rules import CURRENT, CURRENT_PLAN, EVERYTHING, LEAST_PEOPLE, PLANS, next_sitting_on


def _own(request: MemberRequest) -> tuple[Enrollment, Diagnostic] | None:
    """The diagnosis of the programme that this person takes part in."""
    enrollment = queries.enrollment_of(request.user)
    diagnostic = queries.diagnostic_of(enrollment.cohort.programme.framework_id) if enrollment else None
    return (enrollment, diagnostic) if enrollment and diagnostic else None


def _own_or_404(request: MemberRequest) -> tuple[Enrollment, Diagnostic]:
    own = _own(request)
    if own is None:
        raise Http404
    return own


@login_required
@require_safe
def mine(request: MemberRequest) -> HttpResponse:
    own = _own(request)
    if own is None:
        return render(request, "assessments/diagnostics/none.html")
    enrollment, diagnostic = own
    quiz = diagnostic.quiz
    attempts = history(quiz, request.user)
    handed_in = [attempt for attempt in attempts if attempt.submitted_at]
    context = {
        "quiz": quiz,
        "cohort": enrollment.cohort,
        "open": next((attempt for attempt in attempts if attempt.is_open), None),
    }
    if not handed_in:
        return render(request, "assessments/diagnostics/intro.html", {**context, **_length(diagnostic)})
    run = queries.current_run(quiz.pk)
    sittings = queries.estimates_of(quiz.pk, request.user, run)
    if len(sittings) < len(handed_in):
        # The news of handing in was lost, or a new rule or calibration has come.
        actions.estimate_due(learner=request.user)
        sittings = queries.estimates_of(quiz.pk, request.user, run)
    assessed = queries.self_assessment(quiz.pk, request.user, handed_in[0].number)
    next_on = next_sitting_on(timezone.localdate(handed_in[0].submitted_at))
    return render(
        request,
        "assessments/diagnostics/result.html",
        {
            **context,
            "lines": queries.dimension_lines(sittings, assessed),
            "overall_change": queries.change_between(sittings, EVERYTHING),
            "sittings": len(sittings),
            "suggestions": queries.suggestions(sittings[-1], assessed, enrollment.cohort),
            "taken_at": handed_in[0].submitted_at,
            "is_allowed": len(attempts) < allowance(quiz, request.user.pk).attempts,
            "next_on": next_on,
            "may_repeat": timezone.localdate() >= next_on,
        },
    )


def _length(diagnostic: Diagnostic) -> dict[str, Any]:
    """Context for what is said of the length: `plan` of the adaptive form, or else `size`."""
    if pools.adaptive_run(diagnostic):
        return {"plan": CURRENT_PLAN}
    return {"size": size(diagnostic.quiz)}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: MemberRequest) -> HttpResponse:
    enrollment, diagnostic = _own_or_404(request)
    form = SelfAssessmentForm(
        request.POST or None,
        scales=queries.dimensions(diagnostic.quiz),
        about=queries.capability_names(diagnostic),
        initial={"environment": enrollment.cohort.environment},
    )
    if form.is_valid():
        try:
            attempt = actions.begin(
                quiz=diagnostic.quiz,
                environment=form.cleaned_data["environment"],
                ratings=form.ratings(),
                by=request.user,
            )
        except AttemptsUsedUp:
            messages.info(request, _("You have taken it. Here is what it says."))
        except (NoQuestions, NotOpen):
            messages.error(request, _("The diagnosis is not open now. Come back later."))
        else:
            return redirect("diagnostics:step" if attempt.one_by_one else "quizzes:attempt", attempt.pk)
        return redirect("diagnostics:mine")
    return render(
        request,
        "assessments/diagnostics/begin.html",
        {"form": form, "quiz": diagnostic.quiz, "cohort": enrollment.cohort, **_length(diagnostic)},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: MemberRequest, attempt_id: int) -> HttpResponse:
    """One question of an adaptive sitting; an answer leads to the next, or to the result."""
    attempts = Attempt.objects.visible_to(request.user).filter(one_by_one=True)
    attempt = get_object_or_404(attempts.select_related("quiz", "sitting"), pk=attempt_id)
    if attempt.is_overdue:
        close(attempt=attempt)
        messages.warning(request, _("Time is up. What you had answered by then was marked."))
    if not attempt.is_open:
        return redirect("diagnostics:mine")
    if request.method == "POST":
        try:
            _take(request, attempt)
        except stepping.NotAnswered:
            messages.warning(request, _("Choose an answer first: the next question depends on it."))
        return redirect("diagnostics:step", attempt.pk)
    version = stepping.waiting(attempt)
    position, order = len(attempt.paper), attempt.paper[-1][1]
    return render(
        request,
        "assessments/diagnostics/step.html",
        {
            "quiz": attempt.quiz,
            "attempt": attempt,
            "position": position,
            "answered": position - 1,
            "plan": PLANS[attempt.sitting.plan],
            "field": question_field(
                version.item,
                name=str(version.pk),
                number=str(position),
                order=order,
                pictures=pictures_of([version.item]),
            ),
        },
    )


def _take(request: MemberRequest, attempt: Attempt) -> None:
    position = request.POST.get("position", "")
    stepping.answer(
        attempt=attempt,
        position=int(position) if position.isascii() and position.isdigit() and len(position) < 4 else 0,
        read=lambda version: read(version.item, str(version.pk), request.POST),
        by=request.user,
    )


@login_required
@require_POST
def again(request: MemberRequest) -> HttpResponse:
    _enrollment, diagnostic = _own_or_404(request)
    try:
        actions.open_again(quiz=diagnostic.quiz, by=request.user)
    except actions.TooSoon:
        messages.info(
            request,
            _("It is too soon to take it again: what you learn needs time before it can be seen."),
        )
        return redirect("diagnostics:mine")
    return redirect("diagnostics:begin")


@login_required
@require_safe
def how(request: MemberRequest) -> HttpResponse:
    _enrollment, diagnostic = _own_or_404(request)
    run = queries.current_run(diagnostic.quiz_id)
    sittings = queries.estimates_of(diagnostic.quiz_id, request.user, run)
    rows = [row for sitting in sittings for row in sitting.values()]
    adaptive = Sitting.objects.visible_to(request.user).filter(attempt__quiz=diagnostic.quiz_id)
    return render(
        request,
        "assessments/diagnostics/how.html",
        {
            "rule": CURRENT,
            "cut_percent": round(CURRENT.cut * 100),
            "run": run,
            "run_on": date_format(timezone.localtime(run.created_at), "DATE_FORMAT") if run else "",
            "rows": rows,
            "sittings": adaptive.ended(),
            **_length(diagnostic),
        },
    )


@login_required
@require_safe
def cohort(request: MemberRequest, cohort_id: int) -> HttpResponse:
    """How a school stands."""
    cohorts = Cohort.objects.visible_to(request.user).select_related("school", "programme")
    cohort = get_object_or_404(cohorts, pk=cohort_id)
    if not cohort.school.path.startswith(tuple(request.user.paths_granting(Permission.PROGRESS_READ))):
        raise PermissionDenied
    own = Cohort.objects.tracked_by(request.user).filter(pk=cohort.pk)
    return render(
        request,
        "assessments/diagnostics/cohort.html",
        {"cohort": cohort, **_standing(cohort.programme, own)},
    )


@login_required
@require_safe
def programme(request: MemberRequest, programme_id: int) -> HttpResponse:
    """How all schools together stand that this person looks after: a county's, or the city's."""
    cohorts = Cohort.objects.visible_to(request.user).select_related("programme")
    some = cohorts.filter(programme=programme_id).first()
    if some is None:
        raise Http404
    tracked = Cohort.objects.tracked_by(request.user).filter(programme=programme_id)
    schools = tracked.count()
    if not schools:
        raise PermissionDenied
    return render(
        request,
        "assessments/diagnostics/programme.html",
        {"programme": some.programme, "schools": schools, **_standing(some.programme, tracked)},
    )


def _standing(programme: Programme, cohorts: QuerySet[Cohort]) -> dict[str, Any]:
    """Context for `spreads.html`."""
    diagnostic = queries.diagnostic_of(programme.framework_id)
    people, spreads = 0, list[queries.Spread]()
    if diagnostic:
        run = queries.current_run(diagnostic.quiz_id)
        people, spreads = queries.spreads(diagnostic.quiz, cohorts, run)
    return {
        "diagnostic": diagnostic,
        "people": people,
        "enrolled": queries.enrolled(cohorts),
        "spreads": spreads,
        "least_people": LEAST_PEOPLE,
    }
