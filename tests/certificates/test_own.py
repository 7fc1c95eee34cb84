import datetime
import logging
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates import actions
from certificates.models import Certificate
from certificates.queries import claims_of
from courses.models import HoursEntry
from courses.queries import hours_earned

from ..factories import CertificateFactory
from .conftest import show, study

Status = Certificate.Status


def url(name: str, *args) -> str:
    return reverse(f"certificates:{name}", args=args)


@pytest.fixture
def certificate(teacher) -> Certificate:
    return CertificateFactory(learner=teacher)


# My certificates


def test_a_teacher_sees_own_certificates_and_downloads_them(client, certificate, outsider):
    other = CertificateFactory(learner=outsider)
    client.force_login(certificate.learner)

    page = client.get(url("mine")).content.decode()

    assert certificate.number in page
    assert url("pdf", certificate.number) in page
    assert other.number not in page


def test_a_teacher_without_a_certificate_sees_what_is_missing(client, enrollment):
    study(enrollment, "0.3")
    client.force_login(enrollment.learner)

    page = " ".join(client.get(url("mine")).content.decode().split())

    assert "Online study: 0.3 of 0.5 hours" in page
    assert "Capabilities shown with evidence: 0 of 1" in page
    assert "Dimensions these capabilities belong to: 0 of 1" in page
    assert "Module quizzes passed: 0 of 1" in page
    assert "Practice at school" not in page


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.APPROVED, "Your certificate is being printed"),
        (Status.HELD, "No font here has: \U0003134a U+3134A."),
        (Status.SUSPENDED, "Suspended since"),
        (Status.REVOKED, "Revoked on"),
    ],
)
def test_a_teacher_is_told_why_there_is_no_download(client, teacher, status, words):
    certificate = CertificateFactory(learner=teacher, status=status, problem="\U0003134a U+3134A")
    client.force_login(teacher)

    page = client.get(url("mine")).content.decode()

    assert words in page
    assert url("pdf", certificate.number) not in page
    assert client.get(url("pdf", certificate.number)).status_code == 404


def test_somebody_outside_every_programme_is_told_what_to_do(client, teacher):
    client.force_login(teacher)

    assert "No certificate yet" in client.get(url("mine")).content.decode()


def test_my_page_costs_the_same_for_any_number_of_certificates(client, teacher):
    client.force_login(teacher)
    costs = []
    for _ in range(2):
        CertificateFactory.create_batch(3, learner=teacher)
        with CaptureQueriesContext(connection) as queries:
            client.get(url("mine"))
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 14


# The PDF


def test_the_pdf_comes_as_a_file_with_a_name_one_can_read(client, certificate):
    client.force_login(certificate.learner)

    response = client.get(url("pdf", certificate.number))

    assert response.content == b"%PDF-1.7 " + certificate.number.encode()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%90%88%E6%A0%BC")
    assert response["Cache-Control"] == "private, no-store"


def test_a_changed_file_is_refused_and_recorded(client, certificate, caplog):
    with certificate.pdf.storage.open(certificate.pdf.name, "wb") as file:
        file.write(b"%PDF-1.7 somebody else")
    client.force_login(certificate.learner)

    with caplog.at_level(logging.ERROR, logger="certificates"):
        response = client.get(url("pdf", certificate.number))

    assert response.status_code == 500
    assert "is not the one that was issued" in response.content.decode()
    assert certificate.number in caplog.text


def test_the_pdf_of_another_school_is_not_there(client, certificate, outsider):
    client.force_login(outsider)

    assert client.get(url("pdf", certificate.number)).status_code == 404


def test_the_address_to_share_stands_there_in_full(client, certificate, settings):
    settings.SITE_URL = "https://training.example.org"
    client.force_login(certificate.learner)

    page = client.get(url("mine")).content.decode()

    assert f"<code>https://training.example.org{url('verification', certificate.token)}</code>" in page


@pytest.mark.parametrize(("days", "is_told"), [(0, True), (90, True), (91, False)])
def test_a_teacher_is_reminded_in_good_time(client, teacher, settings, days, is_told):
    settings.CERTIFICATE_REMINDER_DAYS = 90
    CertificateFactory(learner=teacher, expires_on=timezone.localdate() + datetime.timedelta(days=days))
    client.force_login(teacher)

    page = client.get(url("mine")).content.decode()

    assert ("Ask your school lead what a new one asks for, and begin in good time." in page) == is_told


def test_nobody_is_reminded_of_what_was_renewed_already(client, teacher):
    soon = timezone.localdate() + datetime.timedelta(days=3)
    old = CertificateFactory(learner=teacher, expires_on=soon)
    CertificateFactory(learner=teacher, programme=old.rule_pack.programme, replaces=old)
    client.force_login(teacher)

    assert "begin in good time" not in client.get(url("mine")).content.decode()


def test_what_has_expired_or_was_replaced_says_what_to_do(client, teacher):
    CertificateFactory(learner=teacher, expires_on=datetime.date(2026, 1, 31))
    old = CertificateFactory(learner=teacher, status=Status.SUPERSEDED)
    CertificateFactory(learner=teacher, programme=old.rule_pack.programme, replaces=old)
    client.force_login(teacher)

    page = client.get(url("mine")).content.decode()

    assert "Whoever verifies it is told that it has expired." in page
    assert "Replaced by a certificate of" in page


def test_a_draft_is_not_shown_but_that_it_waits_is(client, earned):
    [claim] = claims_of([earned])
    [draft] = actions.draft(claims=[claim])
    client.force_login(earned.learner)

    page = client.get(url("mine")).content.decode()

    assert "The certificate waits for the bureau's approval" in page
    assert draft.token not in page


# Capabilities


def test_the_transcript_lists_every_capability_with_grade_and_day(client, enrollment):
    graded = show(enrollment.learner, "A5", "excellent")
    graded.graded_at = timezone.make_aware(datetime.datetime(2026, 3, 2, 9))
    graded.save()
    client.force_login(enrollment.learner)

    page = client.get(url("transcript")).content.decode()

    assert [page.count(f"微能力{code}") for code in ("A5", "A6", "B2")] == [1, 1, 1]
    assert [page.count(word) for word in ("Excellent", "Not chosen", "March 2, 2026")] == [1, 2, 1]
    assert "3 capabilities" in page


def test_the_transcript_agrees_with_the_certificate(client, earned):
    show(earned.learner, "B2", "fail")
    client.force_login(earned.learner)

    lines = client.get(url("transcript")).context["lines"]

    [claim] = claims_of([earned])
    passed = [
        (line.capability.code, line.submission.grade)
        for line in lines
        if line.submission and line.submission.grade in {"pass", "excellent"}
    ]
    assert passed == [(shown.code, shown.grade) for shown in claim.record.capabilities]


def test_without_a_programme_the_transcript_says_what_to_do(client, teacher):
    client.force_login(teacher)

    assert "You are not in a programme yet" in client.get(url("transcript")).content.decode()


# Hours


def hours_page(client, first: str, last: str):
    return client.get(url("hours"), {"first": first, "last": last})


def recorded(enrollment, day: str, hours: str, kind: str = "online") -> HoursEntry:
    at = timezone.make_aware(datetime.datetime.fromisoformat(day))
    return HoursEntry.objects.create(
        enrollment=enrollment, kind=kind, hours=Decimal(hours), source=f"test:{day}", note="一课", at=at
    )


def test_hours_are_listed_from_the_first_day_to_the_end_of_the_last(client, enrollment):
    recorded(enrollment, "2026-02-28T23:59", "1.0")
    first = recorded(enrollment, "2026-03-01T00:00", "0.5")
    last = recorded(enrollment, "2026-03-31T23:59", "2.5", "practice")
    recorded(enrollment, "2026-04-01T00:00", "1.0")
    client.force_login(enrollment.learner)

    context = hours_page(client, "2026-03-01", "2026-03-31").context

    assert context["lines"] == [first, last]
    assert [value for _label, value in context["tiles"]][-1] == Decimal("3.0")
    assert [value for _label, value in context["tiles"]][:2] == [Decimal("0.5"), Decimal("2.5")]


def test_all_days_together_come_to_the_hours_that_count(client, enrollment, outsider):
    study(enrollment, "1.5")
    study(enrollment, "2.0", "practice")
    study(enrollment, "-0.5")
    client.force_login(enrollment.learner)

    tiles = hours_page(client, "2000-01-01", "2100-01-01").context["tiles"]

    earned = hours_earned([enrollment.pk])[enrollment.pk]
    assert [value for _label, value in tiles][:2] == [earned.online, earned.practice]


def test_days_the_wrong_way_round_are_pointed_out(client, teacher):
    client.force_login(teacher)

    page = hours_page(client, "2026-03-31", "2026-03-01").content.decode()

    assert "The last day lies before the first." in page
    assert "<table" not in page
