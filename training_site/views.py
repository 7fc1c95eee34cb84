"""The front page, a teacher's home, one's own account."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.quizzes.queries import recomputed
from certificates.queries import certificates_held
from certificates.reminders import ending
from courses.queries import edition_read_with
from organizations.requests import MemberRequest
from tracking.queries import Plan, own_enrollments, plan_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "training_site/front.html")
    enrollments = own_enrollments(request.user)
    held = certificates_held(request.user)
    plan = None
    if enrollments:
        plan = plan_of(enrollments[0], request.user, edition_read_with(enrollments[0]), held)
    return render(
        request,
        "training_site/home.html",
        {
            "plan": plan,
            "next": _next_action(plan) if plan else None,
            "others": enrollments[1:],
            "recomputed": recomputed(request.user),
            "ending": next(iter(ending(held)), None),
            "may_diagnose": bool(enrollments) and enrollments[0].may_diagnose,
        },
    )


def _next_action(plan: Plan) -> dict[str, str]:
    """The next step in words, and where it leads."""
    step = plan.step
    titles = {line.module.code: line.module.heading for line in plan.lines}
    if step.kind == "lesson" and plan.lesson:
        return {
            "title": plan.lesson.title,
            "why": _("%(module)s: pass the self-check at its end and the hours are yours.")
            % {"module": f"{step.target} {titles[step.target]}"},
            "url": reverse("courses:lesson", args=[step.target, plan.lesson.position]),
            "action": _("Go on learning"),
        }
    if step.kind == "quiz":
        return {
            "title": _("Take the quiz of %(module)s") % {"module": titles[step.target]},
            "why": _("You have finished its lessons."),
            "url": reverse("quizzes:quiz", args=[step.target]),
            "action": _("To the quiz"),
        }
    if step.kind == "revise":
        return {
            "title": _("Revise your evidence of %(code)s") % {"code": step.target},
            "why": _("An assessor returned it and says what is missing."),
            "url": reverse("evidence:submission", args=[step.target]),
            "action": _("See what to mend"),
        }
    if step.kind == "evidence":
        return {
            "title": _("Show what you can do"),
            "why": _("Hand in evidence from a lesson of your own."),
            "url": reverse("evidence:portfolio"),
            "action": _("Choose a capability"),
        }
    if step.kind == "wait":
        return {
            "title": _("Your evidence of %(code)s is being marked") % {"code": step.target},
            "why": _("Nothing to do for now. You will see the verdict here."),
            "url": reverse("evidence:submission", args=[step.target]),
            "action": _("See what you handed in"),
        }
    if step.kind == "certificate":
        return {
            "title": _("You have earned your certificate"),
            "why": _("Download it, or show its public page to anyone."),
            "url": reverse("certificates:mine"),
            "action": _("To my certificate"),
        }
    return {
        "title": _("All of it is done"),
        "why": _("Everything this programme asks for is there."),
        "url": reverse("certificates:mine"),
        "action": _("My certificates"),
    }


@login_required
@require_safe
def me(request: MemberRequest) -> HttpResponse:
    return render(request, "training_site/me.html", {"postings": request.user.current_postings})


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """For load balancers: answers while the database does."""
    connection.ensure_connection()
    return HttpResponse("ok", content_type="text/plain")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from a page that stood open too long: say what to do, in the reader's language."""
    return render(request, "403_csrf.html", status=403)
