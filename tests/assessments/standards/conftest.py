"""A quiz of four questions, and a panel of three assessors of two schools."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from assessments.standards import actions
from organizations.roles import Role
from tests.factories import plant_module, post


@pytest.fixture
def world(school, other_school, bureau, bureau_officer) -> SimpleNamespace:
    module = plant_module("M02", lessons=1, questions=4)
    judges = [post(place, Role.ASSESSOR) for place in (school, school, other_school)]
    panel = actions.open_panel(quiz=module.quiz, method="angoff", by=bureau_officer)
    actions.invite(panel=panel, people=judges, by=bureau_officer)
    return SimpleNamespace(
        quiz=module.quiz,
        panel=panel,
        judges=judges,
        leader=bureau_officer,
        second=post(bureau, Role.BUREAU_OFFICER),
    )


def panelist(world, judge):
    return world.panel.panelists.get(person=judge)


def hand_in(world, *chances: int, number: int = 1) -> None:
    """Each judge gives every question the same chance."""
    for judge, chance in zip(world.judges, chances, strict=False):
        actions.hand_in(
            panelist=panelist(world, judge),
            chances=dict.fromkeys(world.panel.versions, chance),
            round_number=number,
        )


def finish(world, *chances: int):
    """Both rounds, judged alike."""
    for number in (1, 2):
        hand_in(world, *chances, number=number)
        world.panel = actions.close_round(panel=world.panel, round_number=number, by=world.leader)
    return world.panel
