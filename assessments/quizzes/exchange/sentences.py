"""What is said about a plan and about what a format cannot hold, in the reader's language."""

from __future__ import annotations

from ..formats.entries import Problem
from ..formats.messages import message


def sentence(problem: Problem) -> str:
    """Where, which question, and what about it."""
    place = " · ".join(filter(None, (problem.where, problem.name)))
    said = message(problem.code, problem.details)
    return f"{place}: {said}" if place else said
