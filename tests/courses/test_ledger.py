"""The hours ledger: the database refuses to change or delete a line, whoever asks."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.state import ProjectState

from courses.models import HoursEntry
from organizations.ledgers import append_only

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(cohort, teacher) -> HoursEntry:
    enrollment = cohort.enrollments.create(learner=teacher)
    return enrollment.hours_entries.create(kind=HoursEntry.Kind.ONLINE, hours="0.5", source="lesson:1")


def migrate(operation, *, back: bool = False) -> None:
    # Not entered: on SQLite that is impossible within a test's transaction, and triggers do not need it.
    editor = connection.schema_editor()
    run = operation.database_backwards if back else operation.database_forwards
    run("courses", editor, ProjectState(), ProjectState())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE courses_hoursentry SET hours = 9",
        "UPDATE courses_hoursentry SET note = 'x' WHERE id = %(id)s",
        "DELETE FROM courses_hoursentry",
    ],
)
def test_a_line_is_neither_changed_nor_deleted(entry, statement):
    with (
        pytest.raises(
            IntegrityError, match="courses_hoursentry is append-only: add a row that corrects the other"
        ),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.replace("%(id)s", str(entry.pk)))

    entry.refresh_from_db()
    assert (float(entry.hours), entry.note) == (0.5, "")


def test_the_orm_is_refused_as_well(entry):
    entry.hours = 9
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.delete()


def test_a_mistake_is_corrected_by_a_further_line(entry):
    entry.enrollment.hours_entries.create(kind=entry.kind, hours="-0.5", source="correction:1")

    assert HoursEntry.objects.count() == 2


def test_sealing_twice_is_harmless_and_can_be_taken_back(entry):
    [seal] = append_only("courses_hoursentry")
    migrate(seal)

    migrate(seal, back=True)
    entry.delete()

    migrate(seal)
    with pytest.raises(IntegrityError), transaction.atomic():
        HoursEntry.objects.create(
            enrollment=entry.enrollment, kind=entry.kind, hours=1, source="lesson:2"
        ).delete()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_lines_written_for_good_are_gone_in_the_next_test(entry):
    assert HoursEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_and_the_next_test_finds_the_ledger_sealed(entry):
    assert HoursEntry.objects.count() == 1
    with pytest.raises(IntegrityError):
        HoursEntry.objects.all()._raw_delete(HoursEntry.objects.db)
