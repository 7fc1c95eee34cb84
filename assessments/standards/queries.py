"""What a panel has judged, and what its cut would mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import Exists, OuterRef

from assessments.diagnostics.models import CalibrationRun, ItemParameter
from assessments.diagnostics.rules import CURRENT
from assessments.measurement.arrays import Floats
from assessments.measurement.cutscores import bookmark_locations
from assessments.quizzes.desk.queries import quiz_lines
from assessments.quizzes.models import Attempt, Quiz
from assessments.quizzes.queries import pools
from organizations.models import Organization, User
from organizations.roles import Permission

from . import cuts
from .models import Panel, Panelist, Rating

MOST_ATTEMPTS = 2000
"""Of a quiz, looked at to see what a cut would mean: the newest."""

LEAST_JUDGES = 2


@dataclass(frozen=True)
class Judged:
    """What was handed in in one round: people in the order of the rows of `values`.

    Angoff: (judges, questions) in percent. Bookmark: (judges, 1), the place of the bookmark from 0.
    """

    people: list[Panelist]
    values: Floats


def questions_of(quiz: Quiz) -> list[int]:
    """Ids of the versions that a paper of a quiz may hold now, each once. Two queries."""
    return list(dict.fromkeys(version for _section, pool in pools(quiz) for version in pool.values()))


def booklet(run: CalibrationRun) -> list[int]:
    """Ids of the versions that tell people apart, from the easiest to the hardest. One query."""
    rows = list(
        run.parameters.filter(part="", a__gte=CURRENT.least_slope).values_list("version_id", "a", "d", "c")
    )
    if not rows:
        return []
    a, d, c = (np.array([row[place] for row in rows], dtype=float) for place in (1, 2, 3))
    return [rows[place][0] for place in np.argsort(bookmark_locations(a, d, c), kind="stable")]


def may_be_invited(person: User, *, by: User) -> bool:
    """Whether somebody marks evidence somewhere below where `by` sets pass marks."""
    paths = tuple(by.paths_granting(Permission.ITEMS_REPAIR))
    schools = Organization.objects.granting(Permission.EVIDENCE_REVIEW, to=person)
    return any(path.startswith(paths) for path in schools.values_list("path", flat=True))


def panelists(panel: Panel) -> list[Panelist]:
    """Who was invited, each with `has_handed_in` for the round that is on. One query."""
    done = Rating.objects.filter(panelist=OuterRef("pk"), round=panel.round)
    found = panel.panelists.select_related("person").annotate(has_handed_in=Exists(done))
    return list(found.order_by("pk"))


def judged(panel: Panel, round_number: int) -> Judged:
    """What was handed in in a round. Two queries."""
    ratings = Rating.objects.filter(panelist__panel=panel, round=round_number)
    places = {version: place for place, version in enumerate(panel.versions)}
    rows: dict[int, dict[int, int]] = {}
    for panelist, version, chance in ratings.values_list("panelist_id", "version_id", "chance"):
        rows.setdefault(panelist, {})[places[version]] = places[version] if chance is None else chance
    people = list(panel.panelists.select_related("person").filter(pk__in=rows).order_by("pk"))
    values = [[value for _place, value in sorted(rows[one.pk].items())] for one in people]
    return Judged(people, np.array(values, dtype=float))


def cut(panel: Panel, found: Judged) -> cuts.Cut | None:
    """What a round gives; None with fewer judges than two. A query for a bookmark."""
    if len(found.people) < LEAST_JUDGES:
        return None
    if panel.method == Panel.Method.ANGOFF:
        return cuts.angoff_cut(found.values)
    rows = {row.version_id: row for row in ItemParameter.objects.filter(run=panel.run, part="")}
    own = [rows[version] for version in panel.versions]
    a, d, c = (np.array([getattr(row, name) for row in own]) for name in "adc")
    return cuts.bookmark_cut([int(page) for page in found.values[:, 0]], a, d, c)


def impact(panel: Panel, share: float) -> cuts.Impact | None:
    """What the cut would have meant for the newest finished attempts. Three queries, or as for the desk."""
    [line] = quiz_lines([panel.quiz])
    marked = Attempt.objects.filter(quiz=panel.quiz, score__isnull=False, total__gt=0).order_by("-pk")
    rows = list(marked.values_list("score", "total", "passed")[:MOST_ATTEMPTS])
    shares = np.array([float(score or 0) / total for score, total, _passed in rows])
    passed = np.array([bool(passed) for _score, _total, passed in rows], dtype=float)
    return cuts.impact(shares, passed, line.figures.paper_size, line.figures.sem, share)
