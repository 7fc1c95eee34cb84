"""By what editors find questions."""

from __future__ import annotations

from collections.abc import Mapping

import django_filters
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from courses.models import Capability, ModulePage

from ..models import Question, Response, Tag
from .blocks import KIND_LABELS

KINDS = [(name, label) for name, label in KIND_LABELS.items() if name != "points"]


class QuestionFilters(WagtailFilterSet):
    module = django_filters.ModelChoiceFilter(label=_("Module"), queryset=ModulePage.objects.order_by("code"))
    capability = django_filters.ModelChoiceFilter(label=_("Capability"), queryset=Capability.objects.all())
    tags = django_filters.ModelChoiceFilter(label=_("Tag"), queryset=Tag.objects.all())
    kind = django_filters.ChoiceFilter(label=_("Kind of question"), field_name="current__kind", choices=KINDS)

    class Meta:
        model = Question
        fields = ["module", "capability", "tags", "difficulty", "status", "kind"]


def chosen(data: Mapping[str, str]) -> QuerySet[Question]:
    """The questions that a list's address asks for: by its filters, and by the words searched for."""
    found = QuestionFilters(data, queryset=Question.objects.all()).qs
    for word in data.get("q", "").split():
        found = found.filter(Q(key__icontains=word) | Q(current__stem__icontains=word))
    return found


def listed() -> QuerySet[Question]:
    """Questions as the list shows them: `papers` is how many that were handed in hold one."""
    held = Response.objects.filter(version__question=OuterRef("pk")).order_by().values("version__question")
    papers = held.annotate(papers=Count("attempt", distinct=True)).values("papers")
    rows = Question.objects.select_related("current", "asked", "module", "capability")
    return rows.annotate(papers=Coalesce(Subquery(papers), 0))
