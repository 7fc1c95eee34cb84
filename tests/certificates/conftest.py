"""A programme with a rule pack, and people who have earned its certificate."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from assessments.evidence.models import Submission
from assessments.quizzes.models import Attempt
from courses.models import Capability, Cohort, Enrollment, HoursEntry, Programme
from organizations.models import Organization, User

from ..factories import plant_framework, plant_module, plant_programme, plant_rule_pack


@pytest.fixture
def programme(db) -> Programme:
    plant_framework(["A5", "A6", "B2"])
    programme = plant_programme([plant_module("M02", questions=1)])
    plant_rule_pack(programme, code="starter")
    return programme


@pytest.fixture
def cohort(programme, school) -> Cohort:
    return Cohort.objects.create(programme=programme, school=school, due_on=programme.ends_on)


def enrol(learner: User, programme: Programme, school: Organization) -> Enrollment:
    """An enrolment with nothing done in it."""
    cohort, _ = Cohort.objects.get_or_create(
        programme=programme, school=school, defaults={"due_on": programme.ends_on}
    )
    return Enrollment.objects.create(cohort=cohort, learner=learner)


def study(enrollment: Enrollment, hours: str = "3.0", kind: str = "online") -> None:
    source = f"test:{enrollment.hours_entries.count()}"
    HoursEntry.objects.create(enrollment=enrollment, kind=kind, hours=Decimal(hours), source=source)


def pass_quizzes(learner: User, programme: Programme) -> None:
    for module in programme.modules.all():
        Attempt.objects.create(
            quiz=module.quiz, learner=learner, number=1, paper=[], pass_share="0.75", due_at=timezone.now(),
            submitted_at=timezone.now(), score=1, total=1, passed=True,
        )  # fmt: skip


def show(learner: User, code: str = "A5", grade: str = "pass") -> Submission:
    return Submission.objects.create(
        learner=learner,
        capability=Capability.objects.get(code=code, framework__code="microcapabilities"),
        status=Submission.Status.GRADED,
        grade=grade,
    )


def earn(enrollment: Enrollment) -> None:
    """All that the rule pack asks for."""
    study(enrollment)
    pass_quizzes(enrollment.learner, enrollment.cohort.programme)
    show(enrollment.learner)


@pytest.fixture
def enrollment(teacher, programme, school) -> Enrollment:
    """The teacher's enrolment, with nothing done in it."""
    return enrol(teacher, programme, school)


@pytest.fixture
def earned(enrollment) -> Enrollment:
    """The teacher's enrolment, with everything done that the certificate asks for."""
    earn(enrollment)
    return enrollment
