"""Views that take questions in from files and hand them out. Jobs do the work: see exchange/."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from ..exchange.exporting import FORMATS, XLSX
from ..exchange.importing import AlreadyApplied, PlanChanged, hand_in, look_again, request_apply
from ..exchange.making import request_export
from ..exchange.sentences import sentences
from ..exchange.sketches import MOST_REFUSED, MOST_SHOWN
from ..exchange.turns import has_stopped
from ..formats import excel
from ..items.differences import Difference
from ..models import QuestionExport, QuestionImport
from .filters import chosen
from .forms import ExportForm, ImportForm
from .questions import frame, needs
from .wordings import Change, changes, details

MOST_LISTED = 20
"""Files on a page that lists them, the newest first."""


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
    rows = QuestionImport.objects.select_related("module", "created_by").defer("shown")[:MOST_LISTED]
    context = {**frame(_("Import questions")), "form": form, "rows": rows}
    return render(request, "assessments/quizzes/editors/imports.html", context)


@needs("add")
def dry_run(request: HttpRequest, import_id: int) -> HttpResponse:
    """What a file would do, or what it did; how far it is while a job works on it."""
    row = get_object_or_404(QuestionImport.objects.select_related("module", "applied_by"), pk=import_id)
    counts = row.counts
    context = {
        **frame(row.file_name, (reverse("questions:imports"), _("Import questions"))),
        "row": row,
        "counts": counts,
        "has_stopped": has_stopped(row),
        "does_something": row.status == row.Status.CHECKED and counts["added"] + counts["changed"],
        "most": MOST_SHOWN,
        "most_refused": MOST_REFUSED,
        **_shown(row.shown),
    }
    return render(request, "assessments/quizzes/editors/import.html", context)


def _shown(kept: Mapping[str, Any]) -> dict[str, object]:
    return {
        "changed": _reworded(kept.get("changed", ())),
        "added": kept.get("added", ()),
        "refused": sentences(kept.get("refused", ())),
        "warnings": sentences(kept.get("warned", ())),
    }


def _reworded(kept: Iterable[Mapping[str, Any]]) -> list[Reworded]:
    return [
        Reworded(
            row["key"],
            row["where"],
            changes(Difference(*difference) for difference in row["differences"]),
            details(row["details"]),
        )
        for row in kept
    ]


@needs("add")
@require_POST
def apply_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """Have done what the page said that a file would do."""
    row = get_object_or_404(QuestionImport, pk=import_id)
    try:
        request_apply(question_import=row, digest=request.POST.get("digest", ""), by=request.user)  # type: ignore[arg-type]
    except PlanChanged:
        messages.error(request, _("The bank changed since. Look again at what the file would do now."))
    except AlreadyApplied:
        messages.error(request, _("A colleague has taken this file in already."))
    return redirect("questions:import", row.pk)


@needs("add")
@require_POST
def check_again(request: HttpRequest, import_id: int) -> HttpResponse:
    """Have a file looked at anew."""
    row = get_object_or_404(QuestionImport, pk=import_id)
    try:
        look_again(question_import=row)
    except AlreadyApplied:
        messages.error(request, _("A colleague has taken this file in already."))
    return redirect("questions:import", row.pk)


@needs("add")
def template(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in."""
    headers = {"Content-Disposition": 'attachment; filename="questions-template.xlsx"'}
    return HttpResponse(excel.template(), content_type=XLSX, headers=headers)


@needs("view")
def export_questions(request: HttpRequest) -> HttpResponse:
    """Have a file made of the questions that the list showed; one's own files so far."""
    form = ExportForm(request.POST or None)
    if form.is_valid():
        row = request_export(
            format_name=form.cleaned_data["format"],
            query=request.GET.urlencode(),
            by=request.user,  # type: ignore[arg-type]
        )
        return redirect("questions:exported", row.pk)
    context = {
        **frame(_("Export questions")),
        "form": form,
        "count": chosen(request.GET).distinct().count(),
        "rows": [(row, FORMATS[row.format].label) for row in _own_exports(request)[:MOST_LISTED]],
    }
    return render(request, "assessments/quizzes/editors/export.html", context)


@needs("view")
def exported(request: HttpRequest, export_id: int) -> HttpResponse:
    """A file that was made: what it could not hold, and the file; how far it is while a job makes it."""
    row = get_object_or_404(_own_exports(request), pk=export_id)
    context = {
        **frame(str(FORMATS[row.format].label), (reverse("questions:export"), _("Export questions"))),
        "row": row,
        "has_stopped": has_stopped(row),
        "refused": sentences(row.shown.get("refused", ())),
        "warnings": sentences(row.shown.get("warned", ())),
        "most": MOST_SHOWN,
        "most_refused": MOST_REFUSED,
    }
    return render(request, "assessments/quizzes/editors/exported.html", context)


@needs("view")
def download(request: HttpRequest, export_id: int) -> FileResponse:
    """The file that was made."""
    row = get_object_or_404(_own_exports(request), pk=export_id, status=QuestionExport.Status.MADE)
    try:
        file = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    format_ = FORMATS[row.format]
    name = f"questions.{format_.ending}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=format_.content_type)


def _own_exports(request: HttpRequest) -> QuerySet[QuestionExport]:
    return QuestionExport.objects.filter(created_by=request.user.pk)
