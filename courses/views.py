"""Catalogue, module, lesson, search."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organizations.models import User
from organizations.requests import MemberRequest

from . import actions, queries, questions
from .forms import BookmarkForm, SearchForm
from .models import LessonPage, ModulePage


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
    page = _lesson(request.user, code, position)
    answers = None
    if request.method == "POST":
        answers = questions.read_answers(page.questions, request.POST)
        missing = questions.unanswered(page.questions, answers)
        if not missing:
            check = actions.answer_self_check(lesson=page, answers=answers, by=request.user)
            if check.passed:
                messages.success(request, _("Lesson completed. Its hours are in your record."))
            return redirect(f"{request.path}#check")
        numbers = ", ".join(map(str, missing))
        messages.warning(request, _("Not answered yet: question %(numbers)s.") % {"numbers": numbers})
    return render(request, "courses/lesson.html", _lesson_context(request, page, answers))


def _lesson(learner: User, code: str, position: int) -> LessonPage:
    modules = ModulePage.objects.live().only("path", "depth", "title", "title_en", "code")
    parent = get_object_or_404(modules, code=code)
    # A copied or moved lesson may bring its position along; the one that was there first is shown.
    page = (
        queries.lessons_for(learner)
        .filter(path__startswith=parent.path, position=position)
        .order_by("pk")
        .first()
    )
    if page is None:
        raise Http404
    page.module = parent
    return page


def _lesson_context(request: MemberRequest, page: LessonPage, answers: dict[str, list[str]] | None) -> dict:
    check = queries.latest_check(request.user, page)
    is_marked = check is not None and answers is None
    given = check.answers if check and is_marked else answers
    return {
        "lesson": page,
        "module": page.module,
        "check": check if is_marked else None,
        "is_done": page.is_done,
        "fields": questions.fields(
            page.questions, given, marked=is_marked, reveal=is_marked and page.is_done
        ),
        "bookmark": actions.open_lesson(lesson=page, by=request.user),
        "next": _next(request.user, page) if page.is_done else None,
    }


def _next(learner: User, page: LessonPage) -> queries.LessonLine | None:
    """The lesson to go on with in the same module, once this one is done."""
    [line] = queries.module_lines([page.module])
    done = queries.lessons_done([learner.pk], [lesson.pk for lesson in line.lessons])[learner.pk]
    return queries.next_lesson([line], done)


@login_required
@require_POST
def bookmark(request: MemberRequest, code: str, position: int) -> HttpResponse:
    form = BookmarkForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    actions.move_bookmark(lesson=_lesson(request.user, code, position), by=request.user, **form.cleaned_data)
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
