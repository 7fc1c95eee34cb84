"""How long drawing up a batch takes: python -m bench.printing.preparing COUNT

So many people in schools of 55, each with all that the starter programme asks for. Printed are the processor
seconds of the worker, without those of the database, the queries of one lot, and the most memory it had.
"""

from __future__ import annotations

import resource
import sys
import time
from decimal import Decimal

import django

django.setup()

from django.db import connection  # noqa: E402 - Django first
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from assessments.evidence.models import Grade, Submission  # noqa: E402
from assessments.quizzes.loading import load_questions  # noqa: E402
from assessments.quizzes.models import Attempt, Quiz  # noqa: E402
from certificates.batches import actions  # noqa: E402
from certificates.batches.models import Batch  # noqa: E402
from certificates.models import RulePack  # noqa: E402
from courses.loading import load_catalogue  # noqa: E402
from courses.models import Capability, Enrollment, HoursEntry, Programme  # noqa: E402
from organizations.models import Organization, Posting, User  # noqa: E402
from organizations.roles import Role  # noqa: E402
from training_site.demo import city  # noqa: E402

A_SCHOOL = 55
AT_ONCE = 5000


def main() -> None:
    count = int(sys.argv[1])
    _report(_planted(count), count)


def _report(batch: Batch, count: int) -> None:
    with CaptureQueriesContext(connection) as queries:
        actions.prepare(batch=batch)
    start = time.process_time()
    while actions.prepare(batch=batch):
        pass
    rest = count - actions.SEEN_AT_ONCE
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    waiting = batch.items.filter(status="waiting").count()
    print(
        f"{count} people, {waiting} drafts: {len(queries)} queries in a lot of {actions.SEEN_AT_ONCE}, "
        f"{seconds / rest * 1000:.2f} CPU ms each, {seconds / rest * count:.0f} s in all, {memory:.0f} MB"
    )


def _planted(count: int) -> Batch:
    load_catalogue()
    load_questions()
    bureau = city.plant_city()
    city.open_programmes()
    programme = Programme.objects.get(slug="starter-2026")
    county = bureau.get_children().first()
    enrollments: list[Enrollment] = []
    for number in range(0, count, A_SCHOOL):
        county.refresh_from_db()
        school = county.add_child(kind=Organization.Kind.SCHOOL, name=f"第{number}小学")
        enrollments += _enrolled(programme, school, number, min(A_SCHOOL, count - number))
    _earned(programme, enrollments)
    pack = RulePack.objects.get(programme=programme, kind=RulePack.Kind.TEACHER)
    return actions.create(
        rule_pack=pack, place=bureau, by=city.person("O", "办证人", bureau, Role.BUREAU_OFFICER)
    )


def _enrolled(programme: Programme, school: Organization, first: int, size: int) -> list[Enrollment]:
    cohort = city.open_cohort(programme, school)
    people = User.objects.bulk_create(
        User(number=f"T{first + place:08}", name="王小明", password="!")  # noqa: S106 - nobody signs in
        for place in range(size)
    )
    Posting.objects.bulk_create(
        Posting(person=person, organization=school, role=Role.TEACHER) for person in people
    )
    return Enrollment.objects.bulk_create(Enrollment(cohort=cohort, learner=person) for person in people)


def _earned(programme: Programme, enrollments: list[Enrollment]) -> None:
    quizzes = list(Quiz.objects.filter(module__programmes=programme))
    capability = Capability.objects.filter(framework=programme.framework).first()
    now = timezone.now()
    HoursEntry.objects.bulk_create(
        (HoursEntry(enrollment=one, kind="online", hours=Decimal(3), source="bench") for one in enrollments),
        batch_size=AT_ONCE,
    )
    Submission.objects.bulk_create(
        (
            Submission(learner=one.learner, capability=capability, status="graded", grade=Grade.PASS)
            for one in enrollments
        ),
        batch_size=AT_ONCE,
    )
    Attempt.objects.bulk_create(
        (
            Attempt(
                quiz=quiz, learner=one.learner, number=1, paper=[], pass_share=Decimal("0.75"), due_at=now,
                submitted_at=now, score=1, total=1, passed=True,
            )
            for one in enrollments
            for quiz in quizzes
        ),
        batch_size=AT_ONCE,
    )  # fmt: skip


if __name__ == "__main__":
    main()
