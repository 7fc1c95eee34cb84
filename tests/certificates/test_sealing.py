"""The ledger of certificates: raw SQL of whoever it be cannot change what was approved, nor delete it."""

from __future__ import annotations

import itertools

import pytest
from django.db import IntegrityError, connection, transaction

from certificates import actions
from certificates.lifecycle import STEPS, Status
from certificates.models import Certificate, NumberSeries

from ..factories import CertificateFactory

pytestmark = pytest.mark.django_db

TABLE = "certificates_certificate"


def refused(statement: str, message: str) -> None:
    with pytest.raises(IntegrityError, match=message), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "change",
    [
        "learner_id = NULL",
        "organization_id = NULL",
        "rule_pack_id = rule_pack_id + 1",
        "subject = 'A5'",
        "number = 'BJXJ20-2026-610302-999999-X'",
        "token = 'another'",
        "holder_number = '1'",
        "school = '另一所小学'",
        "county = '另一个区'",
        "facts = '{}'",
        "awarded_at = '2020-01-01 00:00:00+00:00'",
        "expires_on = '2099-01-01'",
        "replaces_id = id",
    ],
)
@pytest.mark.parametrize("status", ["approved", "held", "issued", "revoked"])
def test_what_a_certificate_says_is_frozen_once_it_is_approved(school, status, change):
    row = CertificateFactory(status=status, organization=school)

    refused(f"UPDATE {TABLE} SET {change} WHERE id = {row.pk}", "does not change")  # noqa: S608


@pytest.mark.parametrize("status", ["approved", "issued", "suspended", "revoked"])
def test_the_holder_changes_only_while_a_certificate_is_held(status):
    CertificateFactory(status=status)

    refused(f"UPDATE {TABLE} SET holder = '别人'", "the holder of a certificate does not change")  # noqa: S608


@pytest.mark.parametrize(
    "change", ["pdf = 'x.pdf'", "sha256 = '0'", "issued_at = '2020-01-01 00:00:00+00:00'"]
)
def test_the_file_of_an_issued_certificate_is_frozen(change):
    CertificateFactory()

    refused(f"UPDATE {TABLE} SET {change}", "the file of an issued certificate does not change")  # noqa: S608


@pytest.mark.parametrize("status", [status for status in Status if status != "draft"])
def test_a_certificate_is_never_deleted(status):
    CertificateFactory(status=status)

    refused("DELETE FROM certificates_certificateevent", "append-only")
    refused(f"DELETE FROM {TABLE}", "a certificate is never deleted")  # noqa: S608


def test_a_draft_may_be_deleted():
    row = Certificate.objects.get(pk=_draft().pk)

    row.delete()

    assert not Certificate.objects.exists()


def _draft() -> Certificate:
    certificate = CertificateFactory.build(status="draft", number=None)
    certificate.learner.save()
    certificate.rule_pack.save()
    certificate.save()
    return certificate


@pytest.mark.parametrize(("before", "after"), list(itertools.permutations(Status, 2)))
def test_the_database_knows_the_steps_of_a_certificates_life(before, after):
    if before == "draft":
        row = _draft()
        number = ", number = 'BJXJ20-2026-610302-000009-X'"
    else:
        row, number = CertificateFactory(status=before), ""
    file = "" if row.issued_at else ", pdf = 'x.pdf', sha256 = '0', issued_at = awarded_at"
    statement = f"UPDATE {TABLE} SET status = '{after}'{number}{file} WHERE id = {row.pk}"  # noqa: S608
    if after not in STEPS[before]:
        refused(statement, "no such step|all_but_drafts_have_a_number")
        return
    with connection.cursor() as cursor:
        cursor.execute(statement)
    row.refresh_from_db()
    assert row.status == after


def test_the_history_is_append_only(bureau_officer):
    certificate = CertificateFactory()
    actions.revoke(certificate=certificate, by=bureau_officer, reason="误发")

    refused("UPDATE certificates_certificateevent SET reason = '别的理由'", "append-only")


def test_a_series_of_numbers_never_goes_back():
    NumberSeries.objects.create(series="BJXJ20-2026-610302", last=7)

    refused("UPDATE certificates_numberseries SET last = 6", "never goes back")
    refused("UPDATE certificates_numberseries SET series = 'other'", "never goes back")
    refused("DELETE FROM certificates_numberseries", "never deleted")
