"""Making the diagnosis of a framework out of the bank."""

from __future__ import annotations

from django.db import transaction

from assessments.quizzes.models import Quiz, Section
from courses.models import Framework

from .models import Diagnostic

QUESTIONS_PER_DIMENSION = 5
"""Twice that is in the bank for every dimension, so that a second sitting repeats nothing."""

MINUTES = 40


@transaction.atomic
def plant_diagnostic(framework: Framework, *, per_dimension: int = QUESTIONS_PER_DIMENSION) -> Diagnostic:
    """The diagnosis of a framework: so many questions of each dimension. One that is there stays as it is.

    One sitting is allowed; `actions.open_again` allows the next.
    """
    if found := Diagnostic.objects.filter(framework=framework).first():
        return found
    quiz = Quiz.objects.create(
        code=f"diagnostic-{framework.pk}",
        title="研修能力诊断",
        purpose=Quiz.Purpose.DIAGNOSTIC,
        minutes=MINUTES,
        attempts_allowed=1,
        review=Quiz.Review.NEVER,
    )
    names = dict.fromkeys(framework.capabilities.values_list("dimension", flat=True))
    for position, name in enumerate(names, start=1):
        Section.objects.create(quiz=quiz, position=position, title=name, dimension=name, count=per_dimension)
    return Diagnostic.objects.create(quiz=quiz, framework=framework)
