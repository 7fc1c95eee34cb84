"""How questions work, correcting a key, marking what only a person can mark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organizations.requests import MemberRequest
from organizations.roles import Permission
from organizations.workbooks import Sheet, workbook_of

from ..bank import NotAskable
from ..formats.messages import message
from ..items.kinds import Passage
from ..models import QuestionVersion, Quiz, Repair, Response
from ..pictures import all_of
from . import actions, keys, queries, rescoring, tables, words
from .forms import KeyForm, MarkForm
from .sheets import MOST_ATTEMPTS

PAGE_SIZE = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def for_holders_of(*permissions: str) -> Callable:
    """Open a view to those who hold one of these rights somewhere: 403 to others."""

    def guard(view: Callable) -> Callable:
        @login_required
        @wraps(view)
        def guarded(request: MemberRequest, *args, **kwargs) -> HttpResponse:
            if not any(request.user.paths_granting(permission) for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


@require_safe
@for_holders_of(Permission.ITEMS_ANALYSE)
def quizzes(request: MemberRequest) -> HttpResponse:
    page = _page_of_quizzes(request)
    lines = queries.quiz_lines(list(page.object_list))
    table = tables.quizzes(lines)
    return render(
        request,
        "assessments/desk/quizzes.html",
        {
            "page": page,
            "table": table,
            "rows": list(zip(lines, table.rows, strict=True)),
            "most": MOST_ATTEMPTS,
            "waiting": Repair.objects.visible_to(request.user).waiting().count(),
        },
    )


def _page_of_quizzes(request: MemberRequest) -> Page:
    return Paginator(Quiz.objects.live(), PAGE_SIZE).get_page(request.GET.get("page"))


@require_safe
@for_holders_of(Permission.ITEMS_ANALYSE)
def quizzes_export(request: MemberRequest) -> HttpResponse:
    table = tables.quizzes(queries.quiz_lines(list(_page_of_quizzes(request))))
    return _download([Sheet(table.columns, table.rows)], "quizzes")


def _download(sheets: list[Sheet], name: str) -> HttpResponse:
    response = HttpResponse(workbook_of(sheets, is_small=True), content_type=XLSX)
    file_name = f"{name}-{timezone.localdate():%Y%m%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _line_of(request: MemberRequest, code: str) -> tuple[queries.QuizLine, list[queries.QuestionLine]]:
    quiz = get_object_or_404(Quiz.objects.live(), code=code)
    [line] = queries.quiz_lines([quiz])
    return line, queries.question_lines(line.figures)


@require_safe
@for_holders_of(Permission.ITEMS_ANALYSE)
def quiz(request: MemberRequest, code: str) -> HttpResponse:
    line, questions = _line_of(request, code)
    table = tables.questions(questions)
    [summary] = tables.quizzes([line]).rows
    return render(
        request,
        "assessments/desk/quiz.html",
        {
            "line": line,
            "tiles": list(zip(tables.quizzes([]).columns[1:], summary[1:], strict=True)),
            "table": table,
            "rows": list(zip(questions, table.rows, strict=True)),
        },
    )


@require_safe
@for_holders_of(Permission.ITEMS_ANALYSE)
def quiz_export(request: MemberRequest, code: str) -> HttpResponse:
    line, questions = _line_of(request, code)
    table = tables.questions(questions)
    sheets = [Sheet(table.columns, table.rows, title=line.quiz.title)]
    for question in questions:
        if (options := tables.options(question.item, question.figures)).rows:
            sheets.append(Sheet(options.columns, options.rows, title=tables.name(question)))
    return _download(sheets, f"quiz-{line.quiz.code}")


@require_safe
@for_holders_of(Permission.ITEMS_ANALYSE)
def question(request: MemberRequest, code: str, version_id: int) -> HttpResponse:
    line, questions = _line_of(request, code)
    found = next((question for question in questions if question.version.pk == version_id), None)
    if found is None:
        raise Http404
    table = tables.questions([found])
    options = tables.options(found.item, found.figures)
    return render(
        request,
        "assessments/desk/question.html",
        {
            "quiz": line.quiz,
            "question": found,
            "pictures": all_of(found.item),
            "tiles": list(zip(table.columns[1:-1], table.rows[0][1:-1], strict=True)),
            "flags": [(words.FLAGS[flag], words.ADVICE[flag]) for flag in found.figures.flags],
            "options": options,
            "shares": [
                (row[0], row[1], row[3], round(statistics.share * 100))
                for row, (_id, statistics) in zip(options.rows, found.figures.options, strict=True)
            ],
            "repairs": queries.repairs_of(found.version.question),
            "may_repair": bool(keys.fields(found.item))
            and bool(request.user.paths_granting(Permission.ITEMS_REPAIR)),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_holders_of(Permission.ITEMS_REPAIR)
def propose(request: MemberRequest, version_id: int) -> HttpResponse:
    version = queries.version(version_id)
    if version is None:
        raise Http404
    form = KeyForm(request.POST or None, item=queries.keyed([version])[version.pk])
    if not form.has_key:
        raise Http404
    if form.is_valid() and (repair := _proposed(request, version, form)):
        return redirect("desk:repair", repair.pk)
    context = {"version": version, "pictures": all_of(version.item), "form": form}
    return render(request, "assessments/desk/propose.html", context)


def _proposed(request: MemberRequest, version: QuestionVersion, form: KeyForm) -> Repair | None:
    """The proposal; None, and the reason on the form, where there can be none."""
    try:
        return actions.propose(
            version=version,
            content=form.content(),
            reason=form.cleaned_data["reason"],
            takes_passes=form.cleaned_data["takes_passes"],
            by=request.user,
        )
    except actions.SameKey:
        form.add_error(None, _("This is the key already: nothing would change."))
    except actions.AlreadyProposed:
        form.add_error(None, _("A corrected key of this question waits for approval already."))
    except NotAskable as error:
        for code in error.args:
            form.add_error(None, message(code, {}))
    except actions.OtherQuestion:
        form.add_error(None, _("With this key nobody could get all there is to earn. Say what is right."))
    return None


@require_safe
@for_holders_of(Permission.ITEMS_ANALYSE)
def repairs(request: MemberRequest) -> HttpResponse:
    found = Repair.objects.visible_to(request.user).select_related(
        "question", "version", "proposed_by", "approved_by", "declined_by"
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "assessments/desk/repairs.html", {"page": page})


def _repair(request: MemberRequest, repair_id: int) -> Repair:
    found = Repair.objects.visible_to(request.user).select_related("question", "version", "proposed_by")
    return get_object_or_404(found, pk=repair_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_holders_of(Permission.ITEMS_REPAIR)
def repair(request: MemberRequest, repair_id: int) -> HttpResponse:
    """What a corrected key changes; approving it, for somebody other than who proposed it."""
    found = _repair(request, repair_id)
    if request.method == "POST":
        _approve(request, found)
        return redirect("desk:repair", found.pk)
    progress = queries.progress_of(found)
    may_decide = found.is_waiting and (progress.has_stopped or not progress.is_approving)
    # Papers come in while a proposal waits, so what it would do is worked out anew.
    counts = rescoring.foresee(found).effects() if may_decide else found.effects
    return render(
        request,
        "assessments/desk/repair.html",
        {
            "repair": found,
            "pictures": all_of(found.version.item),
            "effects": words.effects(counts, takes_passes=found.takes_passes),
            "changes": tables.key_changes(actions.key_before(found), found.content),
            "progress": progress,
            "may_decide": may_decide,
            "is_own": found.proposed_by_id == request.user.pk,
        },
    )


def _approve(request: MemberRequest, repair: Repair) -> None:
    try:
        actions.request_approval(repair=repair, by=request.user)
    except actions.OwnProposal:
        messages.error(request, _("You proposed this: a second person has to approve it."))
    except actions.AlreadyDecided:
        messages.error(request, _("A colleague decided this meanwhile."))


@require_POST
@for_holders_of(Permission.ITEMS_REPAIR)
def decline(request: MemberRequest, repair_id: int) -> HttpResponse:
    try:
        actions.decline(repair=_repair(request, repair_id), by=request.user)
    except actions.AlreadyDecided:
        messages.error(request, _("A colleague decided this meanwhile."))
    else:
        messages.success(request, _("Put aside: nothing was changed."))
    return redirect("desk:repair", repair_id)


@require_safe
@for_holders_of(Permission.EVIDENCE_REVIEW)
def answers(request: MemberRequest) -> HttpResponse:
    page = Paginator(queries.waiting_for(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "assessments/desk/answers.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@for_holders_of(Permission.EVIDENCE_REVIEW)
def answer(request: MemberRequest, response_id: int) -> HttpResponse:
    marked = Response.objects.reviewable_by(request.user).marked_by_people()
    found = get_object_or_404(
        marked.select_related("attempt__quiz", "attempt__learner", "version"), pk=response_id
    )
    whole = found.version.item
    form = MarkForm(request.POST or None)
    if form.is_valid():
        try:
            actions.mark_answer(response=found, by=request.user, **form.cleaned_data)
        except actions.AlreadyMarked:
            messages.error(request, _("A colleague marked this while you were reading: theirs counts."))
        else:
            messages.success(request, _("Marked."))
        return redirect("desk:answers")
    return render(
        request,
        "assessments/desk/answer.html",
        {
            "response": found,
            "item": queries.asked(found),
            "pictures": all_of(queries.asked(found)),
            "text_pictures": all_of(replace(whole, parts=())) if isinstance(whole, Passage) else [],
            "given": found.rescoring.filter(repair=None).select_related("marked_by").first(),
            "form": form,
        },
    )
