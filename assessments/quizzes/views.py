"""A quiz: what it is, taking it, its result."""

from __future__ import annotations

import math
from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organizations.requests import MemberRequest

from . import actions, queries
from .answers import read_answers, read_page, read_seconds
from .drawing import drawn
from .fields import Showing
from .models import GRACE, Attempt, Picture, Quiz
from .rules import next_save, percent

Review = Quiz.Review


@login_required
@require_safe
def quiz(request: MemberRequest, code: str) -> HttpResponse:
    quiz = get_object_or_404(Quiz.objects.live(), code=code)
    attempts = queries.history(quiz, request.user)
    allowed = queries.allowance(quiz, request.user.pk)
    return render(
        request,
        "assessments/quizzes/quiz.html",
        {
            "quiz": quiz,
            "module": quiz.module,
            "size": queries.size(quiz),
            "minutes": allowed.minutes,
            "allowed": allowed.attempts,
            "attempts": attempts,
            "open": next((attempt for attempt in attempts if attempt.is_open), None),
            "is_passed": any(attempt.passed for attempt in attempts),
            "left": max(allowed.attempts - len(attempts), 0),
            "pass_percent": round(quiz.pass_share * 100),
            "is_open_now": quiz.is_open(),
            "reveal": _reveals(quiz, attempts, max(allowed.attempts - len(attempts), 0)),
        },
    )


@login_required
@require_safe
def picture(request: MemberRequest, name: str) -> FileResponse:
    """A picture of a question, small. Its address names what is on it, so browsers may keep it for good."""
    row = get_object_or_404(Picture.objects.visible_to(request.user), pk=name)
    response = FileResponse(row.small.open("rb"), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    # Or the gzip middleware would pack once more what is packed already.
    response["Content-Encoding"] = "identity"
    return response


@login_required
@require_POST
def start(request: MemberRequest, code: str) -> HttpResponse:
    try:
        quiz = queries.live_quiz(code)
        attempt = actions.start(quiz=quiz, by=request.user)
    except Quiz.DoesNotExist as error:
        raise Http404 from error
    except actions.AlreadyPassed:
        messages.info(request, _("You have passed this quiz already."))
    except actions.AttemptsUsedUp:
        messages.error(request, _("No attempt is left at this quiz. Ask your training office for another."))
    except actions.NoQuestions:
        messages.error(request, _("This quiz has no questions yet. Come back later."))
    except actions.NotOpen:
        messages.error(request, _("This quiz is not open now."))
    else:
        return redirect("quizzes:attempt", attempt.pk)
    return redirect("quizzes:quiz", code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: MemberRequest, attempt_id: int) -> HttpResponse:
    try:
        attempt = queries.attempt(attempt_id, request.user, with_quiz=True)
    except Attempt.DoesNotExist as error:
        raise Http404 from error
    if attempt.is_overdue:
        # The clock has decided already; opening the page only writes down what is so.
        if not actions.close(attempt=attempt).is_open:
            messages.warning(request, _("Time is up. What you had answered by then was marked."))
        return redirect("quizzes:attempt", attempt.pk)
    if attempt.one_by_one and attempt.is_open:
        return redirect("diagnostics:step", attempt.pk)
    if request.method == "POST":
        return _take_paper(request, attempt) if attempt.is_open else redirect("quizzes:attempt", attempt.pk)
    return _paper(request, attempt, []) if attempt.is_open else _result(request, attempt)


@login_required
@require_POST
def save(request: MemberRequest, attempt_id: int) -> HttpResponse:
    """Keep the answers that a page sends while it is open. Says how long is left, and when to come again."""
    page = read_page(request.POST)
    if page is None:
        return JsonResponse({"reason": "invalid"}, status=400)
    lease, sequence = page
    try:
        attempt = actions.save_answers(
            attempt_id=attempt_id,
            read=lambda paper: read_answers(paper, request.POST),
            about=request.POST.getlist("changed"),
            seconds=read_seconds(request.POST),
            lease=lease,
            sequence=sequence,
            by=request.user,
        )
    except Attempt.DoesNotExist as error:
        raise Http404 from error
    except actions.TakenElsewhere:
        return JsonResponse({"reason": "elsewhere"}, status=409)
    if not attempt.is_open:
        return JsonResponse({"reason": "closed"}, status=409)
    return JsonResponse(
        {
            "sequence": attempt.sequence,
            "seconds_left": attempt.seconds_left,
            "next_save_s": next_save(attempt.seconds_left),
        }
    )


def _take_paper(request: MemberRequest, attempt: Attempt) -> HttpResponse:
    """Hand in what was posted. A paper with gaps is kept and shown again, unless meant so."""
    paper = queries.paper_of(attempt)
    answers = read_answers(paper, request.POST)
    missing = [number for number, answer in enumerate(answers.values(), start=1) if answer is None]
    lease, seconds = request.POST.get("lease", ""), read_seconds(request.POST)
    try:
        if missing and "anyway" not in request.POST:
            attempt.answers = actions.save_answers(
                attempt_id=attempt.pk,
                read=lambda _paper: answers,
                seconds=seconds,
                lease=lease,
                by=request.user,
            ).answers
            return _paper(request, attempt, missing)
        actions.submit(attempt=attempt, answers=answers, seconds=seconds, lease=lease, by=request.user)
    except actions.TakenElsewhere:
        actions.add_missing(attempt=attempt, answers=answers, by=request.user)
        messages.warning(
            request,
            _("You opened this quiz on another page since. Look through your answers and hand in here."),
        )
    return redirect("quizzes:attempt", attempt.pk)


def _paper(request: MemberRequest, attempt: Attempt, missing: list[int]) -> HttpResponse:
    opened = actions.open_paper(attempt=attempt, by=request.user)
    if not opened.is_open:  # handed in meanwhile
        return redirect("quizzes:attempt", attempt.pk)
    paper = queries.paper_of(attempt)
    return render(
        request,
        "assessments/quizzes/paper.html",
        {
            "attempt": opened,
            "lease_before": attempt.lease,
            "quiz": attempt.quiz,
            "questions": drawn(_shown(attempt, paper), opened.answers),
            "missing": missing,
            "seconds_left": opened.seconds_left,
            "minutes_left": math.ceil(opened.seconds_left / 60),
            "next_save": next_save(opened.seconds_left),
        },
    )


def _shown(attempt: Attempt, paper: list) -> list:
    return [(version, order) for version, (_pk, order) in zip(paper, attempt.paper, strict=True)]


def _result(request: MemberRequest, attempt: Attempt) -> HttpResponse:
    attempts = queries.history(attempt.quiz, request.user)
    left = max(queries.allowance(attempt.quiz, request.user.pk).attempts - len(attempts), 0)
    showing = Showing(marked=True, reveal=_reveals(attempt.quiz, attempts, left))
    later = queries.later_scores(attempt)
    return render(
        request,
        "assessments/quizzes/result.html",
        {
            "attempt": attempt,
            "quiz": attempt.quiz,
            "module": attempt.quiz.module,
            "is_passed": any(other.passed for other in attempts),
            "left": left,
            "percent": percent(attempt.score or Decimal(0), attempt.total),
            "pass_percent": round(attempt.pass_share * 100),
            "reveal": showing.reveal,
            "is_recomputed": any(score.repair_id for score in later),
            "marks": [score for score in later if score.marked_by_id],
            "questions": drawn(
                _shown(attempt, queries.corrected_paper_of(attempt)), attempt.answers, showing, closed=True
            ),
        },
    )


def _reveals(quiz: Quiz, attempts: list[Attempt], left: int) -> bool:
    """Whether right answers are shown: by default once they can no longer be used, as papers share a bank."""
    if quiz.review == Review.AFTERWARDS:
        return True
    if quiz.review == Review.CLOSED:
        # Until then somebody may still be handing in.
        return quiz.closes_at is not None and timezone.now() > quiz.closes_at + GRACE
    is_over = not left and not any(other.is_open for other in attempts)
    return quiz.review == Review.FINISHED and (is_over or any(other.passed for other in attempts))
