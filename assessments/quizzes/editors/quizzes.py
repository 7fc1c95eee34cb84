"""Views and panels for quizzes, their sections, and more time for one person."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import InlinePanel
from wagtail.admin.views import generic

from ..bank import name_questions
from ..models import Extension, Quiz
from .forms import SectionForm


class SectionsPanel(InlinePanel):
    """Sections, each with the list of questions that it names."""

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = SectionForm
        return options


class Naming:
    """After the quiz and its sections, the questions that these name are saved, in the same transaction."""

    def save_instance(self) -> Quiz:
        quiz = super().save_instance()  # type: ignore[misc]
        formset = self.form.formsets["sections"]  # type: ignore[attr-defined]
        for form in formset.forms:
            if form not in formset.deleted_forms and form.has_changed():
                name_questions(section=form.instance, questions=form.cleaned_data["keys"])
        return quiz


class QuizCreateView(Naming, generic.CreateView):
    pass


class QuizEditView(Naming, generic.EditView):
    pass


class ExtensionCreateView(generic.CreateView):
    """Whoever writes it down is who granted it."""

    def save_instance(self) -> Extension:
        self.form.instance.granted_by = self.request.user
        return super().save_instance()
