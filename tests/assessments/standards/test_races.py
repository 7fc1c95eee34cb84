"""Two requests at once. Each test has a twin without the lock, which shows that the lock is what holds."""

from __future__ import annotations

from django.db import IntegrityError
from wagtail.log_actions import registry

from assessments.standards import actions, queries
from assessments.standards.models import Panel, Rating
from tests.racing import RACES, at_once, meet_after

from .conftest import finish, hand_in, panelist

pytestmark = RACES


def refusals(outcomes: list) -> list[type]:
    return [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)]


def logged(panel: Panel, action: str) -> int:
    return registry.get_logs_for_instance(panel).filter(action=action).count()


# Opening


def open_twice(world) -> list:
    finish(world, 60, 70, 80)
    return at_once(*[lambda: actions.open_panel(quiz=world.quiz, method="angoff", by=world.leader)] * 2)


def test_two_panels_opened_at_once_are_one(world, monkeypatch):
    meet_after(monkeypatch, (queries, "questions_of"))

    assert refusals(open_twice(world)) == [actions.AlreadyOpen]


def test_without_the_lock_two_panels_collide(world, monkeypatch, no_locks):
    meet_after(monkeypatch, (queries, "questions_of"))

    # Only the database's own constraint stops the second one.
    assert refusals(open_twice(world)) == [IntegrityError]


# Handing in


def hand_in_twice(world) -> list:
    def judge(chance: int):
        return lambda: actions.hand_in(
            panelist=panelist(world, world.judges[0]),
            chances=dict.fromkeys(world.panel.versions, chance),
            round_number=1,
        )

    return at_once(judge(40), judge(90))


def test_of_two_judgements_at_once_one_is_kept_whole(world, monkeypatch):
    meet_after(monkeypatch, (actions, "_judging"))

    assert refusals(hand_in_twice(world)) == [actions.AlreadyHandedIn]
    assert Rating.objects.count() == 4
    assert Rating.objects.values("chance").distinct().count() == 1


def test_without_the_lock_two_judgements_collide(world, monkeypatch, no_locks):
    meet_after(monkeypatch, (actions, "_judging"))

    # Only the database's own constraint stops the second one.
    assert refusals(hand_in_twice(world)) == [IntegrityError]


# Closing a round


def close_twice(world) -> list:
    hand_in(world, 60, 70, 80)
    return at_once(*[lambda: actions.close_round(panel=world.panel, round_number=1, by=world.leader)] * 2)


def test_a_round_closed_twice_at_once_is_closed_once(world, monkeypatch):
    meet_after(monkeypatch, (queries, "cut"))

    outcomes = close_twice(world)

    world.panel.refresh_from_db()
    assert refusals(outcomes) == [actions.PanelClosed]
    assert (world.panel.round, world.panel.is_open) == (2, True)
    assert logged(world.panel, "standards.close_round") == 1


def test_without_the_lock_a_round_is_closed_twice(world, monkeypatch, no_locks):
    meet_after(monkeypatch, (queries, "cut"))

    assert refusals(close_twice(world)) == []
    assert logged(world.panel, "standards.close_round") == 2


def close_while_a_judge_hands_in(world) -> tuple[bool, bool]:
    """Whether the third judge was told that the judgement is kept, and whether the round counted it."""
    hand_in(world, 60, 70)
    third = panelist(world, world.judges[2])
    chances = dict.fromkeys(world.panel.versions, 80)
    outcome, _closed = at_once(
        lambda: actions.hand_in(panelist=third, chances=chances, round_number=1),
        lambda: actions.close_round(panel=world.panel, round_number=1, by=world.leader),
    )
    told = registry.get_logs_for_instance(world.panel).get(action="standards.close_round").data
    return outcome is None, told["judges"] == 3


def test_a_judgement_that_is_kept_while_a_round_closes_counts(world, monkeypatch):
    meet_after(monkeypatch, (actions, "_judging"), (queries, "judged"))

    is_kept, is_counted = close_while_a_judge_hands_in(world)

    assert is_kept == is_counted


def test_without_the_lock_a_judgement_that_is_kept_does_not_count(world, monkeypatch, no_locks):
    meet_after(monkeypatch, (actions, "_judging"), (queries, "judged"))

    assert close_while_a_judge_hands_in(world) == (True, False)


# Adopting


def adopt_twice(world) -> list:
    panel = finish(world, 60, 70, 80)
    return at_once(*[lambda: actions.adopt(panel=panel, by=world.second)] * 2)


def test_a_cut_adopted_twice_at_once_is_adopted_once(world, monkeypatch):
    meet_after(monkeypatch, (actions, "pass_mark"))

    assert refusals(adopt_twice(world)) == [actions.AlreadyAdopted]
    assert logged(world.panel, "standards.adopt") == 1


def test_without_the_lock_a_cut_is_adopted_twice(world, monkeypatch, no_locks):
    meet_after(monkeypatch, (actions, "pass_mark"))

    assert refusals(adopt_twice(world)) == []
    assert logged(world.panel, "standards.adopt") == 2
