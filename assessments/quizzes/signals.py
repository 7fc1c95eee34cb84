"""A question to the layers above: what else hangs on passes that a corrected key would take?"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.dispatch import Signal

passes_at_stake = Signal()
"""Sent with `losses`: {(learner's id, quiz's id)}. A receiver only answers: {what: how many}."""


def at_stake(losses: Collection[tuple[int, int]]) -> dict[str, int]:
    """What the layers above say of these passes: {"certificates": 2}. Nothing is asked for no loss."""
    if not losses:
        return {}
    answers: list[tuple[Any, Any]] = passes_at_stake.send(sender=None, losses=losses)
    return {what: count for _receiver, answer in answers for what, count in answer.items()}
