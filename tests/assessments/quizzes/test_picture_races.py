"""Two uploads of one picture at once. The twin without the guard shows that the guard is what holds."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from assessments.quizzes import pictures
from assessments.quizzes.models import Picture
from tests.factories import UserFactory
from tests.racing import RACES, at_once, meet_before

from .pictures import DRAWN

pytestmark = RACES


@pytest.fixture
def uploads(monkeypatch):
    """Uploads one picture twice: both see that it is not there yet."""
    meet_before(monkeypatch, pictures, "_kept")
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
