"""Two schools, one of 300 people and one of 3,000, all on their way through the full programme."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Site

from assessments.evidence.loading import load_evidence_tasks
from assessments.evidence.models import Grade, Submission
from assessments.quizzes.items.kinds import Answer, Choice, Matching, Ordering, Passage, Simple
from assessments.quizzes.items.marking import right_answer
from assessments.quizzes.loading import load_questions
from assessments.quizzes.models import Attempt, QuestionVersion, Quiz
from assessments.quizzes.names import cover
from bench.bare.models import BarePage
from certificates.models import Certificate, RulePack
from courses.loading import load_catalogue
from courses.models import Capability, Cohort, Completion, Enrollment, HoursEntry, LessonPage, Programme
from courses.queries import ModuleLine, edition, programme_lines
from organizations.models import Organization, Posting, User
from organizations.roles import Role
from training_site.demo import city
from training_site.demo.journey import right_answers

SIZES = (300, 3000)
WALKERS = 60
"""So many teachers of the first school can sign in, a fresh one for each round."""
MODULE, LESSON = "M02", 2
TEXT = "<p>一页最简单的正文。</p>" * 10

numbers = (f"61{number:09}" for number in count(1))
chance = random.Random(2026)  # noqa: S311  the same people in every run


def plant() -> dict[str, Any]:
    """Make everything; return the addresses, logins and right answers that bench/run.py needs."""
    load_catalogue()
    load_questions()
    load_evidence_tasks()
    site = Site.objects.get(is_default_site=True)
    site.root_page.add_child(instance=BarePage(title="一页", slug="page", body=TEXT))
    bureau = city.plant_city()
    city.open_programmes()
    programme = Programme.objects.get(slug="full-2026")
    county = bureau.get_children().first()
    lead = city.person("LEAD", "魏渭", county, Role.COUNTY_LEAD)
    cohorts = [plant_school(county, programme, size) for size in SIZES]
    call_command("rebuild_standings", stdout=io.StringIO())
    lesson = LessonPage.objects.get(slug=f"{MODULE}-{LESSON}".lower())
    versions = QuestionVersion.objects.filter(question__module__code=MODULE)
    return {
        "module": MODULE,
        "lesson": LESSON,
        "cohorts": [cohort.pk for cohort in cohorts],
        "password": city.PASSWORD,
        "lead": lead.number,
        "walkers": sign_up(cohorts[0], WALKERS),
        "check": right_answers(lesson.questions),
        "paper": {name: value for version in versions for name, value in form_of(version)},
    }


def form_of(version: QuestionVersion) -> list[tuple[str, str | list[str]]]:
    """The fields of a paper's form with which a question is answered rightly."""
    name, item, answer = str(version.pk), version.item, right_answer(version.item)
    if isinstance(item, Passage):
        return [
            field
            for part in item.parts
            for field in fields_of(part.item, f"{name}.{part.id}", answer[part.id])
        ]
    return fields_of(item, name, answer)


def fields_of(item: Simple, name: str, answer: Answer) -> list[tuple[str, str | list[str]]]:
    if isinstance(item, Ordering):
        return [(f"{name}.{cover(name, option)}", str(place)) for place, option in enumerate(answer, start=1)]
    if isinstance(item, Matching):
        return [(f"{name}.{key}", cover(name, value)) for key, value in answer.items()]
    if isinstance(item, Choice):
        return [(name, [cover(name, option) for option in answer])]
    if isinstance(answer, dict):
        return [(f"{name}.{key}", value) for key, value in answer.items()]
    return [(name, answer)]


def sign_up(cohort: Cohort, people: int) -> list[str]:
    """Give the first people of a school a password; return their numbers."""
    numbers = cohort.enrollments.order_by("pk").values_list("learner__number", flat=True)[:people]
    User.objects.filter(number__in=list(numbers)).update(password=make_password(city.PASSWORD))
    return list(numbers)


def plant_school(county: Organization, programme: Programme, size: int) -> Cohort:
    """A school with all its people enrolled: the walkers at the beginning, the others anywhere on the way."""
    county.refresh_from_db()
    school = county.add_child(kind=Organization.Kind.SCHOOL, name=f"{size}人学校")
    cohort = city.open_cohort(programme, school)
    people = User.objects.bulk_create(
        User(
            number=next(numbers),
            name=chance.choice("王李张刘陈杨") + chance.choice(["欣怡", "子轩", "梓涵"]),
            password="!",  # noqa: S106  nobody signs in with it
        )
        for _ in range(size)
    )
    Posting.objects.bulk_create(
        Posting(person=person, organization=school, role=Role.TEACHER) for person in people
    )
    enrollments = Enrollment.objects.bulk_create(
        Enrollment(cohort=cohort, learner=person) for person in people
    )
    walk(programme, enrollments)
    return cohort


def walk(programme: Programme, enrollments: Sequence[Enrollment]) -> None:
    """Lessons, hours, quizzes, evidence and certificates, as the actions would have left them."""
    lines = programme_lines(programme, edition())
    quizzes = {quiz.module_id: quiz for quiz in Quiz.objects.all()}
    capabilities = list(Capability.objects.filter(framework=programme.framework).order_by("position"))
    pack = RulePack.objects.get(programme=programme, kind=RulePack.Kind.TEACHER)
    lessons, hours, attempts, evidence, certificates = [], [], [], [], []
    for place, enrollment in enumerate(enrollments):
        modules = 0 if place < WALKERS else chance.randrange(len(lines) + 1)
        lessons += completions(enrollment, lines[:modules])
        hours += online_hours(enrollment, lines[:modules])
        attempts += [passed(quizzes[line.module.pk], enrollment) for line in lines[:modules]]
        evidence += [shown(chance.choice(capabilities), enrollment)] if modules > 5 else []
        certificates += [awarded(pack, enrollment)] if modules == len(lines) else []
    Completion.objects.bulk_create(lessons, batch_size=5000)
    HoursEntry.objects.bulk_create(hours, batch_size=5000)
    Attempt.objects.bulk_create(attempts, batch_size=5000)
    Submission.objects.bulk_create(evidence)
    Certificate.objects.bulk_create(certificates)


def completions(enrollment: Enrollment, lines: Iterable[ModuleLine]) -> list[Completion]:
    return [
        Completion(learner_id=enrollment.learner_id, lesson_id=lesson.pk)
        for line in lines
        for lesson in line.lessons
    ]


def online_hours(enrollment: Enrollment, lines: Iterable[ModuleLine]) -> list[HoursEntry]:
    return [
        HoursEntry(
            enrollment=enrollment,
            kind=HoursEntry.Kind.ONLINE,
            hours=lesson.hours,
            source=f"lesson:{lesson.pk}",
        )
        for line in lines
        for lesson in line.lessons
    ]


def passed(quiz: Quiz, enrollment: Enrollment) -> Attempt:
    now = timezone.now()
    return Attempt(
        quiz=quiz, learner_id=enrollment.learner_id, number=1, paper=[], pass_share=quiz.pass_share,
        due_at=now + timedelta(minutes=quiz.minutes), submitted_at=now, score=8, total=8, passed=True,
    )  # fmt: skip


def shown(capability: Capability, enrollment: Enrollment) -> Submission:
    status = chance.choice(
        [Submission.Status.GRADED, Submission.Status.SUBMITTED, Submission.Status.RETURNED]
    )
    grade = Grade.PASS if status == Submission.Status.GRADED else ""
    return Submission(
        learner_id=enrollment.learner_id,
        capability=capability,
        status=status,
        grade=grade,
        submitted_at=timezone.now(),
    )


def awarded(pack: RulePack, enrollment: Enrollment) -> Certificate:
    number = f"MEASURED-{enrollment.pk}"
    return Certificate(
        learner_id=enrollment.learner_id, rule_pack=pack, number=number, token=number,
        holder=enrollment.learner.name, school=str(enrollment.cohort.school), facts={},
    )  # fmt: skip
