from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from wagtail.log_actions import registry

from assessments.quizzes.actions import start
from assessments.quizzes.models import Question
from assessments.standards import actions, queries
from assessments.standards.models import Panel, Rating
from organizations.roles import Role
from tests.assessments.diagnostics.conftest import empty_run
from tests.factories import plant_county, plant_school, post

from .conftest import finish, hand_in, panelist


def logged(panel: Panel) -> list[tuple]:
    return [(entry.action, entry.user) for entry in registry.get_logs_for_instance(panel).order_by("pk")]


def test_two_rounds_give_a_cut_that_changes_nothing_by_itself(world):
    panel = finish(world, 60, 70, 80)

    world.quiz.refresh_from_db()
    assert (panel.share, panel.is_open) == (pytest.approx(0.70), False)
    assert panel.se == pytest.approx(0.1 / 3**0.5)
    assert world.quiz.pass_share == Decimal("0.75")
    assert [action for action, _user in logged(panel)] == [
        "standards.open",
        "standards.close_round",
        "standards.close_round",
    ]


def test_a_second_person_adopts_it_for_attempts_to_come_only(world, teacher, outsider):
    before = start(quiz=world.quiz, by=teacher)
    panel = finish(world, 60, 60, 60)

    actions.adopt(panel=panel, by=world.second)

    world.quiz.refresh_from_db()
    before.refresh_from_db()
    after = start(quiz=world.quiz, by=outsider)
    assert world.quiz.pass_share == Decimal("0.60")
    assert (before.pass_share, after.pass_share) == (Decimal("0.75"), Decimal("0.60"))
    assert logged(panel)[-1] == ("standards.adopt", world.second)
    with pytest.raises(actions.AlreadyAdopted):
        actions.adopt(panel=panel, by=world.second)


def test_nobody_adopts_the_cut_of_their_own_panel(world):
    panel = finish(world, 60, 60, 60)

    for person in (world.leader, world.judges[0]):
        with pytest.raises(actions.OwnPanel):
            actions.adopt(panel=panel, by=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Panel.objects.update(adopted_by=world.leader)


def test_there_is_no_cut_to_adopt_before_the_last_round(world):
    with pytest.raises(actions.PanelClosed):
        actions.adopt(panel=world.panel, by=world.second)


def test_what_was_handed_in_stays(world):
    hand_in(world, 60)

    with pytest.raises(actions.AlreadyHandedIn):
        hand_in(world, 80)
    with pytest.raises(actions.AlreadyHandedIn):
        actions.keep_draft(panelist=panelist(world, world.judges[0]), chances={}, round_number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.update(chance=80)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.all().delete()
    assert set(Rating.objects.values_list("chance", flat=True)) == {60}


def test_a_round_that_is_over_takes_no_more(world):
    hand_in(world, 60, 70)
    panel = actions.close_round(panel=world.panel, round_number=1, by=world.leader)

    with pytest.raises(actions.PanelClosed):
        actions.hand_in(
            panelist=panelist(world, world.judges[2]),
            chances=dict.fromkeys(panel.versions, 90),
            round_number=1,
        )
    with pytest.raises(actions.PanelClosed):
        actions.close_round(panel=panel, round_number=1, by=world.leader)
    assert queries.judged(panel, 1).values.tolist() == [[60] * 4, [70] * 4]


def test_a_panel_that_is_over_takes_nobody_in(world, assessor):
    panel = finish(world, 60, 70, 80)

    with pytest.raises(actions.PanelClosed):
        actions.invite(panel=panel, people=[assessor], by=world.leader)


def test_one_judge_gives_no_cut(world):
    hand_in(world, 60)

    with pytest.raises(actions.TooFewJudges):
        actions.close_round(panel=world.panel, round_number=1, by=world.leader)


def test_a_judgement_with_gaps_is_not_handed_in(world):
    with pytest.raises(actions.Incomplete) as raised:
        actions.hand_in(
            panelist=panelist(world, world.judges[0]),
            chances={world.panel.versions[0]: 60},
            round_number=1,
        )

    assert raised.value.args == (3,)
    assert not Rating.objects.exists()


def test_only_assessors_of_ones_own_schools_are_invited(world, teacher, bureau):
    with pytest.raises(actions.NotEligible) as raised:
        actions.invite(panel=world.panel, people=[teacher, world.judges[0]], by=world.leader)
    assert raised.value.args == (teacher,)

    elsewhere = post(plant_school(plant_county(bureau, "金台区", "610303"), "金台区第一小学"), Role.ASSESSOR)
    assert actions.invite(panel=world.panel, people=[elsewhere, world.judges[0]], by=world.leader) == 1


def test_one_panel_of_a_quiz_is_at_work_at_a_time(world):
    with pytest.raises(actions.AlreadyOpen):
        actions.open_panel(quiz=world.quiz, method="angoff", by=world.leader)
    finish(world, 60, 70)

    assert actions.open_panel(quiz=world.quiz, method="angoff", by=world.leader).round == 1


def test_questions_are_frozen_when_the_panel_opens(world):
    Question.objects.filter(pk=Question.objects.first().pk).update(status="retired")

    world.panel.refresh_from_db()
    assert len(world.panel.versions) == 4


def test_a_booklet_needs_a_calibration_and_goes_from_easy_to_hard(world):
    finish(world, 60, 70)
    with pytest.raises(actions.NothingToJudge):
        actions.open_panel(quiz=world.quiz, method="bookmark", by=world.leader)
    run = empty_run(world.quiz)
    versions = world.panel.versions
    for version, d in zip(versions, (0.0, 2.0, -1.0, 1.0), strict=True):
        run.parameters.create(version_id=version, dimension="学法指导", a=1.0, d=d, c=0.0, n=200)

    panel = actions.open_panel(quiz=world.quiz, method="bookmark", by=world.leader)

    assert panel.versions == [versions[place] for place in (1, 3, 0, 2)]
    actions.invite(panel=panel, people=world.judges, by=world.leader)
    world.panel = panel
    for number in (1, 2):
        for judge, place in zip(world.judges, (1, 2, 2), strict=True):
            actions.hand_in(
                panelist=panelist(world, judge), chances={panel.versions[place]: None}, round_number=number
            )
        panel = actions.close_round(panel=panel, round_number=number, by=world.leader)
    theta = 0.7081850579244858  # where the third question is right in two of three cases
    chances = [1 / (1 + 2.718281828459045 ** -(theta + d)) for d in (0, 2, -1, 1)]
    assert panel.share == pytest.approx(sum(chances) / 4)
