"""A county with people who have earned a certificate, and some who have not."""

from __future__ import annotations

import pytest

from certificates.batches import actions
from certificates.batches.models import Batch
from courses.models import Enrollment
from organizations.models import User
from organizations.roles import Role

from ...factories import post
from ..conftest import earn, enrol


@pytest.fixture
def second_officer(bureau) -> User:
    return post(bureau, Role.BUREAU_OFFICER)


@pytest.fixture
def due(programme, school) -> list[Enrollment]:
    """Five people who have earned the certificate, and nobody has asked yet."""
    enrollments = [enrol(post(school), programme, school) for _ in range(5)]
    for enrollment in enrollments:
        earn(enrollment)
    return enrollments


@pytest.fixture
def batch(due, programme, county, bureau_officer) -> Batch:
    """Those five, drawn up and waiting for approval."""
    return draw_up(programme, county, bureau_officer)


def draw_up(programme, place, by) -> Batch:
    batch = actions.create(rule_pack=programme.rule_packs.get(), place=place, by=by)
    while actions.prepare(batch=batch):
        pass
    batch.refresh_from_db()
    return batch
