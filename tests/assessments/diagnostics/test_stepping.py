"""Taking the adaptive form through its pages."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import ANY

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.diagnostics import actions, pools, stepping
from assessments.diagnostics.models import AbilityEstimate, Diagnostic, Sitting, Step
from assessments.diagnostics.rules import CURRENT_PLAN
from assessments.quizzes.actions import close_overdue
from assessments.quizzes.models import Attempt, Question, QuestionVersion, Response
from assessments.quizzes.names import cover
from assessments.quizzes.queries import versions
from courses.models import Capability
from tests.factories import plant_question, post, single

from .conftest import DIMENSIONS, enrol, plant_run
from .test_actions import RATINGS, long_ago, take
from .test_views import BEGIN, FORM, HOW, MINE, words

LONG_AGO = timezone.now() - timedelta(days=15)


@pytest.fixture
def adaptive(world):
    """The world with a calibration of all its questions."""
    world.run = plant_run(world.quiz)
    Diagnostic.objects.update(form=Diagnostic.Form.ADAPTIVE)
    return world


@pytest.fixture
def learner(client, adaptive, teacher):
    client.force_login(teacher)
    return enrol(adaptive, teacher)


def begin(world, learner) -> Attempt:
    return actions.begin(quiz=world.quiz, environment="A", ratings=RATINGS, by=learner)


def page_of(attempt: Attempt) -> str:
    return reverse("diagnostics:step", args=[attempt.pk])


def form(attempt: Attempt, option: str = "a", position: int | None = None) -> dict[str, str]:
    """What the page of the question that waits sends."""
    version = str(attempt.paper[-1][0])
    return {"position": str(position or len(attempt.paper)), version: cover(version, option)}


def answer(attempt: Attempt, option: str = "a", position: int | None = None) -> Attempt:
    return stepping.answer(
        attempt=attempt,
        position=position or len(attempt.paper),
        read=lambda version: [option],
        by=attempt.learner,
    )


def finish(world, learner, wrong=()) -> Attempt:
    """A whole sitting: all right but in the dimensions told."""
    attempt = begin(world, learner)
    while attempt.is_open:
        version = QuestionVersion.objects.get(pk=attempt.paper[-1][0])
        attempt = answer(attempt, "b" if version.question.capability.dimension in wrong else "a")
    return attempt


def test_the_way_from_the_first_page_to_the_result(client, adaptive, learner):
    assert "12 to 20 questions about situations in class" in words(client.get(MINE))
    assert "20 questions at most, one after the other" in words(client.get(BEGIN))

    response = client.post(BEGIN, FORM)
    attempt = Attempt.objects.get(learner=learner)
    assert response.headers["Location"] == page_of(attempt)
    assert "Question 1, 20 at most" in words(client.get(page_of(attempt)))

    while attempt.is_open:
        assert client.post(page_of(attempt), form(attempt)).headers["Location"] == page_of(attempt)
        attempt.refresh_from_db()

    assert client.get(page_of(attempt)).headers["Location"] == MINE
    lines = client.get(MINE).context["lines"]
    assert {line.dimension: line.estimate.band for line in lines} == dict.fromkeys(DIMENSIONS, "ready")
    assert attempt.total == len(attempt.paper) == Response.objects.filter(attempt=attempt).count()
    assert AbilityEstimate.objects.filter(attempt=attempt, run=adaptive.run).count() == 5


def test_each_question_is_a_row_that_says_what_was_believed_then(adaptive, learner):
    attempt = finish(adaptive, learner)

    steps = list(attempt.sitting.steps.order_by("position"))
    assert [[step.version_id, ANY] for step in steps] == attempt.paper
    assert (steps[0].theta, steps[0].se) == (pytest.approx(0), pytest.approx(1, abs=1e-3))
    assert steps[-1].theta > 0.5
    assert steps[-1].se < 0.7
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.update(theta=0)


def test_the_same_answers_lead_to_the_same_questions(adaptive, learner):
    attempt = finish(adaptive, learner)
    pool = pools.pool(adaptive.run)

    assert pools.pool(adaptive.run) is pool
    assert len({version for version, _order in attempt.paper}) == len(attempt.paper)


def test_the_page_goes_on_where_it_was_after_a_reload_or_on_another_phone(client, adaptive, learner):
    attempt = begin(adaptive, learner)
    attempt = answer(attempt)

    seen = [client.get(page_of(attempt)).content.decode().split("<main")[1] for _ in range(2)]

    version = str(attempt.paper[-1][0])
    assert all(f'data-question="{version}"' in page for page in seen)
    assert "1 answer is saved." in words(client.get(page_of(attempt)))
    assert page_of(attempt) in client.get(MINE).content.decode()
    assert begin(adaptive, learner) == attempt


@pytest.mark.parametrize("position", ["1", "9", "0", "", "x", "99999999999999999999"])
def test_an_answer_that_came_twice_late_or_out_of_order_changes_nothing(client, adaptive, learner, position):
    attempt = begin(adaptive, learner)
    first = form(attempt)
    attempt = answer(attempt)
    before = Attempt.objects.values("paper", "answers").get(pk=attempt.pk)

    response = client.post(page_of(attempt), {**first, **form(attempt, "b"), "position": position})

    assert response.headers["Location"] == page_of(attempt)
    assert Attempt.objects.values("paper", "answers").get(pk=attempt.pk) == before
    assert Step.objects.count() == 2


def test_no_answer_leads_nowhere(client, adaptive, learner):
    attempt = begin(adaptive, learner)

    client.post(page_of(attempt), {"position": "1"})

    assert "Choose an answer first" in words(client.get(page_of(attempt)))
    attempt.refresh_from_db()
    assert (attempt.answers, len(attempt.paper)) == ({}, 1)


def test_what_is_right_does_not_reach_the_page(client, adaptive, learner):
    attempt = begin(adaptive, learner)

    page = client.get(page_of(attempt)).content.decode()

    assert "反馈" not in page
    for option in "abc":
        assert f'value="{option}"' not in page
        assert cover(str(attempt.paper[0][0]), option) in page


def test_the_quizzes_pages_lead_an_open_sitting_to_its_question(client, adaptive, learner):
    attempt = begin(adaptive, learner)
    address = reverse("quizzes:attempt", args=[attempt.pk])

    answers = [client.get(address), client.post(address, {"anyway": "1"})]

    assert [response.headers["Location"] for response in answers] == [page_of(attempt)] * 2
    attempt.refresh_from_db()
    assert attempt.is_open
    assert client.post(reverse("quizzes:save", args=[attempt.pk]), {"sequence": 1}).status_code == 400


def test_anothers_sitting_and_a_linear_one_are_not_there(client, adaptive, learner, outsider):
    attempt = begin(adaptive, learner)
    client.force_login(outsider)
    assert client.get(page_of(attempt)).status_code == 404
    Diagnostic.objects.update(form=Diagnostic.Form.LINEAR)
    enrol(adaptive, outsider)
    client.post(BEGIN, FORM)

    linear = Attempt.objects.get(learner=outsider)

    assert len(linear.paper) == 20
    assert client.get(page_of(linear)).status_code == 404


def test_a_sitting_that_is_open_goes_on_in_its_own_form(adaptive, learner):
    attempt = begin(adaptive, learner)
    Diagnostic.objects.update(form=Diagnostic.Form.LINEAR)

    assert begin(adaptive, learner) == attempt
    assert answer(attempt).paper[0] == attempt.paper[0]


def test_a_sitting_left_lying_is_closed_with_what_was_answered(client, adaptive, learner):
    attempt = answer(answer(begin(adaptive, learner)))
    Attempt.objects.filter(pk=attempt.pk).update(started_at=LONG_AGO, due_at=LONG_AGO)

    assert close_overdue() == 1

    assert client.get(page_of(attempt)).headers["Location"] == MINE
    answered = Response.objects.filter(attempt=attempt).order_by("position")
    assert [response.is_answered for response in answered] == [True, True, False]
    assert "it ended because its time was up" in words(client.get(HOW))


def test_opening_a_sitting_whose_time_is_up_closes_it(client, adaptive, learner):
    attempt = answer(begin(adaptive, learner))
    Attempt.objects.filter(pk=attempt.pk).update(started_at=LONG_AGO, due_at=LONG_AGO)

    response = client.post(page_of(attempt), form(attempt))

    assert response.headers["Location"] == MINE
    assert Attempt.objects.get(pk=attempt.pk).submitted_at is not None


def test_how_it_is_worked_out_names_the_plan_the_calibration_and_the_ending(client, adaptive, learner):
    attempt = finish(adaptive, learner)
    sitting = Sitting.objects.get(attempt=attempt)

    seen = words(client.get(HOW))

    assert (
        f"Attempt 1 (row {sitting.pk}): plan {CURRENT_PLAN.number}, questions chosen by calibration "
        f"{adaptive.run.pk}, {attempt.total} questions; it ended because {sitting.get_ending_display()}."
    ) in seen
    assert "Each answer decides what is asked next" in seen


def test_a_weak_dimension_is_found(adaptive, learner):
    attempt = finish(adaptive, learner, wrong=["学业评价"])
    actions.estimate_due(learner=learner)

    found = dict(AbilityEstimate.objects.filter(attempt=attempt).values_list("scale", "band"))
    assert found["学业评价"] == "learn"
    assert "learn" not in {found[name] for name in DIMENSIONS[:3]}


def test_the_second_sitting_repeats_nothing_while_the_bank_lasts(adaptive, learner):
    first = finish(adaptive, learner)
    long_ago(first)
    actions.open_again(quiz=adaptive.quiz, by=learner)

    second = finish(adaptive, learner)

    assert {pk for pk, _ in first.paper} & {pk for pk, _ in second.paper} == set()


def test_a_retired_question_and_an_older_wording_are_not_asked(adaptive, learner):
    for capability in Capability.objects.exclude(code="A5"):
        plant_question(f"new-{capability.code}", single("未校准？"), capability=capability)
    retired = Question.objects.filter(key__endswith="-0", capability__position__lt=4)
    versions = set(retired.values_list("current", flat=True))
    calibrated = set(adaptive.run.parameters.values_list("version", flat=True))
    begun = begin(adaptive, learner)
    retired.update(status=Question.Status.RETIRED)

    attempt = begun
    while attempt.is_open:
        attempt = answer(attempt)

    asked = {pk for pk, _order in attempt.paper[1:]}
    assert asked & versions == set()
    assert asked <= calibrated


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda world: None, "Adaptive, by calibration"),
        (
            lambda world: Diagnostic.objects.update(form="linear"),
            "The same number of questions for all, as it is set",
        ),
        (
            lambda world: Question.objects.filter(key="A1-0").update(status="retired"),
            "each dimension needs 10 calibrated questions in use (学情分析 9)",
        ),
    ],
)
def test_operators_read_which_form_is_in_use_and_why(client, adaptive, admin_user, spoil, reason):
    spoil(adaptive)
    client.force_login(admin_user)

    page = words(client.get(reverse("diagnoses:index")))

    assert reason in page
    diagnostic = Diagnostic.objects.get()
    assert (pools.adaptive_run(diagnostic) is not None) == reason.startswith("Adaptive")


def test_without_a_calibration_the_linear_form_is_used(world, teacher):
    Diagnostic.objects.update(form=Diagnostic.Form.ADAPTIVE)

    attempt = take(world.quiz, teacher)

    assert "there is no calibration yet" in pools.form_in_use(Diagnostic.objects.get())
    assert (attempt.one_by_one, len(attempt.paper)) == (False, 20)


def test_operators_choose_the_form(client, world, admin_user):
    client.force_login(admin_user)
    diagnostic = Diagnostic.objects.get()

    client.post(reverse("diagnoses:edit", args=[diagnostic.pk]), {"form": "adaptive"})

    diagnostic.refresh_from_db()
    assert diagnostic.form == "adaptive"
    assert client.get(reverse("diagnoses:add")).status_code == 302
    assert client.get(reverse("diagnoses:delete", args=[diagnostic.pk])).status_code == 302


@pytest.mark.parametrize("others", [0, 3])
def test_a_step_costs_the_same_however_many_came_before(client, adaptive, learner, others):
    for _ in range(others):
        finish(adaptive, post(adaptive.cohort.school))
    versions(QuestionVersion.objects.values_list("pk", flat=True))
    attempt = answer(answer(begin(adaptive, learner)))
    client.get(page_of(attempt))

    with CaptureQueriesContext(connection) as sent:
        client.post(page_of(attempt), form(attempt))
    attempt.refresh_from_db()
    with CaptureQueriesContext(connection) as shown:
        client.get(page_of(attempt))

    assert len(attempt.paper) == 4
    assert (len(sent), len(shown)) == (12, 3)
