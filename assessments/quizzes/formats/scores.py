"""Our rules for several right options in the words of Moodle, which knows only what each option earns."""

from __future__ import annotations

from ..items.kinds import Choice

PLACES = 7


def moodle_scores(item: Choice) -> list[float]:
    """What each option earns. Under `all` a wrong one takes everything away, which comes closest."""
    scores = [option.score for option in item.options]
    if item.kind != "multiple" or item.rule == "options":
        return scores
    right = sum(score > 0 for score in scores) or 1
    wrong = (len(scores) - right) or 1
    loss = 1.0 if item.rule == "all" else 1 / wrong
    return [round(1 / right if score > 0 else -loss, PLACES) for score in scores]
