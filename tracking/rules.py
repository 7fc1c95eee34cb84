"""What a teacher should do next. No database, no Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ModuleState:
    """How far a teacher has got in one module."""

    code: str
    lessons_left: int
    has_quiz: bool
    quiz_passed: bool


@dataclass(frozen=True)
class Step:
    """The one next thing. kind: revise, lesson, quiz, evidence, wait, certificate or nothing."""

    kind: str
    target: str = ""
    """The code of the module or capability it is about, where there is one."""


def next_step(
    *,
    modules: Sequence[ModuleState],
    opened: str,
    returned: Sequence[str],
    waiting: Sequence[str],
    needs_evidence: bool,
    certified: bool,
) -> Step:
    """The next thing to do, so that nobody has to choose from a list.

    Evidence that came back goes first, as an assessor's words fade. Then the module that was opened last
    (`opened`, a code or ""), then the others in order, each with its lessons before its quiz; then
    evidence of a capability, unless some is being marked. Source: docs/rules.md, "The next step".
    """
    if certified:
        return Step("certificate")
    if returned:
        return Step("revise", returned[0])
    for module in sorted(modules, key=lambda module: module.code != opened):
        if module.lessons_left:
            return Step("lesson", module.code)
        if module.has_quiz and not module.quiz_passed:
            return Step("quiz", module.code)
    if waiting:
        return Step("wait", waiting[0])
    return Step("evidence") if needs_evidence else Step("nothing")
