from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.quizzes.queries import versions
from assessments.standards import actions
from assessments.standards.models import Panel, Rating
from tests.assessments.quizzes.desk.people import sit, strangers

from .conftest import finish, hand_in, panelist

PANELS = reverse("standards:panels")


def address(name: str, world) -> str:
    return reverse(f"standards:{name}", args=[world.panel.pk])


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def form(world, chance: int | str, **more: str) -> dict[str, str]:
    return {"round": "1", **{f"chance-{pk}": str(chance) for pk in world.panel.versions}, **more}


def test_an_officer_opens_a_panel_and_invites_by_number(client, world):
    finish(world, 60, 70)
    client.force_login(world.leader)

    opened = client.post(PANELS, {"quiz": world.quiz.pk, "method": "angoff"})
    panel = Panel.objects.latest("pk")
    assert opened.headers["Location"] == reverse("standards:panel", args=[panel.pk])

    numbers = "，".join(judge.number for judge in world.judges[:2])
    told = client.post(opened.headers["Location"], {"people": numbers}, follow=True)
    assert "2 people are invited." in words(told)
    assert panel.panelists.count() == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [("123", "Nobody has this number: 123"), ("", "This field is required")],
)
def test_wrong_numbers_are_named_and_nobody_is_invited(client, world, typed, said):
    client.force_login(world.leader)

    page = client.post(address("panel", world), {"people": typed})

    assert said in words(page)
    assert world.panel.panelists.count() == 3


def test_who_is_no_assessor_is_named(client, world, teacher):
    client.force_login(world.leader)

    page = client.post(address("panel", world), {"people": teacher.number})

    assert f"Not an assessor where you look after schools: {teacher.name}" in words(page)


def test_a_quiz_with_a_panel_at_work_gets_no_second_one(client, world):
    client.force_login(world.leader)

    page = client.post(PANELS, {"quiz": world.quiz.pk, "method": "angoff"})

    assert "A panel for this quiz is at work" in words(page)


def test_a_judge_finds_the_panel_saves_and_hands_in(client, world):
    client.force_login(world.judges[0])
    assert address("judge", world) in client.get(PANELS).content.decode()

    saved = client.post(
        address("judge", world), {**form(world, ""), f"chance-{world.panel.versions[0]}": "65"}
    )
    assert saved.headers["Location"] == address("judge", world)
    assert 'value="65"' in client.get(address("judge", world)).content.decode()
    gaps = client.post(
        address("judge", world),
        {**form(world, ""), f"chance-{world.panel.versions[0]}": "65", "hand_in": "1"},
    )
    missing = [f"chance-{pk}" for pk in world.panel.versions[1:]]
    assert list(gaps.context["form"].errors) == missing

    client.post(address("judge", world), form(world, 65, hand_in="1"))

    assert list(Rating.objects.values_list("chance", flat=True)) == [65] * 4
    assert "You have handed in this round" in words(client.get(address("judge", world)))
    client.post(address("judge", world), form(world, 90, hand_in="1"))
    assert set(Rating.objects.values_list("chance", flat=True)) == {65}


def test_a_form_of_no_round_changes_nothing(client, world):
    client.force_login(world.judges[0])

    told = client.post(address("judge", world), follow=True)

    assert "This round is over already." in words(told)
    assert panelist(world, world.judges[0]).draft == {}


@pytest.mark.parametrize("chance", ["63", "105", "-5", "viel"])
def test_a_chance_that_is_none_is_refused_and_the_others_are_kept(client, world, chance):
    client.force_login(world.judges[0])
    wrong = f"chance-{world.panel.versions[1]}"

    page = client.post(address("judge", world), {**form(world, 60, hand_in="1"), wrong: chance})

    assert page.context["form"].errors.keys() == {wrong}
    assert not Rating.objects.exists()
    assert set(panelist(world, world.judges[0]).draft.values()) == {60}


def test_the_second_round_shows_the_first_rounds_median_and_spread(client, world):
    hand_in(world, 60, 70, 90)
    client.force_login(world.judges[0])
    assert "the median was" not in words(client.get(address("judge", world)))
    actions.close_round(panel=world.panel, round_number=1, by=world.leader)

    seen = words(client.get(address("judge", world)))

    assert seen.count("First round: the median was 70, from 60 to 90.") == 4


def test_the_leader_sees_the_cut_its_error_agreement_and_what_it_would_mean(client, world):
    asked = versions(world.panel.versions[:2]).values()
    sit(world.quiz, [{version: [option] for version in asked} for option in "aaab"], strangers(4))
    finish(world, 60, 70, 80)
    client.force_login(world.leader)

    seen = words(client.get(address("panel", world)))

    assert "Cut: 70.0 % of all points, standard error 5.8 points in 100." in seen
    assert "Of the newest 4 finished attempts 75.0 % reach the cut; 75.0 % passed" in seen
    assert "The pass mark is 0.75 now; the panel’s would be 0.70." in seen
    assert "A second person has to adopt this" in seen


def test_adopting_takes_a_second_person(client, world):
    finish(world, 60, 60, 60)
    client.force_login(world.leader)
    refused = client.post(address("adopt", world), follow=True)
    assert "a second person has to adopt its cut" in words(refused)
    client.force_login(world.second)

    told = client.post(address("adopt", world), follow=True)

    world.quiz.refresh_from_db()
    assert str(world.quiz.pass_share) == "0.60"
    assert "It holds for attempts that begin from now on." in words(told)
    assert "A colleague adopted it meanwhile." in words(client.post(address("adopt", world), follow=True))


def test_ending_a_round_twice_ends_it_once(client, world):
    hand_in(world, 60, 70)
    client.force_login(world.leader)

    client.post(address("close", world), {"round": "1"})
    again = client.post(address("close", world), {"round": "1"}, follow=True)

    world.panel.refresh_from_db()
    assert world.panel.round == 2
    assert "This round is over already." in words(again)


def test_too_few_judges_and_no_cut_are_said(client, world):
    client.force_login(world.leader)

    assert "Two judges at least" in words(client.post(address("close", world), {"round": "1"}, follow=True))
    assert "There is no cut yet" in words(client.post(address("adopt", world), follow=True))


@pytest.mark.parametrize("judges", [2, 3])
def test_a_panels_page_costs_the_same_for_any_number_of_judges(client, world, judges):
    finish(world, *(60, 70, 80)[:judges])
    client.force_login(world.leader)
    client.get(address("panel", world))

    with CaptureQueriesContext(connection) as asked:
        client.get(address("panel", world))

    assert len(asked) == 11
