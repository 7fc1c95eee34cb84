"""Two uploads of one picture at once. The twin without the guard shows that the guard is what holds."""

from __future__ import annotations

from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from assessments.quizzes import pictures
from assessments.quizzes.models import Picture
from tests.factories import UserFactory

from .pictures import DRAWN
from .test_races import at_once

pytestmark = [pytest.mark.production, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def uploads(monkeypatch):
    """Uploads one picture twice: both see that it is not there yet."""
    barrier, kept = Barrier(2), pictures._kept

    def wait_then_keep(*args):
        try:
            barrier.wait(timeout=5)
        except BrokenBarrierError:
            barrier.reset()
        return kept(*args)

    monkeypatch.setattr(pictures, "_kept", wait_then_keep)
    editor, drawn = UserFactory(), DRAWN["red"]

    def upload():
        return pictures.keep(name=drawn.name, content=drawn.content, title="图", by=editor)

    return lambda: at_once(upload, upload)


def files() -> set[str]:
    storage = Picture._meta.get_field("file").storage
    return {f"pictures/{name}" for name in storage.listdir("pictures")[1]}


def test_two_uploads_of_one_picture_leave_one_and_no_other_files(uploads):
    first, second = uploads()

    row = Picture.objects.get()
    assert first == second == row
    assert files() == {row.file.name, row.small.name}


def test_without_the_guard_two_uploads_collide(uploads, monkeypatch):
    create = QuerySet.bulk_create
    monkeypatch.setattr(QuerySet, "bulk_create", lambda rows, objects, **how: create(rows, objects))

    assert [type(outcome) for outcome in uploads() if isinstance(outcome, Exception)] == [IntegrityError]
