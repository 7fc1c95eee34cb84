"""A module's quiz: what it is, taking it, its result."""

from __future__ import annotations

import math

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import questions
from organizations.requests import MemberRequest

from . import actions, queries
from .models import Attempt, Quiz


@login_required
@require_safe
def quiz(request: MemberRequest, code: str) -> HttpResponse:
    quiz = get_object_or_404(Quiz.objects.live(), module__code=code)
    attempts = queries.history(quiz, request.user)
    return render(
        request,
        "assessments/quizzes/quiz.html",
        {
            "quiz": quiz,
            "module": quiz.module,
            "attempts": attempts,
            "open": next((attempt for attempt in attempts if attempt.is_open), None),
            "is_passed": any(attempt.passed for attempt in attempts),
            "left": max(quiz.attempts_allowed - len(attempts), 0),
            "pass_percent": round(quiz.pass_share * 100),
        },
    )


@login_required
@require_POST
def start(request: MemberRequest, code: str) -> HttpResponse:
    quiz = get_object_or_404(Quiz.objects.live(), module__code=code)
    try:
        attempt = actions.start(quiz=quiz, by=request.user)
    except actions.AlreadyPassed:
        messages.info(request, _("You have passed this quiz already."))
    except actions.AttemptsUsedUp:
        messages.error(request, _("No attempt is left at this quiz. Ask your training office for another."))
    except actions.NoQuestions:
        messages.error(request, _("This quiz has no questions yet. Come back later."))
    else:
        return redirect("quizzes:attempt", attempt.pk)
    return redirect("quizzes:quiz", code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: MemberRequest, attempt_id: int) -> HttpResponse:
    attempt = get_object_or_404(
        Attempt.objects.visible_to(request.user).select_related("quiz__module"), pk=attempt_id
    )
    if attempt.is_overdue:
        # The clock has decided already; opening the page only writes down what is so.
        actions.submit(attempt=attempt, answers={}, by=request.user)
        messages.warning(request, _("Time is up. What you had answered by then was marked."))
        return redirect("quizzes:attempt", attempt.pk)
    if request.method == "POST":
        return _take_answers(request, attempt) if attempt.is_open else redirect("quizzes:attempt", attempt.pk)
    return _paper(request, attempt, []) if attempt.is_open else _result(request, attempt)


def _take_answers(request: MemberRequest, attempt: Attempt) -> HttpResponse:
    """Save or hand in what was posted. A paper with gaps is saved and shown again, unless meant so."""
    answers = questions.read_answers(attempt.paper, request.POST)
    missing = questions.unanswered(attempt.paper, answers)
    if "save" in request.POST:
        actions.save_answers(attempt=attempt, answers=answers, by=request.user)
        return HttpResponse(status=204)
    if missing and "anyway" not in request.POST:
        saved = actions.save_answers(attempt=attempt, answers=answers, by=request.user)
        attempt.answers = saved.answers
        return _paper(request, attempt, missing)
    actions.submit(attempt=attempt, answers=answers, by=request.user)
    return redirect("quizzes:attempt", attempt.pk)


def _paper(request: MemberRequest, attempt: Attempt, missing: list[int]) -> HttpResponse:
    seconds_left = max(int((attempt.due_at - timezone.now()).total_seconds()), 0)
    return render(
        request,
        "assessments/quizzes/paper.html",
        {
            "attempt": attempt,
            "quiz": attempt.quiz,
            "fields": questions.fields(attempt.paper, attempt.answers),
            "missing": missing,
            "seconds_left": seconds_left,
            "minutes_left": math.ceil(seconds_left / 60),
        },
    )


def _result(request: MemberRequest, attempt: Attempt) -> HttpResponse:
    attempts = queries.history(attempt.quiz, request.user)
    left = max(attempt.quiz.attempts_allowed - len(attempts), 0)
    # What was right is shown once it can no longer be used: every paper draws from the same bank.
    is_over = not left and not any(other.is_open for other in attempts)
    reveal = is_over or any(other.passed for other in attempts)
    return render(
        request,
        "assessments/quizzes/result.html",
        {
            "attempt": attempt,
            "quiz": attempt.quiz,
            "module": attempt.quiz.module,
            "is_passed": any(other.passed for other in attempts),
            "left": left,
            "percent": round(100 * (attempt.right or 0) / attempt.total),
            "pass_percent": round(attempt.pass_share * 100),
            "reveal": reveal,
            "fields": questions.fields(attempt.paper, attempt.answers, marked=True, reveal=reveal),
        },
    )
