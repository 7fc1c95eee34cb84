"""A framework of four dimensions, a bank of ten questions each, and people who answer by their ability."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from django.utils import timezone

from assessments.diagnostics.loading import plant_diagnostic
from assessments.diagnostics.models import CalibrationRun, ItemParameter, Sitting
from assessments.quizzes.models import Attempt, QuestionVersion, Quiz, Response
from courses.models import Capability, Framework
from organizations.models import User
from tests.factories import plant_framework, plant_module, plant_programme, plant_question, single

DIMENSIONS = ("学情分析", "教学设计", "学法指导", "学业评价")
QUESTIONS = 10
"""In the bank, of each dimension."""


def plant_bank() -> Framework:
    """Four dimensions, each with two capabilities and ten questions."""
    framework = plant_framework(())
    for place, dimension in enumerate(DIMENSIONS):
        for number in range(2):
            capability = Capability.objects.create(
                framework=framework,
                code=f"{'AB'[number]}{place + 1}",
                position=2 * place + number,
                dimension=dimension,
                name_zh=f"{dimension}{number + 1}",
            )
            for question in range(QUESTIONS // 2):
                key = f"{capability.code}-{question}"
                plant_question(key, single(f"{key}？"), capability=capability)
    return framework


@pytest.fixture
def world(school) -> SimpleNamespace:
    """A programme with its diagnosis, and a school in it; one module teaches A1 and A2."""
    framework = plant_bank()
    module = plant_module("M02", lessons=2)
    module.capabilities.set(framework.capabilities.filter(code__in=["A1", "A2"]))
    module.save()
    programme = plant_programme([module], framework=framework)
    # The one that comes with any programme stands last, so that dimensions keep their order.
    Capability.objects.filter(code="A5").update(position=99)
    cohort = programme.cohorts.create(school=school, due_on=programme.ends_on)
    diagnostic = plant_diagnostic(framework)
    return SimpleNamespace(framework=framework, cohort=cohort, quiz=diagnostic.quiz, module=module)


def enrol(world: SimpleNamespace, learner: User) -> User:
    world.cohort.enrollments.create(learner=learner)
    return learner


def plant_sitting(version: QuestionVersion, learner: User) -> Attempt:
    """An open adaptive attempt at a quiz of its own, whose first question waits."""
    quiz = Quiz.objects.create(code="adaptive", title="逐题诊断")
    attempt = Attempt.objects.create(
        quiz=quiz,
        learner=learner,
        number=1,
        one_by_one=True,
        paper=[[version.pk, []]],
        pass_share="0.75",
        due_at=timezone.now() + timedelta(days=14),
        total=1,
    )
    Sitting.objects.create(attempt=attempt, run=empty_run(quiz), plan=1)
    return attempt


def empty_run(quiz: Quiz) -> CalibrationRun:
    """A calibration in force, of nothing."""
    return CalibrationRun.objects.create(
        quiz=quiz,
        model="2PL",
        filters={},
        people=400,
        responses=8000,
        log_likelihood=-4000.0,
        cycles=20,
        converged=True,
        code_version="0" * 64,
        input_sha256="0" * 64,
    )


def plant_run(quiz: Quiz) -> CalibrationRun:
    """A calibration in force of every question in the bank: usual slopes, difficulties from -1.5 to 1."""
    run = empty_run(quiz)
    versions = QuestionVersion.objects.order_by("pk").select_related("question__capability")
    ItemParameter.objects.bulk_create(
        ItemParameter(
            run=run,
            version=version,
            dimension=version.question.capability.dimension,
            a=1.2,
            d=-1.2 * (-1.5 + 2.5 * (place % QUESTIONS) / (QUESTIONS - 1)),
            c=0.0,
            n=200,
        )
        for place, version in enumerate(versions)
    )
    return run


def sit(quiz: Quiz, people: int, seed: int = 1, number: int = 1) -> SimpleNamespace:
    """People who each answered five questions of each dimension, drawn by lot, by a 2PL with known items."""
    rng = np.random.default_rng(seed)
    versions = list(QuestionVersion.objects.order_by("pk").select_related("question__capability"))
    a, b = rng.uniform(0.8, 1.8, len(versions)), rng.uniform(-1.5, 1.0, len(versions))
    first = User.objects.count()
    learners = User.objects.bulk_create(
        User(number=f"7{first + place:010d}", name=f"师{place}") for place in range(people)
    )
    theta = rng.normal(size=people)
    attempts = Attempt.objects.bulk_create(
        Attempt(
            quiz=quiz,
            learner=learner,
            number=number,
            paper=[],
            pass_share="0.75",
            due_at=timezone.now(),
            submitted_at=timezone.now(),
            total=20,
        )
        for learner in learners
    )
    groups = [
        [place for place, version in enumerate(versions) if version.question.capability.dimension == name]
        for name in DIMENSIONS
    ]
    responses = []
    for attempt, ability in zip(attempts, theta, strict=True):
        drawn = [place for group in groups for place in rng.choice(group, 5, replace=False)]
        for position, place in enumerate(drawn, start=1):
            chance = 1 / (1 + np.exp(-a[place] * (ability - b[place])))
            responses.append(
                Response(
                    attempt=attempt,
                    version=versions[place],
                    position=position,
                    answer=["a"],
                    is_answered=True,
                    score=int(rng.random() < chance),
                )
            )
    Response.objects.bulk_create(responses, batch_size=1000)
    return SimpleNamespace(
        learners=learners, theta=theta, a=a, d=-a * b, ids=[version.pk for version in versions]
    )
