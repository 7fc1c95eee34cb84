"""Wagtail's admin for the question bank, quizzes, and more time for one person. For editors."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from organizations.viewsets import person_chooser

from .editors import files, questions, quizzes
from .editors.blocks import KIND_LABELS
from .editors.filters import QuestionFilters
from .editors.forms import QuestionForm, QuizForm
from .models import Extension, Question, Quiz, Tag

STEM_SHOWN = 60


def _kind(question: Question) -> str:
    return str(KIND_LABELS[question.current.kind]) if question.current else ""


def _stem(question: Question) -> str:
    stem = question.current.stem if question.current else ""
    return stem if len(stem) <= STEM_SHOWN else f"{stem[:STEM_SHOWN]}…"


def _version(question: Question) -> str:
    newest = str(question.current.number) if question.current else ""
    if not (question.asked and question.has_waiting_wording):
        return newest
    return gettext("%(newest)s waits, %(asked)s is asked") % {
        "newest": newest,
        "asked": question.asked.number,
    }


class QuestionViewSet(ModelViewSet):
    model = Question
    icon = "help"
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = questions.QuestionIndexView
    add_view_class = questions.QuestionCreateView
    edit_view_class = questions.QuestionEditView
    inspect_view_class = questions.QuestionInspectView
    inspect_template_name = "assessments/quizzes/editors/question.html"
    list_per_page = 50
    filterset_class = QuestionFilters
    search_fields = ["key", "current__stem"]
    list_display = [
        "key",
        Column("kind", label=_("Kind of question"), accessor=_kind),
        Column("stem", label=_("Question"), accessor=_stem, width="30%"),
        Column("module", label=_("Module"), accessor="module.code", sort_key="module__code"),
        Column("capability", label=_("Capability"), accessor="capability.code", sort_key="capability__code"),
        Column("status", label=_("Status"), accessor="get_status_display", sort_key="status"),
        Column("version", label=_("Version"), accessor=_version, sort_key="current__number"),
        Column("papers", label=_("Papers"), accessor="papers", sort_key="papers"),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("key"),
            MultiFieldPanel(
                [
                    FieldPanel("module"),
                    FieldPanel("capability"),
                    FieldPanel("difficulty"),
                    FieldPanel("tag_names"),
                ],
                heading=_("What it is about"),
            ),
            FieldPanel("content"),
        ],
        base_form_class=QuestionForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("preview/<int:version_id>/", questions.preview, name="preview"),
            path("move/<int:question_id>/", questions.move, name="move"),
            path("status/", questions.status, name="status"),
            path("imports/", files.imports, name="imports"),
            path("imports/template/", files.template, name="template"),
            path("imports/<int:import_id>/", files.dry_run, name="import"),
            path("imports/<int:import_id>/check/", files.check_again, name="check"),
            path("imports/<int:import_id>/apply/", files.apply_import, name="apply"),
            path("export/", files.export_questions, name="export"),
            path("exports/<int:export_id>/", files.exported, name="exported"),
            path("exports/<int:export_id>/file/", files.download, name="download"),
        ]


class QuizViewSet(ModelViewSet):
    model = Quiz
    icon = "tasks"
    add_to_reference_index = False
    copy_view_enabled = False
    add_view_class = quizzes.QuizCreateView
    edit_view_class = quizzes.QuizEditView
    list_display = ["title", "code", "purpose", "minutes", "attempts_allowed", "opens_at", "closes_at"]
    list_filter = ["purpose"]
    search_fields = ["title", "code"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("code"),
            FieldPanel("module"),
            FieldPanel("purpose"),
            MultiFieldPanel(
                [FieldPanel("pass_share"), FieldPanel("minutes"), FieldPanel("attempts_allowed")],
                heading=_("Passing"),
            ),
            MultiFieldPanel(
                [FieldPanel("opens_at"), FieldPanel("closes_at"), FieldPanel("review")],
                heading=_("Opening hours and answers"),
            ),
            quizzes.SectionsPanel(
                "sections",
                [
                    FieldPanel("title"),
                    FieldPanel("count"),
                    FieldPanel("module"),
                    FieldPanel("capability"),
                    FieldPanel("tag"),
                    FieldPanel("difficulty"),
                    FieldPanel("keys"),
                ],
                heading=_("Sections"),
                label=_("Section"),
                min_num=1,
            ),
        ],
        base_form_class=QuizForm,
    )


class ExtensionViewSet(ModelViewSet):
    model = Extension
    icon = "time"
    add_to_reference_index = False
    copy_view_enabled = False
    add_view_class = quizzes.ExtensionCreateView
    list_display = ["learner", "quiz", "minutes", "attempts", "reason", "granted_by", "granted_at"]
    list_filter = ["quiz"]
    search_fields = ["learner__name", "learner__number"]
    panels = [
        FieldPanel("quiz"),
        FieldPanel("learner", widget=person_chooser.widget_class),
        FieldPanel("minutes"),
        FieldPanel("attempts"),
        FieldPanel("reason"),
    ]


class TagViewSet(ModelViewSet):
    model = Tag
    icon = "tag"
    add_to_reference_index = False
    copy_view_enabled = False
    list_display = ["name"]
    search_fields = ["name"]
    panels = [FieldPanel("name")]


class QuizzesViewSetGroup(ModelViewSetGroup):
    menu_label = _("Quizzes")
    menu_icon = "help"
    menu_order = 220
    items = (
        QuestionViewSet("questions"),
        QuizViewSet("quizzes_admin", url_prefix="quizzes"),
        ExtensionViewSet("extensions"),
        TagViewSet("question_tags"),
    )
