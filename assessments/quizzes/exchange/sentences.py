"""What is said about a plan and about what a format cannot hold, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from ..formats.entries import Problem
from ..formats.messages import message


def sentence(problem: Problem) -> str:
    """Where, which question, and what about it."""
    where = _("line %(line)s") % {"line": problem.where} if problem.where.isdigit() else problem.where
    place = " · ".join(filter(None, (where, problem.name)))
    said = message(problem.code, problem.details)
    return f"{place}: {said}" if place else said


def sentences(kept: Iterable[Mapping[str, Any]]) -> list[str]:
    """The same for problems as `sketches.first` keeps them."""
    return [sentence(Problem(**problem)) for problem in kept]
