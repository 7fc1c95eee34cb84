"""Questions over the catalogue and people's way through it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import Exists, Model, OuterRef, QuerySet, Subquery, Sum
from django.utils.translation import get_language
from wagtail.models import PageLogEntry

from organizations.models import Organization, User
from organizations.prepared import Given, Ids, Prepared

from . import rules
from .models import (
    Bookmark,
    Cohort,
    Completion,
    Enrollment,
    HoursEntry,
    LessonPage,
    ModulePage,
    Programme,
    SelfCheck,
    Tool,
)

DAY = 24 * 3600
MOST_FOUND = 50
"""Lessons that one search shows at most."""


class LessonLine(NamedTuple):
    """A lesson as lists show it; its text is not read."""

    pk: int
    module_code: str
    position: int
    title: str
    title_en: str
    hours: Decimal

    @property
    def heading(self) -> str:
        """The title in the reader's language; Chinese where there is no English one."""
        return self.title_en if self.title_en and (get_language() or "").startswith("en") else self.title


@dataclass(frozen=True)
class ModuleLine:
    """A module with its lessons."""

    module: ModulePage
    lessons: list[LessonLine]

    @property
    def hours(self) -> Decimal:
        return sum((lesson.hours for lesson in self.lessons), Decimal(0))


@dataclass(frozen=True)
class Hours:
    """Hours earned, by kind."""

    online: Decimal = Decimal(0)
    practice: Decimal = Decimal(0)
    outside: Decimal = Decimal(0)


def module_lines(modules: Collection[ModulePage] | None = None) -> list[ModuleLine]:
    """Modules (all that are live, unless told) by code, with their live lessons. Two queries."""
    if modules is None:
        modules = ModulePage.objects.live()
    ordered = sorted(modules, key=lambda module: module.code)
    lessons: dict[str, list[LessonLine]] = defaultdict(list)
    codes = {module.path: module.code for module in ordered}
    rows = LessonPage.objects.live().order_by("position")
    for path, *row in rows.values_list("path", "pk", "position", "title", "title_en", "hours"):
        parent = path[: -LessonPage.steplen]
        if parent in codes:
            lessons[parent].append(LessonLine(row[0], codes[parent], *row[1:]))
    return [ModuleLine(module, lessons[module.path]) for module in ordered]


LATEST = {
    "latest_page": Subquery(PageLogEntry.objects.order_by("-pk").values("pk")[:1]),
    "latest_tool": Subquery(Tool.objects.order_by("-changed_at").values("changed_at")[:1]),
}
"""Annotations of which `edition_read_with` makes the catalogue's edition.

Every change that Wagtail makes to a page adds to its log, so the log's last number stands for all pages.
"""


_latest: Prepared[dict[str, Any]] = Prepared(
    lambda: PageLogEntry.objects.order_by("-pk").values(**LATEST)[:1]
)


def edition() -> str:
    """A name for the catalogue as it is now: another one after each change of a page or a tool. One query."""
    found = _latest.rows()
    return _edition(**(found[0] if found else dict.fromkeys(LATEST)))


def edition_read_with(row: Model) -> str:
    """The edition as it was when `row` was read, annotated with LATEST."""
    return _edition(**{name: getattr(row, name) for name in LATEST})


def _edition(latest_page: int | None, latest_tool: datetime | None) -> str:
    return f"{latest_page or 0}-{latest_tool.timestamp() if latest_tool else 0}"


def programme_lines(programme: Programme, edition: str) -> list[ModuleLine]:
    """A programme's modules with their lessons, from the cache until a page or the programme changes.

    Two queries when something did change, else none.
    """
    key = f"courses.programme_lines:{programme.pk}:{programme.changed_at.timestamp()}:{edition}"
    return cache.get_or_set(key, partial(_programme_lines, programme), DAY) or []


def _programme_lines(programme: Programme) -> list[ModuleLine]:
    return module_lines(
        ModulePage.objects.live().filter(programmes=programme).only("path", "title", "code", "title_en")
    )


_completions: Prepared[tuple[int, int]] = Prepared(
    lambda: Completion.objects.filter(learner__among=Given("learners", Ids())).values_list(
        "learner_id", "lesson_id"
    )
)


def lessons_done(learners: Collection[int], lessons: Collection[int]) -> dict[int, set[int]]:
    """Learner's id to the ids of those `lessons` that the learner has completed. One query."""
    wanted = set(lessons)
    done: dict[int, set[int]] = defaultdict(set)
    # Chosen here and not in the query: a list of eighty ids takes the database longer than a learner's rows.
    for learner, lesson in _completions.rows(learners=learners):
        if lesson in wanted:
            done[learner].add(lesson)
    return done


_hours: Prepared[tuple[int, str, Decimal]] = Prepared(
    lambda: (
        HoursEntry.objects.filter(enrollment__among=Given("enrollments", Ids()))
        .values_list("enrollment_id", "kind")
        .annotate(Sum("hours"))
        .order_by()
    )
)


def hours_earned(enrollments: Collection[int]) -> dict[int, Hours]:
    """Enrolment's id to hours earned, by kind; those without any are missing. One query."""
    sums: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for enrollment, kind, total in _hours.rows(enrollments=enrollments):
        sums[enrollment][kind] = total
    return {enrollment: Hours(**by_kind) for enrollment, by_kind in sums.items()}


def hours_recorded(learner: User, first: date, last: date) -> list[HoursEntry]:
    """The learner's lines of the hours ledger from one day to another, both included, the oldest first.

    Each with its programme, and none that repeats another for a further enrolment. One query.
    """
    rows = HoursEntry.objects.once_each().filter(enrollment__learner=learner, at__date__range=(first, last))
    return list(rows.select_related("enrollment__cohort__programme").order_by("at", "pk"))


def hours_by_kind(lines: Iterable[HoursEntry]) -> dict[str, Decimal]:
    """Kind of hours to the sum of these lines; kinds without any are missing."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line.kind] += line.hours
    return dict(sums)


_opened: Prepared[int] = Prepared(
    lambda: (
        Bookmark.objects.filter(learner=Given("learner")).order_by("-at").values_list("lesson_id", flat=True)
    )
)


def last_opened(learner: User, lines: Sequence[ModuleLine]) -> LessonLine | None:
    """The lesson of these modules that the learner opened last. One query."""
    lessons = {lesson.pk: lesson for line in lines for lesson in line.lessons}
    opened = _opened.rows(learner=learner.pk)
    return next((lessons[pk] for pk in opened if pk in lessons), None)


def next_lesson(
    lines: Sequence[ModuleLine], done: Collection[int], opened: LessonLine | None = None
) -> LessonLine | None:
    """The lesson to go on with: the one opened last, if it is not done, else the first not done."""
    left = [lesson for line in lines for lesson in line.lessons if lesson.pk not in done]
    return opened if opened in left else next(iter(left), None)


def latest_check(learner: User, lesson_id: int) -> SelfCheck | None:
    """The learner's latest go at a lesson's self-check; once it was passed, the latest that passed."""
    return (
        SelfCheck.objects.filter(learner=learner, lesson=lesson_id).order_by("-passed", "-at", "-pk").first()
    )


def people_to_enrol(cohort: Cohort) -> QuerySet[User]:
    """People posted in the cohort's school who do not take part in it."""
    school = Organization.objects.filter(pk=cohort.school_id)
    enrolled = cohort.enrollments.active().filter(learner=OuterRef("pk"))
    return User.objects.in_organizations(school).filter(~Exists(enrolled))


_enrollments: Prepared[Enrollment] = Prepared(
    lambda: Enrollment.objects.active().filter(learner=Given("learner")).with_places().order_by("pk")
)


def enrollments_of(learner: User) -> list[Enrollment]:
    """What a learner takes part in, the first enrolment first. One query."""
    return _enrollments.rows(learner=learner.pk)


def active_enrollments(learner: User, module: ModulePage) -> list[Enrollment]:
    """The learner's enrolments in programmes to which `module` belongs."""
    return list(Enrollment.objects.of(learner).filter(cohort__programme__modules=module))


def find_lessons(words: str) -> list[LessonPage]:
    """Published lessons that contain all of `words`, best first, at most fifty, each with its module."""
    wanted = rules.search_words(words)
    if not wanted:
        return []
    modules = {module.path: module for module in ModulePage.objects.live()}
    found = []
    for lesson in LessonPage.objects.live().defer("body").search(wanted, operator="and")[:MOST_FOUND]:
        # A lesson below a module that was taken off the site is off the site as well.
        if module := modules.get(lesson.module_path):
            lesson.module = module
            found.append(lesson)
    return found
