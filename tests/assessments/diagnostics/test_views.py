from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.diagnostics.actions import estimate_all, estimate_due, open_again
from assessments.diagnostics.calibration import calibrate
from assessments.diagnostics.models import AbilityEstimate
from assessments.quizzes.models import Attempt

from .conftest import DIMENSIONS, enrol, sit
from .test_actions import long_ago, take

MINE, BEGIN, HOW = (reverse(f"diagnostics:{name}") for name in ("mine", "begin", "how"))
FORM = {"environment": "A", **{f"level-{number}": "3" for number in range(4)}}


@pytest.fixture
def learner(client, world, teacher):
    client.force_login(teacher)
    return enrol(world, teacher)


def words(response) -> str:
    """What a reader sees, on one line."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


def test_who_is_in_no_programme_reads_that_there_is_no_diagnosis(client, world, teacher):
    client.force_login(teacher)

    assert "There is no diagnosis for you yet" in words(client.get(MINE))


def test_the_way_from_the_first_page_to_the_paper(client, world, learner):
    assert "20 questions about situations in class" in words(client.get(MINE))

    response = client.post(BEGIN, FORM)

    attempt = Attempt.objects.get()
    assert response.headers["Location"] == reverse("quizzes:attempt", args=[attempt.pk])
    assert attempt.learner == learner
    assert "Go on with the questions" in words(client.get(MINE))


def test_the_form_begins_with_the_schools_environment(client, world, learner):
    world.cohort.environment = "B"
    world.cohort.save()

    form = client.get(BEGIN).context["form"]

    assert form["environment"].value() == "B"
    assert [form[f"level-{number}"].label for number in range(4)] == list(DIMENSIONS)


@pytest.mark.parametrize("missing", ["environment", "level-2"])
def test_a_gap_in_the_form_begins_nothing(client, learner, missing):
    response = client.post(BEGIN, {key: value for key, value in FORM.items() if key != missing})

    assert response.context["form"].errors.keys() == {missing}
    assert not Attempt.objects.exists()


def test_the_result_says_bands_and_how_sure_but_no_number_and_no_rank(client, world, learner):
    attempt = take(world.quiz, learner, wrong=["学业评价"])
    estimate_due(learner=learner)

    page = client.get(MINE)
    seen = words(page)

    lines = {line.dimension: line.estimate.get_band_display() for line in page.context["lines"]}
    assert lines == {**dict.fromkeys(DIMENSIONS, "Already there"), "学业评价": "Learn this first"}
    assert seen.count("How sure we are: medium") == 3
    assert seen.count("How sure we are: high") == 1
    assert "You said: “I do it now and then”" in seen
    main = page.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    assert re.findall(r"\d+[.,]\d|%|\brank", re.sub(r"<[^>]+>", " ", main)) == []
    assert reverse("quizzes:attempt", args=[attempt.pk]) in client.get(HOW).content.decode()


def test_the_next_step_leads_to_lessons_of_a_suggestion(client, world, learner):
    world.cohort.capabilities.set(world.framework.capabilities.filter(code="A1"))
    take(world.quiz, learner, wrong=["学情分析"])

    page = client.get(MINE).content.decode()

    assert "Begin with A1" in page
    assert reverse("courses:module", args=["M02"]) in page
    assert reverse("courses:lesson", args=["M02", 2]) in page


def test_a_result_whose_news_was_lost_is_worked_out_when_it_is_looked_at(client, world, learner):
    take(world.quiz, learner)
    assert not AbilityEstimate.objects.exists()

    client.get(MINE)

    assert AbilityEstimate.objects.count() == 5


def test_no_clear_change_is_not_called_no_progress(client, world, learner):
    first = take(world.quiz, learner)
    long_ago(first)
    open_again(quiz=world.quiz, by=learner)
    take(world.quiz, learner)

    seen = words(client.get(MINE))

    assert "No clear change" in seen
    assert "That does not mean no progress" in seen


def test_a_further_sitting_is_offered_when_time_has_gone_by(client, world, learner):
    attempt = take(world.quiz, learner)
    again = reverse("diagnostics:again")
    assert "you can take it once more" in words(client.get(MINE))
    assert client.post(again).headers["Location"] == MINE

    long_ago(attempt)

    assert again in client.get(MINE).content.decode()
    assert client.post(again).headers["Location"] == BEGIN
    assert again not in client.get(MINE).content.decode()
    assert client.post(BEGIN, FORM).status_code == 302
    assert Attempt.objects.count() == 2


def test_beginning_without_a_sitting_left_leads_to_the_result(client, world, learner):
    take(world.quiz, learner)

    assert client.post(BEGIN, FORM).headers["Location"] == MINE


def test_how_it_is_worked_out_names_rows_run_and_rule(client, world, learner):
    sit(world.quiz, 320)
    take(world.quiz, learner)
    run = calibrate(quiz=world.quiz)

    seen = words(client.get(HOW))

    rows = AbilityEstimate.objects.filter(learner=learner, run=run)
    assert "version 1" in seen
    assert f"run {run.pk} of" in seen
    assert {row.pk for row in client.get(HOW).context["rows"]} == {row.pk for row in rows}
    assert all(f" {row.pk} " in seen for row in rows)


def test_how_it_is_worked_out_can_be_read_before_the_first_sitting(client, learner):
    seen = words(client.get(HOW))

    assert "For now every question weighs the same" in seen
    assert "none yet" in seen


def test_the_quizzes_pages_do_not_speak_of_passing_a_diagnosis(client, world, learner):
    attempt = take(world.quiz, learner, wrong=DIMENSIONS)

    for page in ("quizzes:quiz", world.quiz.code), ("quizzes:attempt", attempt.pk):
        seen = words(client.get(reverse(page[0], args=page[1:])))
        assert "Nobody passes or fails it" in seen
        assert "Not passed" not in seen
        assert "to pass" not in seen


@pytest.mark.parametrize("sittings", [1, 2])
def test_the_result_costs_the_same_for_any_number_of_sittings(client, world, learner, sittings):
    for _ in range(sittings):
        long_ago(take(world.quiz, learner))
        open_again(quiz=world.quiz, by=learner)
    estimate_due(learner=learner)

    with CaptureQueriesContext(connection) as asked:
        client.get(MINE)

    assert len(asked) == 15


@pytest.mark.parametrize("people", [12, 60])
def test_the_schools_page_costs_the_same_for_any_school(client, world, lead, people):
    for learner in sit(world.quiz, people).learners:
        enrol(world, learner)
    estimate_all(quiz=world.quiz, run=None)
    client.force_login(lead)

    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("diagnostics:cohort", args=[world.cohort.pk]))

    assert len(asked) == 8
    assert [spread.dimension for spread in page.context["spreads"]] == list(DIMENSIONS)
    assert {sum(spread.counts.values()) for spread in page.context["spreads"]} == {people}


def test_a_school_sees_no_figures_of_fewer_than_ten(client, world, lead):
    people = sit(world.quiz, 12).learners
    for learner in people[:9]:
        enrol(world, learner)
    estimate_all(quiz=world.quiz, run=None)
    client.force_login(lead)

    page = client.get(reverse("diagnostics:cohort", args=[world.cohort.pk]))

    assert "Too few people for figures" in words(page)
    assert page.context["spreads"] == []


def test_a_county_sees_its_schools_together(client, world, county_lead, lead, other_school):
    other = world.cohort.programme.cohorts.create(school=other_school, due_on=world.cohort.due_on)
    for number, learner in enumerate(sit(world.quiz, 14).learners):
        (world.cohort if number % 2 else other).enrollments.create(learner=learner)
    estimate_all(quiz=world.quiz, run=None)
    address = reverse("diagnostics:programme", args=[world.cohort.programme_id])

    seen = {}
    for person in (county_lead, lead):
        client.force_login(person)
        context = client.get(address).context
        seen[person] = (context["people"], [sum(spread.counts.values()) for spread in context["spreads"]])

    assert seen == {county_lead: (14, [14] * 4), lead: (7, [])}


def test_a_school_sees_no_names(client, world, lead):
    people = sit(world.quiz, 12).learners
    for learner in people:
        enrol(world, learner)
    estimate_all(quiz=world.quiz, run=None)
    client.force_login(lead)

    seen = words(client.get(reverse("diagnostics:cohort", args=[world.cohort.pk])))

    assert [learner.name for learner in people if f"{learner.name} " in seen] == []


def test_a_schools_figures_are_of_the_last_sitting_of_who_is_there_still(client, world, lead):
    people = sit(world.quiz, 11).learners
    for learner in people:
        enrol(world, learner)
    world.cohort.enrollments.filter(learner=people[0]).update(left_at="2026-01-01T00:00Z")
    world.quiz.attempts_allowed = 2
    world.quiz.save()
    take(world.quiz, people[1])
    estimate_all(quiz=world.quiz, run=None)
    client.force_login(lead)

    page = client.get(reverse("diagnostics:cohort", args=[world.cohort.pk]))

    latest = AbilityEstimate.objects.exclude(learner=people[0]).exclude(
        attempt__learner=people[1], attempt__number=1
    )
    expected = {
        name: {band: latest.filter(scale=name, band=band).count() for band in ("learn", "near", "ready")}
        for name in DIMENSIONS
    }
    assert {spread.dimension: spread.counts for spread in page.context["spreads"]} == expected
    assert page.context["people"] == 10


def test_the_home_page_points_at_a_diagnosis_not_taken(client, world, learner):
    home = reverse("home")
    before = MINE in client.get(home).content.decode()
    take(world.quiz, learner)

    assert (before, MINE in client.get(home).content.decode()) == (True, False)


def test_one_cannot_read_anothers_estimates(client, world, learner, outsider):
    take(world.quiz, learner)
    estimate_due(learner=learner)
    enrol(world, outsider)
    client.force_login(outsider)

    assert client.get(HOW).context["rows"] == []
