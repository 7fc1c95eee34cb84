"""Views that take questions in from files and hand them out."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from ..exchange.exporting import FORMATS, XLSX, export
from ..exchange.importing import AlreadyApplied, PlanChanged, apply, hand_in, plan_of
from ..exchange.plans import CHANGED, Plan
from ..exchange.sentences import sentence
from ..formats import excel
from ..models import QuestionImport
from .filters import chosen
from .forms import ExportForm, ImportForm
from .questions import frame, needs
from .wordings import Change, changes, details

MOST_SHOWN = 200
"""Rows of one kind on a page; how many there are is said beside them."""


@dataclass(frozen=True)
class Reworded:
    """A question that reads differently in the file."""

    key: str
    where: str
    changes: list[Change]
    details: str


@needs("add")
def imports(request: HttpRequest) -> HttpResponse:
    """Files that were handed in, and a form for another one."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        row = hand_in(file=file, file_name=file.name, module=form.cleaned_data["module"], by=request.user)  # type: ignore[arg-type]
        return redirect("questions:import", row.pk)
    rows = QuestionImport.objects.select_related("module", "created_by")[:20]
    context = {**frame(_("Import questions")), "form": form, "rows": rows}
    return render(request, "assessments/quizzes/editors/imports.html", context)


@needs("add")
def dry_run(request: HttpRequest, import_id: int) -> HttpResponse:
    """What a file would do, or what it did."""
    row = get_object_or_404(QuestionImport.objects.select_related("module", "applied_by"), pk=import_id)
    context = {
        **frame(row.file_name, (reverse("questions:imports"), _("Import questions"))),
        "row": row,
        "counts": row.counts,
        "most": MOST_SHOWN,
    }
    if row.applied_at is None:
        context |= _shown(plan_of(row))
    return render(request, "assessments/quizzes/editors/import.html", context)


def _shown(plan: Plan) -> dict[str, object]:
    reworded = [
        Reworded(row.key, row.where, changes(row.differences), details(row.changed))
        for row in plan.of(CHANGED)[:MOST_SHOWN]
    ]
    return {
        "counts": plan.counts,
        "digest": plan.digest,
        "changed": reworded,
        "added": plan.of("added")[:MOST_SHOWN],
        "refused": [sentence(problem) for problem in plan.refused[:MOST_SHOWN]],
        "warnings": [sentence(problem) for problem in plan.warnings[:MOST_SHOWN]],
        "warning_count": len(plan.warnings),
        "does_something": plan.counts["added"] or plan.counts["changed"],
    }


@needs("add")
@require_POST
def apply_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """Do what the page said that a file would do."""
    row = get_object_or_404(QuestionImport, pk=import_id)
    try:
        apply(question_import=row, digest=request.POST.get("digest", ""), by=request.user)  # type: ignore[arg-type]
    except PlanChanged:
        messages.error(request, _("The bank changed since. Look again at what the file would do now."))
    except AlreadyApplied:
        messages.error(request, _("A colleague has taken this file in already."))
    else:
        messages.success(request, _("The questions were taken in."))
    return redirect("questions:import", row.pk)


@needs("add")
def template(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in."""
    return _download(excel.template(), "questions-template.xlsx", XLSX)


@needs("view")
def export_questions(request: HttpRequest) -> HttpResponse:
    """A file of the questions that the list showed; first, what its format cannot hold of them."""
    questions = chosen(request.GET).distinct()
    form = ExportForm(request.POST or None)
    context = {**frame(_("Export questions")), "form": form, "count": questions.count(), "most": MOST_SHOWN}
    if form.is_valid():
        name = form.cleaned_data["format"]
        writing = export(questions, name)
        if "download" in request.POST or not writing.problems:
            format_ = FORMATS[name]
            return _download(writing.content, f"questions.{format_.ending}", format_.content_type)
        refused = [problem for problem in writing.problems if problem.severity == "refuse"]
        warned = [problem for problem in writing.problems if problem.severity != "refuse"]
        context |= {
            "refused": [sentence(problem) for problem in refused[:MOST_SHOWN]],
            "warnings": [sentence(problem) for problem in warned[:MOST_SHOWN]],
            "refused_count": len(refused),
            "warning_count": len(warned),
        }
    return render(request, "assessments/quizzes/editors/export.html", context)


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)
