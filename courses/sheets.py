"""The part of a lesson's page that is the same for all its readers: made once for each edition, then kept."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from . import queries, questions
from .models import LessonPage, ModulePage


@dataclass(frozen=True)
class Sheet:
    """A published lesson in one language, with the list of its module."""

    pk: int
    position: int
    heading: str
    hours: Decimal
    body: SafeString
    blank_check: SafeString
    """The self-check before anybody has answered it."""
    line: queries.ModuleLine
    """The lesson's module."""


def sheet_of(code: str, position: int) -> Sheet | None:
    """The lesson at this position of a module, if both are published. One query, and three when it is made.

    What does not exist is not kept: made-up addresses must not fill the cache.
    """
    key = f"courses.sheet:{code}:{position}:{get_language()}:{queries.edition()}"
    sheet: Sheet | None = cache.get(key)
    if sheet is None and (page := _page(code, position)):
        sheet = _sheet(page)
        cache.set(key, sheet, queries.DAY)
    return sheet


def _page(code: str, position: int) -> LessonPage | None:
    module = (
        ModulePage.objects.live().filter(code=code).only("path", "depth", "title", "title_en", "code").first()
    )
    if module is None:
        return None
    # A copied or moved lesson may bring its position along; the one that was there first is shown.
    lessons = LessonPage.objects.live().filter(path__startswith=module.path, position=position)
    page = lessons.order_by("pk").first()
    if page:
        page.module = module
    return page


def _sheet(page: LessonPage) -> Sheet:
    [line] = queries.module_lines([page.module])
    fields = questions.fields(page.questions)
    return Sheet(
        pk=page.pk,
        position=page.position,
        heading=page.heading,
        hours=page.hours,
        body=render_to_string("courses/lesson_body.html", {"lesson": page}),
        blank_check=render_to_string("courses/self_check.html", {"fields": fields, "closed": False}),
        line=line,
    )
