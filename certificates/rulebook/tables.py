"""What a trial of rules found, as rows: for its page and for the workbook alike."""

from __future__ import annotations

from collections.abc import Iterator

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.workbooks import Sheet, workbook_of

from ..models import Simulation
from ..simulating import KINDS

COUNT_COLUMNS = [
    gettext_lazy("County"),
    gettext_lazy("Gain it"),
    gettext_lazy("Lose it (certificates stay)"),
    gettext_lazy("Earned, not given yet, and lose it"),
    gettext_lazy("Stay with it"),
    gettext_lazy("Stay without"),
]
"""Of the table by county, as KINDS goes on."""


def count_rows(counts: list[dict]) -> list[tuple[str, list[int]]]:
    """Each county with its counts; what lies in no county comes last."""
    ordered = sorted(counts, key=lambda county: not county["county"])
    return [(county["county"] or _("In no county"), [county[kind] for kind in KINDS]) for county in ordered]


def labelled(numbers: list[int]) -> list[tuple[str, int]]:
    """Each number with its column, as a narrow screen shows it."""
    return list(zip(map(str, COUNT_COLUMNS[1:]), numbers, strict=True))


def trial_workbook(simulation: Simulation) -> bytes:
    """The counts on one sheet, the names on another."""
    counts = [[name, *map(str, numbers)] for name, numbers in count_rows(simulation.counts)]
    names = [_("What changes"), _("County"), _("School"), _("Name"), _("Staff number"), _("Missing")]
    return workbook_of(
        [
            Sheet([str(name) for name in COUNT_COLUMNS], counts, simulation.title, _("Counts")),
            Sheet(names, _names(simulation), simulation.title, _("Names")),
        ]
    )


def _names(simulation: Simulation) -> Iterator[list[str]]:
    told: dict[str, str] = {}
    for line in simulation.lines.iterator():
        yield [
            str(line.get_kind_display()),
            line.county,
            line.school,
            f"{line.holder} {line.subject}".strip(),
            line.number,
            "; ".join(_in_words(missing, told) for missing in line.missing),
        ]


def _in_words(missing: dict, told: dict[str, str]) -> str:
    """What the pages say; `told` keeps it, for thousands lack the same."""
    key = str(missing)
    if key not in told:
        told[key] = " ".join(render_to_string("certificates/missing.html", {"line": missing}).split())
    return told[key]
