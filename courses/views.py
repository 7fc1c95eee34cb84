"""Catalogue, module, lesson, search; and what people learned elsewhere."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organizations.permissions import may_record_hours
from organizations.requests import MemberRequest

from . import actions, queries, questions
from .forms import BookmarkForm, OutsideTrainingForm, SearchForm, WithdrawalForm
from .models import Cohort, LessonPage, ModulePage, OutsideTraining, SelfCheck
from .sheets import Sheet, sheet_of

PAGE_SIZE = 50


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    lines = queries.module_lines()
    lessons = [lesson.pk for line in lines for lesson in line.lessons]
    learner = request.user.pk
    done = queries.lessons_done([learner], lessons)[learner] if learner else set()
    return render(
        request,
        "courses/catalogue.html",
        {"rows": [(line, _count_done(line, done)) for line in lines]},
    )


def _count_done(line: queries.ModuleLine, done: set[int]) -> int:
    return sum(lesson.pk in done for lesson in line.lessons)


@login_required
@require_safe
def module(request: MemberRequest, code: str) -> HttpResponse:
    page = get_object_or_404(ModulePage.objects.live(), code=code)
    [line] = queries.module_lines([page])
    done = queries.lessons_done([request.user.pk], [lesson.pk for lesson in line.lessons])[request.user.pk]
    return render(
        request,
        "courses/module.html",
        {
            "module": page,
            "line": line,
            "done": done,
            "next": queries.next_lesson([line], done, queries.last_opened(request.user, [line])),
            "capabilities": list(page.capabilities.all()),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lesson(request: MemberRequest, code: str, position: int) -> HttpResponse:
    sheet = _sheet(code, position)
    answers: dict[str, list[str]] = {}
    if request.method == "POST":
        page = LessonPage.objects.live().get(pk=sheet.pk)
        answers = questions.read_answers(page.questions, request.POST)
        missing = questions.unanswered(page.questions, answers)
        if not missing:
            check = actions.answer_self_check(lesson=page, answers=answers, by=request.user)
            if check.passed:
                messages.success(request, _("Lesson completed. Its hours are in your record."))
            return redirect(f"{request.path}#check")
        numbers = ", ".join(map(str, missing))
        messages.warning(request, _("Not answered yet: question %(numbers)s.") % {"numbers": numbers})
    return render(request, "courses/lesson.html", _lesson_context(request, sheet, answers))


def _sheet(code: str, position: int) -> Sheet:
    sheet = sheet_of(code, position)
    if sheet is None:
        raise Http404
    return sheet


def _lesson_context(request: MemberRequest, sheet: Sheet, answers: dict[str, list[str]]) -> dict:
    lessons = [lesson.pk for lesson in sheet.line.lessons]
    done = queries.lessons_done([request.user.pk], lessons)[request.user.pk]
    is_done = sheet.pk in done
    check = None if answers else queries.latest_check(request.user, sheet.pk)
    return {
        "lesson": sheet,
        "module": sheet.line.module,
        "check": check,
        "is_done": is_done,
        "fields": _fields(sheet, check, answers, is_done),
        "bookmark": actions.open_lesson(lesson_id=sheet.pk, by=request.user),
        "next": queries.next_lesson([sheet.line], done) if is_done else None,
    }


def _fields(
    sheet: Sheet, check: SelfCheck | None, answers: dict[str, list[str]], is_done: bool
) -> list[questions.QuestionField]:
    """The self-check with this reader's answers; nothing where there are none, and the blank form serves."""
    given = check.answers if check else answers
    if not given and not is_done:
        return []
    stored = LessonPage.objects.live().only("body").get(pk=sheet.pk).questions
    is_marked = check is not None
    return questions.fields(stored, given, marked=is_marked, reveal=is_marked and is_done)


@login_required
@require_POST
def bookmark(request: MemberRequest, code: str, position: int) -> HttpResponse:
    form = BookmarkForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    sheet = _sheet(code, position)
    actions.move_bookmark(lesson_id=sheet.pk, by=request.user, **form.cleaned_data)
    return HttpResponse(status=204)


@login_required
@require_safe
def search(request: MemberRequest) -> HttpResponse:
    form = SearchForm(request.GET or None)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    return render(
        request,
        "courses/search.html",
        {"form": form, "words": words, "lessons": queries.find_lessons(words)},
    )


# Training elsewhere


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def trainings(request: MemberRequest, cohort_id: int) -> HttpResponse:
    """What was recorded of a cohort's people, and the form for the next one."""
    cohorts = Cohort.objects.visible_to(request.user).select_related("school", "programme")
    cohort = get_object_or_404(cohorts, pk=cohort_id)
    if not may_record_hours(request.user, cohort.school):
        raise PermissionDenied
    form = OutsideTrainingForm(request.POST or None, request.FILES or None, cohort=cohort)
    if form.is_valid() and _was_recorded(request, form):
        return redirect(request.path)
    rows = OutsideTraining.objects.visible_to(request.user).filter(enrollment__cohort=cohort)
    rows = rows.select_related("enrollment__learner", "recorded_by", "withdrawal").order_by("-pk")
    return render(
        request,
        "courses/outside_trainings.html",
        {
            "cohort": cohort,
            "form": form,
            "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        },
    )


def _was_recorded(request: MemberRequest, form: OutsideTrainingForm) -> bool:
    data = dict(form.cleaned_data)
    try:
        training = actions.record_training(enrollment=data.pop("person"), by=request.user, **data)
    except actions.OwnTraining:
        form.add_error("person", _("Nobody records hours of their own. Ask the county’s lead."))
        return False
    except actions.AlreadyRecorded:
        form.add_error(None, _("This training of this person is recorded already: see below."))
        return False
    messages.success(
        request,
        _("Recorded: %(hours)s hours for %(name)s.")
        % {"hours": f"{training.hours.normalize():f}", "name": training.enrollment.learner.name},
    )
    return True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def training(request: MemberRequest, training_id: int) -> HttpResponse:
    """One record, and the form that withdraws it."""
    seen = OutsideTraining.objects.visible_to(request.user).select_related(
        "enrollment__learner", "enrollment__cohort__school", "recorded_by", "withdrawal__withdrawn_by"
    )
    training = get_object_or_404(seen, pk=training_id)
    cohort = training.enrollment.cohort
    if not may_record_hours(request.user, cohort.school):
        raise PermissionDenied
    form = WithdrawalForm(request.POST or None)
    if form.is_valid():
        try:
            actions.withdraw_training(training=training, by=request.user, **form.cleaned_data)
        except actions.OwnTraining:
            messages.error(request, _("Nobody takes back hours of their own. Ask the county’s lead."))
        except actions.AlreadyWithdrawn:
            messages.warning(request, _("It was withdrawn meanwhile."))
        else:
            messages.success(request, _("Withdrawn: the hours no longer count."))
        return redirect("courses:trainings", cohort.pk)
    return render(
        request,
        "courses/outside_training.html",
        {
            "cohort": cohort,
            "training": training,
            "withdrawal": getattr(training, "withdrawal", None),
            "form": form,
        },
    )


@login_required
@require_safe
def document(request: MemberRequest, training_id: int) -> FileResponse:
    """The proof, for its holder and for those who record hours there."""
    training = get_object_or_404(OutsideTraining.objects.visible_to(request.user), pk=training_id)
    if not training.document:
        raise Http404
    response = FileResponse(training.document.open("rb"), as_attachment=True, filename=training.document_name)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
