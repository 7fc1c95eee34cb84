"""Views of the bank: list, form, a question with its versions, preview, status."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.permissions import policy_registry

from .. import rules
from ..answers import read
from ..bank import (
    NewerWording,
    NotNext,
    OwnQuestion,
    add_version,
    closed_to,
    fingerprint,
    movable,
    set_status,
    set_tags,
)
from ..fields import Showing, question_field
from ..models import Question, QuestionVersion
from ..pictures import shown
from .filters import chosen, listed
from .wordings import sections_drawing, sections_naming, wordings

View = Callable[..., HttpResponseBase]


def needs(action: str) -> Callable[[View], View]:
    """Only for those who may do this to questions."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not policy_registry.get_by_type(Question).user_has_permission(request.user, action):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def frame(title: str, *trail: tuple[str, str], buttons: tuple[HeaderButton, ...] = ()) -> dict[str, Any]:
    """What Wagtail's page around ours needs: where it is, and what it is called."""
    items = [{"url": reverse("questions:index"), "label": Question._meta.verbose_name_plural.capitalize()}]  # type: ignore[union-attr]
    items += [{"url": url, "label": label} for url, label in trail]
    return {
        "breadcrumbs_items": [*items, {"url": "", "label": title}],
        "header_title": title,
        "header_icon": "help",
        "header_buttons": list(buttons),
    }


class QuestionIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Question]:
        return listed()

    @property
    def header_more_buttons(self) -> list[Button]:
        chosen_now = self.request.GET.urlencode()
        pages = [
            ("add", _("Import"), "questions:imports", "", "upload"),
            ("view", _("Export these"), "questions:export", chosen_now, "download"),
            ("change", _("Change the status of these"), "questions:status", chosen_now, "order"),
        ]
        return [
            Button(label, url=f"{reverse(name)}?{query}", icon_name=icon, priority=place)
            for place, (action, label, name, query, icon) in enumerate(pages)
            if self.user_has_permission(action)
        ]


class Saving:
    """After its fields, the question's tags and wording are saved, in the same transaction."""

    def save_instance(self) -> Question:
        question = super().save_instance()  # type: ignore[misc]
        form = self.form  # type: ignore[attr-defined]
        set_tags(question=question, names=form.cleaned_data["tag_names"])
        add_version(question=question, content=form.item_content(), by=self.request.user)  # type: ignore[attr-defined]
        return question

    def get_success_url(self) -> str:
        return reverse("questions:inspect", args=[self.object.pk])  # type: ignore[attr-defined]


class QuestionCreateView(Saving, generic.CreateView):
    pass


class QuestionEditView(Saving, generic.EditView):
    pass


class QuestionInspectView(generic.InspectView):
    """A question as teachers see it, what may become of it, its versions, and where it is used."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question: Question = self.object
        may_change = self.user_has_permission("change")
        names = rules.NEXT[question.status]
        if question.has_waiting_wording:
            names = (question.status, *names)
        steps = [Question.Status(name) for name in names if may_change]
        closed = closed_to(question, steps, self.request.user)
        return super().get_context_data(
            question=question,
            tags=question.tags.all(),
            wordings=wordings(question),
            naming=sections_naming(question),
            drawing=sections_drawing(question),
            steps=[step for step in steps if step not in closed],
            needs_another=bool(closed),
            seen=fingerprint([question]),
            **kwargs,
        )


@needs("view")
def preview(request: HttpRequest, version_id: int) -> HttpResponse:
    """A version as a teacher sees it. Who answers it sees the marks; `?marks` shows what is right."""
    version = get_object_or_404(QuestionVersion.objects.select_related("question"), pk=version_id)
    has_answered = request.method == "POST"
    name = str(version.pk)
    answer = read(version.item, name, request.POST) if has_answered else None
    is_marked = has_answered or "marks" in request.GET
    showing = Showing(marked=is_marked, reveal=is_marked)
    field = question_field(
        version.item,
        name=name,
        number="1",
        answer=answer,
        showing=showing,
        pictures=shown([version.item]),
    )
    context = {"version": version, "field": field, "is_marked": is_marked}
    return render(request, "assessments/quizzes/editors/preview.html", context)


@needs("change")
@require_POST
def move(request: HttpRequest, question_id: int) -> HttpResponse:
    """Let one question go on to another status."""
    question = get_object_or_404(Question, pk=question_id)
    try:
        set_status(
            questions=[question],
            status=request.POST.get("status", ""),
            by=request.user,  # type: ignore[arg-type]
            seen=request.POST.get("seen", ""),
        )
    except NewerWording:
        messages.error(request, _("This question was reworded meanwhile. Read the newest version first."))
    except NotNext:
        messages.error(request, _("A colleague moved this question meanwhile. Look again."))
    except OwnQuestion:
        messages.error(
            request, _("You wrote this question, or a part of it: a second person has to let it go on.")
        )
    else:
        messages.success(request, _("The status was changed."))
    return redirect("questions:inspect", question.pk)


@needs("change")
def status(request: HttpRequest) -> HttpResponse:
    """Let all questions of a list go on to another status: those for which it is the next one."""
    questions = chosen(request.GET)
    counts = dict(questions.order_by().values_list("status").annotate(Count("pk", distinct=True)))
    if request.method == "POST":
        _move_all(request, questions)
        return redirect(f"{reverse('questions:index')}?{request.GET.urlencode()}")
    ways = []
    for status in Question.Status:
        going = list(movable(questions, status, request.user).only("current"))  # type: ignore[arg-type]
        ways.append({"status": status, "count": len(going), "seen": fingerprint(going)})
    starts = [{"status": Question.Status(name), "count": counts[name]} for name in counts]
    context = {
        **frame(_("Change the status")),
        "starts": starts,
        "ways": [way for way in ways if way["count"]],
        "by_second_person": settings.REVIEW_BY_SECOND_PERSON,
    }
    return render(request, "assessments/quizzes/editors/status.html", context)


def _move_all(request: HttpRequest, questions: QuerySet[Question]) -> None:
    target = request.POST.get("status", "")
    going = movable(questions, target, request.user)  # type: ignore[arg-type]
    try:
        moved = set_status(
            questions=going,
            status=target,
            by=request.user,  # type: ignore[arg-type]
            seen=request.POST.get(f"seen-{target}", ""),
        )
    except NewerWording:
        messages.error(request, _("Some of these questions were changed meanwhile. Look at the list again."))
    except (NotNext, OwnQuestion):
        messages.error(request, _("A colleague moved some of these questions meanwhile. Look again."))
    else:
        messages.success(request, _("%(count)s questions have another status now.") % {"count": moved})
