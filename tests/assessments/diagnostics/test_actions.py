from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.diagnostics import actions, queries
from assessments.diagnostics.loading import plant_diagnostic
from assessments.diagnostics.models import AbilityEstimate, Diagnostic, SelfAssessment
from assessments.quizzes.actions import AttemptsUsedUp, open_paper, submit
from assessments.quizzes.models import Attempt, Question, Quiz
from assessments.quizzes.queries import paper_of
from courses.models import Framework
from tests.factories import plant_framework

from .conftest import DIMENSIONS, enrol

RATINGS = dict.fromkeys(DIMENSIONS, 3)


def take(quiz: Quiz, learner, wrong=()) -> Attempt:
    """A whole sitting: all right but in the dimensions told."""
    attempt = actions.begin(quiz=quiz, environment="A", ratings=RATINGS, by=learner)
    attempt = open_paper(attempt=attempt, by=learner)
    answers = {}
    for version in paper_of(attempt):
        dimension = Question.objects.get(versions=version).capability.dimension
        answers[str(version.pk)] = ["b" if dimension in wrong else "a"]
    return submit(attempt=attempt, answers=answers, lease=attempt.lease, by=learner)


def bands(learner) -> dict[str, str]:
    return dict(AbilityEstimate.objects.visible_to(learner).values_list("scale", "band"))


def long_ago(attempt: Attempt) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(submitted_at=timezone.now() - timedelta(days=40))


def test_the_diagnosis_has_five_questions_of_each_dimension(world, teacher):
    attempt = actions.begin(quiz=world.quiz, environment="A", ratings=RATINGS, by=teacher)

    dimensions = [Question.objects.get(versions=v).capability.dimension for v in paper_of(attempt)]
    assert dimensions == [name for name in DIMENSIONS for _ in range(5)]


def test_planting_it_twice_leaves_the_first(world):
    assert plant_diagnostic(world.framework).quiz == world.quiz
    assert Diagnostic.objects.count() == 1


def test_the_command_makes_the_diagnosis_of_the_framework(db):
    with pytest.raises(CommandError, match="load the catalogue first"):
        call_command("load_diagnostic")
    framework = plant_framework()

    call_command("load_diagnostic")

    assert queries.dimensions(Diagnostic.objects.get(framework=framework).quiz) == ["学法指导"]


def test_what_people_say_of_themselves_is_kept_with_the_sitting(world, teacher):
    for level in (2, 4):
        ratings = dict.fromkeys(DIMENSIONS, level)
        actions.begin(quiz=world.quiz, environment="B", ratings=ratings, by=teacher)

    kept = SelfAssessment.objects.get()
    assert (kept.learner, kept.occasion, kept.environment) == (teacher, 1, "B")
    assert kept.ratings == dict.fromkeys(DIMENSIONS, 4)


def test_handing_in_writes_down_what_it_says(world, teacher, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        attempt = take(world.quiz, teacher, wrong=["学业评价"])

    assert bands(teacher) == {
        "学情分析": "ready",
        "教学设计": "ready",
        "学法指导": "ready",
        "学业评价": "learn",
        "": "near",
    }
    assert {(row.attempt, row.rule, row.run) for row in AbilityEstimate.objects.all()} == {(attempt, 1, None)}


def test_estimating_again_adds_nothing(world, teacher):
    take(world.quiz, teacher)

    assert (actions.estimate_due(learner=teacher), actions.estimate_due(learner=teacher)) == (1, 0)
    assert AbilityEstimate.objects.count() == 5


def test_an_estimate_is_never_changed(world, teacher):
    take(world.quiz, teacher)
    actions.estimate_due(learner=teacher)

    with pytest.raises(IntegrityError), transaction.atomic():
        AbilityEstimate.objects.update(band="ready")
    with pytest.raises(IntegrityError), transaction.atomic():
        AbilityEstimate.objects.all().delete()


def test_one_sitting_is_allowed_until_time_has_gone_by(world, teacher):
    first = take(world.quiz, teacher)
    with pytest.raises(AttemptsUsedUp):
        actions.begin(quiz=world.quiz, environment="A", ratings=RATINGS, by=teacher)
    with pytest.raises(actions.TooSoon):
        actions.open_again(quiz=world.quiz, by=teacher)

    long_ago(first)
    for _ in range(2):
        actions.open_again(quiz=world.quiz, by=teacher)
    second = take(world.quiz, teacher)

    assert second.number == 2
    with pytest.raises(actions.TooSoon):
        actions.open_again(quiz=world.quiz, by=teacher)


def test_nothing_is_opened_for_who_has_not_begun(world, teacher):
    actions.open_again(quiz=world.quiz, by=teacher)

    assert not world.quiz.extensions.exists()


def test_the_second_sitting_has_other_questions(world, teacher):
    first = take(world.quiz, teacher)
    long_ago(first)
    actions.open_again(quiz=world.quiz, by=teacher)
    second = take(world.quiz, teacher)

    assert len({pk for pk, _ in first.paper} | {pk for pk, _ in second.paper}) == 40


def test_change_is_told_from_the_first_sitting_to_the_last(world, teacher):
    first = take(world.quiz, teacher, wrong=["学情分析", "教学设计", "学法指导"])
    long_ago(first)
    actions.open_again(quiz=world.quiz, by=teacher)
    take(world.quiz, teacher, wrong=["学业评价"])
    actions.estimate_due(learner=teacher)

    sittings = queries.estimates_of(world.quiz.pk, teacher, None)

    assert {scale: queries.change_between(sittings, scale) for scale in ("", *DIMENSIONS)} == {
        "": "improved",
        "学情分析": "improved",
        "教学设计": "improved",
        "学法指导": "improved",
        "学业评价": "declined",
    }
    assert queries.change_between(sittings[:1], "") is None


@pytest.mark.parametrize(
    ("environment", "pool", "expected"),
    [
        ("A", [], ["A4", "A3", "A5"]),
        ("B", [], ["A4", "A3", "B4"]),
        ("A", ["B3", "B4", "A1"], ["B4", "B3", "A1"]),
    ],
)
def test_suggestions_come_from_the_schools_pool_or_fit_the_classroom(
    world, teacher, environment, pool, expected
):
    enrol(world, teacher)
    world.cohort.capabilities.set(world.framework.capabilities.filter(code__in=pool))
    take(world.quiz, teacher, wrong=["学业评价", "学法指导"])
    actions.estimate_due(learner=teacher)
    own = queries.self_assessment(world.quiz.pk, teacher, 1)
    own.environment, own.ratings = environment, {**RATINGS, "学业评价": 1}

    [sitting] = queries.estimates_of(world.quiz.pk, teacher, None)
    found = queries.suggestions(sitting, own, world.cohort)

    assert [suggestion.capability.code for suggestion in found] == expected
    taught = {one.capability.code: [line.module.code for line in one.modules] for one in found}
    assert {code for code, modules in taught.items() if modules == ["M02"]} == {"A1"} & set(expected)


def is_waiting(framework: Framework, learner) -> bool:
    found = Framework.objects.annotate(waits=queries.is_waiting("pk", learner, timezone.now()))
    return found.get(pk=framework.pk).waits


def test_a_diagnosis_not_taken_is_pointed_out_until_it_is(world, teacher):
    before = is_waiting(world.framework, teacher)
    take(world.quiz, teacher)

    assert (before, is_waiting(world.framework, teacher)) == (True, False)


def test_a_diagnosis_that_is_not_open_is_not_pointed_out(world, teacher):
    Quiz.objects.update(opens_at=timezone.now() + timedelta(days=1))

    assert not is_waiting(world.framework, teacher)
