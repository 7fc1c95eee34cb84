from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from certificates import actions, succession
from certificates.auditing import problems
from certificates.models import Certificate, CertificateEvent, NumberSeries
from certificates.numbers import certificate_number
from organizations.jobs.worker import run_due

from ..factories import CertificateFactory, post
from .conftest import earn, enrol

Status = Certificate.Status


@pytest.fixture
def certificate(earned, bureau_officer) -> Certificate:
    """Issued the real way; beside it one that was corrected, one that was revoked, and a draft."""
    programme, school = earned.cohort.programme, earned.cohort.school
    [certificate] = actions.award_due(learner=earned.learner)
    others = []
    for _ in range(2):
        enrollment = enrol(post(school), programme, school)
        earn(enrollment)
        others += actions.award_due(learner=enrollment.learner)
    run_due()
    succession.correct(certificate=others[0], by=bureau_officer, reason="名字写错了")
    run_due()
    actions.revoke(certificate=others[1], by=bureau_officer, reason="证据不是本人的")
    CertificateFactory(status=Status.DRAFT, number=None)
    certificate.refresh_from_db()
    return certificate


def faults(kind: str = "") -> list[str]:
    return [line for line in problems() if line.startswith(kind)]


def test_a_ledger_as_the_platform_wrote_it_has_no_faults(certificate):
    out = StringIO()

    call_command("verify_ledger", stdout=out)

    assert out.getvalue() == "5 certificates, nothing wrong\n"


def test_a_changed_file_and_a_lost_one_are_found(certificate):
    other = Certificate.objects.get(status=Status.SUPERSEDED)
    with certificate.pdf.storage.open(certificate.pdf.name, "wb") as file:
        file.write(b"%PDF-1.7 somebody else")
    other.pdf.storage.delete(other.pdf.name)

    changed, lost = faults()

    assert changed == f"file: {certificate}: the file {certificate.pdf.name} is not the one that was issued"
    assert lost.startswith(f"file: {other}: ")


def test_a_gap_in_a_series_is_found(certificate):
    series = NumberSeries.objects.get()
    NumberSeries.objects.filter(pk=series.pk).update(last=12)

    assert faults() == [f"number: {series} lacks 5, 6, 7, 8, 9 and 3 more"]


def test_a_number_beyond_its_series_is_found(certificate, outsider):
    number = certificate_number(prefix="BJXJ20", year=2025, area="610302", serial=1)
    CertificateFactory(learner=outsider, number=number)
    CertificateFactory(learner=outsider, number="made up")

    assert faults() == [
        "number: made up is none",
        "number: BJXJ20-2025-610302 ends with 0, but there is 1",
    ]


def test_a_history_that_does_not_lead_to_where_it_stands_is_found(certificate):
    CertificateEvent.objects.create(certificate=certificate, before="held", after="approved")

    assert faults() == [f"history: {certificate}: went to issued, then on from held"]


def test_a_step_without_a_line_is_found(certificate):
    Certificate.objects.filter(pk=certificate.pk).update(status=Status.SUSPENDED)

    assert faults() == [f"history: {certificate}: is suspended, but its last step led to issued"]


def test_a_certificate_superseded_by_nothing_is_found(certificate, bureau_officer):
    Certificate.objects.filter(pk=certificate.pk).update(status=Status.SUPERSEDED)

    assert faults("successor") == [f"successor: {certificate} is superseded, by nothing"]


def test_a_successor_beside_the_other_is_found(certificate, outsider):
    second = CertificateFactory(learner=outsider, replaces=certificate)

    assert faults("successor") == [
        f"successor: {second} replaces {certificate}, which is somebody else's",
        f"successor: {second} replaces {certificate}, which is still issued",
    ]


def test_the_command_says_all_and_fails(certificate):
    Certificate.objects.filter(pk=certificate.pk).update(status=Status.SUSPENDED)
    NumberSeries.objects.update(last=5)
    out = StringIO()

    with pytest.raises(CommandError, match="2 problems in the ledger"):
        call_command("verify_ledger", stdout=out)

    assert out.getvalue().count("\n") == 2


def test_any_number_of_certificates_costs_the_same(certificate, school, django_assert_num_queries):
    CertificateFactory.create_batch(10, number=None, status=Status.DRAFT)

    # files, series, numbers, a lot, its events, no other lot, what was replaced, what stands alone
    with django_assert_num_queries(8):
        faults()
