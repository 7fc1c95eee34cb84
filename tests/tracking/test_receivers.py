"""The rollup follows what becomes of certificates, of many people for the price of one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates import actions
from certificates.models import Certificate
from certificates.signals import announce_certificates, certificates_changed
from courses.models import Enrollment
from tracking.models import Standing

from ..certificates.conftest import enrol
from ..factories import CertificateFactory, plant_programme, plant_rule_pack, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolled(school) -> list[Enrollment]:
    programme = plant_programme()
    plant_rule_pack(programme)
    return [enrol(post(school), programme, school) for _ in range(12)]


def test_a_revoked_certificate_leaves_the_school_table(
    enrolled, bureau_officer, django_capture_on_commit_callbacks
):
    enrollment = enrolled[0]
    certificate = CertificateFactory(learner=enrollment.learner, programme=enrollment.cohort.programme)
    with django_capture_on_commit_callbacks(execute=True):
        announce_certificates([enrollment.learner])
    assert Standing.objects.get(enrollment=enrollment).certificate == certificate

    with django_capture_on_commit_callbacks(execute=True):
        actions.revoke(certificate=certificate, by=bureau_officer, reason="误发")

    assert Standing.objects.get(enrollment=enrollment).certificate is None


def test_news_of_many_certificates_costs_what_news_of_one_does(enrolled):
    def queries_for(count: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            certificates_changed.send(sender=None, learners=[one.learner for one in enrolled[:count]])
        return len(queries)

    queries_for(1)  # the catalogue is in the cache from here on

    assert queries_for(1) == queries_for(12)
    assert Standing.objects.count() == 12


def test_a_fault_in_a_higher_layer_keeps_no_certificate_from_its_step(
    enrolled, bureau_officer, django_capture_on_commit_callbacks, caplog
):
    def stumble(**kwargs):
        raise RuntimeError("no standings today")

    certificate = CertificateFactory(learner=enrolled[0].learner, programme=enrolled[0].cohort.programme)
    certificates_changed.connect(stumble)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            actions.revoke(certificate=certificate, by=bureau_officer, reason="误发")
    finally:
        certificates_changed.disconnect(stumble)

    assert Certificate.objects.get().status == "revoked"
    assert "no standings today" in caplog.text
