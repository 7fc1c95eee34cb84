"""Handing out questions of the bank as files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..formats import aiken, excel, gift, moodle, qti
from ..formats.entries import Entry, Writing
from ..items.pictures import images
from ..models import Question
from ..pictures import Originals

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Format:
    """A kind of file. `ending` is also how Moodle and our reader know it."""

    label: str | Promise
    ending: str
    content_type: str
    write: Callable[[list[Entry]], Writing]


FORMATS = {
    "xlsx": Format(_("Excel workbook"), "xlsx", XLSX, excel.write),
    "moodle": Format("Moodle XML", "moodle.xml", "application/xml", moodle.write),
    "gift": Format("GIFT", "gift.txt", "text/plain; charset=utf-8", gift.write),
    "aiken": Format("Aiken", "aiken.txt", "text/plain; charset=utf-8", aiken.write),
    "qti22": Format("QTI 2.2", "zip", "application/zip", partial(qti.write, version="2.2")),
    "qti30": Format("QTI 3.0", "zip", "application/zip", partial(qti.write, version="3.0")),
}


def export(questions: QuerySet[Question], format_name: str) -> Writing:
    """A file of these questions, ordered by module and key, and what it could not hold of them."""
    return FORMATS[format_name].write(entries(questions))


def entries(questions: QuerySet[Question]) -> list[Entry]:
    """What a file says of each question: its newest wording, its module as the category. Three queries."""
    asked = questions.filter(current__isnull=False).select_related("current", "module", "capability")
    listed = list(asked.order_by("module__code", "key").prefetch_related("tags"))
    pictures = Originals(
        name for question in listed if question.current for name in images(question.current.item)
    )
    return [
        Entry(
            name="",
            item=question.current.item,
            capability=question.capability.code if question.capability else "",
            tags=tuple(sorted(tag.name for tag in question.tags.all())),
            difficulty=question.difficulty,
            category=question.module.code if question.module else "",
            key=question.key,
            pictures=pictures,
        )
        for question in listed
        if question.current
    ]
