"""Figures, flags and effects in words."""

from __future__ import annotations

import math
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.measurement.classical import Flag

FLAGS = {
    Flag.WRONG_KEY: gettext_lazy("Key may be wrong"),
    Flag.TOO_EASY: gettext_lazy("Too easy"),
    Flag.TOO_HARD: gettext_lazy("Too hard"),
    Flag.WEAK_DISCRIMINATION: gettext_lazy("Tells people apart badly"),
    Flag.ATTRACTIVE_DISTRACTOR: gettext_lazy("A wrong option attracts the strong"),
    Flag.DEAD_DISTRACTOR: gettext_lazy("An option hardly anybody chooses"),
}

ADVICE = {
    Flag.WRONG_KEY: gettext_lazy(
        "People who do well elsewhere prefer a wrong option. Read it again; if the key is wrong, correct it."
    ),
    Flag.TOO_EASY: gettext_lazy(
        "Nearly everybody is right. Keep it if everybody must know this; else ask something harder."
    ),
    Flag.TOO_HARD: gettext_lazy(
        "No more are right than by guessing. See whether the lesson teaches it and the wording is clear."
    ),
    Flag.WEAK_DISCRIMINATION: gettext_lazy(
        "Who does well elsewhere is hardly more often right. Look for a second right option or a trick."
    ),
    Flag.ATTRACTIVE_DISTRACTOR: gettext_lazy(
        "Strong people choose a wrong option. It may be partly right: reword it in a further version."
    ),
    Flag.DEAD_DISTRACTOR: gettext_lazy(
        "An option is plainly wrong to everybody. Replace it by a mistake that people really make."
    ),
}


def number(value: float, places: int = 2) -> str:
    """A figure as people read it; a dash where there is none."""
    return "–" if math.isnan(value) else f"{value:.{places}f}"


def percent(value: float) -> str:
    return "–" if math.isnan(value) else f"{round(value * 100)}%"


def seconds(value: float) -> str:
    if math.isnan(value):
        return "–"
    return _("%(minutes)d:%(seconds)02d min") % {"minutes": value // 60, "seconds": value % 60}


def flags(raised: tuple[Flag, ...]) -> str:
    return "; ".join(str(FLAGS[flag]) for flag in raised)


def effects(counts: Mapping[str, int], *, takes_passes: bool) -> list[str]:
    """What a repair changes, a sentence for each thing that is known to be touched."""
    lost = (
        ngettext(
            "%(count)d result becomes a fail", "%(count)d results become fails", counts.get("to_fail", 0)
        )
        if takes_passes
        else ngettext(
            "%(count)d result would now be a fail; its pass stands",
            "%(count)d results would now be fails; their passes stand",
            counts.get("to_fail", 0),
        )
    )
    sentences = {
        "attempts": ngettext(
            "%(count)d finished attempt holds the question",
            "%(count)d finished attempts hold the question",
            counts.get("attempts", 0),
        ),
        "scores": ngettext("%(count)d score changes", "%(count)d scores change", counts.get("scores", 0)),
        "to_pass": ngettext(
            "%(count)d result becomes a pass", "%(count)d results become passes", counts.get("to_pass", 0)
        ),
        "to_fail": lost,
        "certificates": ngettext(
            "%(count)d certificate rests on such a pass",
            "%(count)d certificates rest on such passes",
            counts.get("certificates", 0),
        ),
    }
    return [words % {"count": counts[name]} for name, words in sentences.items() if name in counts]
