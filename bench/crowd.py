"""People by the school, all signed in, before one quiz of twenty questions: what bench/quiz_herd needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.utils import timezone
from django.utils.crypto import get_random_string

from assessments.quizzes.items.marking import right_answer
from assessments.quizzes.loading import load_questions
from assessments.quizzes.models import QuestionVersion, Quiz, Section
from courses.loading import load_catalogue
from courses.models import Enrollment, ModulePage, Programme
from organizations.models import Organization, Posting, User
from organizations.roles import Role
from training_site.demo import city

from .data import form_of, numbers

SCHOOL_SIZE = 55
"""38,000 people in 685 schools."""
MODULES = ("M01", "M02", "M03", "M04")
CODE = "herd"
BATCH = 2000


def plant_crowd(people: int) -> dict[str, Any]:
    """Make everything; return the sessions, and how each question is answered rightly."""
    load_catalogue()
    load_questions()
    city.plant_city()
    city.open_programmes()
    plant_quiz()
    schools = [plant_school(size) for size in sizes(people)]
    versions = QuestionVersion.objects.filter(question__module__code__in=MODULES)
    return {
        "code": CODE,
        "sessions": sign_in([person for school in schools for person in school]),
        "fields": {version.pk: form_of(version) for version in versions},
        "answers": {version.pk: right_answer(version.item) for version in versions},
    }


def plant_quiz() -> None:
    """Twenty questions, drawn five each from four modules."""
    quiz = Quiz.objects.create(code=CODE, title="期末测评", purpose=Quiz.Purpose.FINAL, minutes=60)
    for place, module in enumerate(ModulePage.objects.filter(code__in=MODULES), start=1):
        Section.objects.create(quiz=quiz, position=place, module=module, count=5)


def sizes(people: int) -> list[int]:
    full, rest = divmod(people, SCHOOL_SIZE)
    return [SCHOOL_SIZE] * full + ([rest] if rest else [])


def plant_school(size: int) -> list[User]:
    """A school with its people, enrolled in the whole programme."""
    county = Organization.objects.filter(kind=Organization.Kind.COUNTY).first()
    school = county.add_child(kind=Organization.Kind.SCHOOL, name=f"{county.numchild + 1}号学校")
    cohort = city.open_cohort(Programme.objects.get(slug="full-2026"), school)
    people = User.objects.bulk_create(
        User(number=next(numbers), name="王欣怡", password="!")  # noqa: S106  nobody signs in with it
        for _ in range(size)
    )
    Posting.objects.bulk_create(
        Posting(person=person, organization=school, role=Role.TEACHER) for person in people
    )
    Enrollment.objects.bulk_create(Enrollment(cohort=cohort, learner=person) for person in people)
    return people


def sign_in(people: Sequence[User]) -> list[str]:
    """Leave sessions in database and cache, as logins would. Returns their keys."""
    store = SessionStore()
    sessions = {
        get_random_string(32): {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
        }
        for person in people
    }
    until = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    Session.objects.bulk_create(
        (
            Session(session_key=key, session_data=store.encode(data), expire_date=until)
            for key, data in sessions.items()
        ),
        batch_size=BATCH,
    )
    caches[settings.SESSION_CACHE_ALIAS].set_many(
        {store.cache_key_prefix + key: data for key, data in sessions.items()}, settings.SESSION_COOKIE_AGE
    )
    return list(sessions)
