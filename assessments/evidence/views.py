"""Evidence: a teacher's portfolio, handing in, an assessor's queue, marking."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models import Capability
from organizations.requests import MemberRequest

from . import actions, queries
from .forms import HandInForm, ReviewForm, UploadForm
from .models import EvidenceFile, Submission
from .permissions import may_review, may_review_submission

PAGE_SIZE = 30


@login_required
@require_safe
def portfolio(request: MemberRequest) -> HttpResponse:
    lines = queries.portfolio(request.user)
    groups = [
        (_("You have begun"), [line for line in lines if line.submission]),
        (_("Your school works on these"), [line for line in lines if not line.submission and line.is_chosen]),
        (_("You may choose"), [line for line in lines if not line.submission and not line.is_chosen]),
    ]
    return render(
        request, "assessments/evidence/portfolio.html", {"groups": [group for group in groups if group[1]]}
    )


@login_required
@require_safe
def submission(request: MemberRequest, code: str) -> HttpResponse:
    return _submission_page(request, _own(request, _capability(request, code)))


def _capability(request: MemberRequest, code: str) -> Capability:
    if (capability := queries.capability(code, request.user)) is None:
        raise Http404
    return capability


def _own(request: MemberRequest, capability: Capability) -> Submission:
    """The user's submission; a blank one, not written anywhere, before it is begun."""
    blank = Submission(learner=request.user, capability=capability)
    return queries.own_submission(request.user, capability) or blank


def _submission_page(
    request: MemberRequest,
    own: Submission,
    *,
    form: HandInForm | None = None,
    upload_form: UploadForm | None = None,
) -> HttpResponse:
    reviews = queries.reviews_of(own) if own.pk else []
    review = reviews[0] if reviews else None
    lines = queries.task_lines(own, review) if own.pk else queries.blank_lines(own.capability)
    return render(
        request,
        "assessments/evidence/submission.html",
        {
            "submission": own,
            "capability": own.capability,
            "lines": [(line, _upload_form(line, upload_form)) for line in lines],
            "is_complete": all(line.file for line in lines),
            "received": sum(line.file is not None for line in lines),
            "review": review,
            "form": form or HandInForm(initial={"reflection": own.reflection}),
            "upload_form": upload_form,
            "lesson_tasks": queries.lesson_tasks(own.capability) if own.is_open else [],
        },
    )


def _upload_form(line: queries.TaskLine, posted: UploadForm | None) -> UploadForm:
    if posted and posted.task == line.task:
        return posted
    return UploadForm(task=line.task, prefix=line.task.key)


@login_required
@require_POST
def upload(request: MemberRequest, code: str, key: str) -> HttpResponse:
    capability = _capability(request, code)
    task = get_object_or_404(capability.evidence_tasks, key=key, retired=False)
    form = UploadForm(request.POST, request.FILES, task=task, prefix=task.key)
    if not form.is_valid():
        return _submission_page(request, _own(request, capability), upload_form=form)
    own = actions.begin(capability=capability, by=request.user)
    try:
        kept = actions.attach(submission=own, task=task, upload=form.cleaned_data["file"], by=request.user)
    except actions.NotOpen:
        messages.error(request, _("This evidence has been handed in: it cannot be changed now."))
    else:
        messages.success(request, _("Received: %(name)s") % {"name": kept.name})
    return redirect(f"{reverse('evidence:submission', args=[code])}#{task.key}")


@login_required
@require_POST
def hand_in(request: MemberRequest, code: str) -> HttpResponse:
    own = _own(request, _capability(request, code))
    if own.pk is None:
        raise Http404
    form = HandInForm(request.POST)
    if not form.is_valid():
        return _submission_page(request, own, form=form)
    try:
        actions.hand_in(submission=own, reflection=form.cleaned_data["reflection"], by=request.user)
    except actions.NotOpen:
        messages.error(request, _("This evidence has been handed in: it cannot be changed now."))
    except actions.Incomplete as error:
        messages.error(request, _("Still missing: %(titles)s") % {"titles": "、".join(error.args)})
    else:
        messages.success(request, _("Handed in. An assessor of your school or county will mark it."))
    return redirect("evidence:submission", code)


@login_required
@require_safe
def file(request: MemberRequest, file_id: int) -> FileResponse:
    kept = get_object_or_404(EvidenceFile.objects.visible_to(request.user), pk=file_id)
    response = FileResponse(kept.file.open("rb"), as_attachment=True, filename=kept.name)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    # Or the gzip middleware would pack a video once more, and its length would be unknown to the phone.
    response["Content-Encoding"] = "identity"
    return response


@login_required
@require_safe
def review_queue(request: MemberRequest) -> HttpResponse:
    if not may_review(request.user):
        raise PermissionDenied
    waiting = Submission.objects.reviewable_by(request.user).waiting()
    return render(
        request,
        "assessments/evidence/review_queue.html",
        {"page": Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: MemberRequest, submission_id: int) -> HttpResponse:
    found = get_object_or_404(
        Submission.objects.visible_to(request.user).select_related("learner", "capability"),
        pk=submission_id,
    )
    if not may_review_submission(request.user, found):
        raise PermissionDenied
    reviews = queries.reviews_of(found)
    lines = queries.task_lines(found, reviews[0] if reviews else None)
    form = ReviewForm(
        request.POST or None,
        indicators=[indicator for line in lines if line.task.graded for indicator in line.indicators],
        initial={"round": found.round},
    )
    if form.is_valid():
        _give_verdict(request, found, form)
        return redirect("evidence:review_queue")
    return render(
        request,
        "assessments/evidence/review.html",
        {
            "submission": found,
            "lines": [(line, form.rows(line) if line.task.graded else []) for line in lines],
            "form": form,
            "is_waiting": found.status == Submission.Status.SUBMITTED,
            "reviews": reviews,
        },
    )


def _give_verdict(request: MemberRequest, found: Submission, form: ReviewForm) -> None:
    try:
        made = actions.review(
            submission=found,
            round_=form.cleaned_data["round"],
            verdicts=form.verdicts(),
            feedback=form.cleaned_data["feedback"],
            by=request.user,
        )
    except actions.AlreadyReviewed:
        messages.error(request, _("A colleague marked this while you were reading: theirs counts."))
    else:
        messages.success(request, _("Marked: %(grade)s") % {"grade": made.get_grade_display()})
