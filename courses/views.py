"""Catalogue, module, lesson, search."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organizations.requests import MemberRequest

from . import actions, queries, questions
from .forms import BookmarkForm, SearchForm
from .models import LessonPage, ModulePage, SelfCheck
from .sheets import Sheet, sheet_of


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
