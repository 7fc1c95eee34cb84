import gzip
import logging
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.models import Certificate
from organizations.roles import Role

from ..factories import CertificateFactory, plant_programme, post
from .conftest import study

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


# The register


def test_the_register_shows_the_certificates_of_ones_schools(client, certificate, lead, outsider):
    other = CertificateFactory(learner=outsider)
    client.force_login(lead)

    page = client.get(url("register")).content.decode()

    assert certificate.number in page
    assert other.number not in page
    assert url("revoke", certificate.number) not in page


def test_a_teacher_may_not_open_the_register(client, teacher):
    client.force_login(teacher)

    assert client.get(url("register")).status_code == 403


@pytest.mark.parametrize("words", ["思洋", "{number}", "{lower}", "{part}"])
def test_the_register_is_searched_by_name_and_number(client, certificate, school, bureau_officer, words):
    other = CertificateFactory(learner=post(school, name="李芳"))
    client.force_login(bureau_officer)
    number = certificate.number
    words = words.format(number=number, lower=number.lower().replace("-", " "), part=number[-8:])

    page = client.get(url("register"), {"words": words}).content.decode()

    assert number in page
    assert other.number not in page
    assert url("revoke", number) in page


def test_the_register_is_narrowed_by_status(client, certificate, school, lead):
    held = CertificateFactory(learner=post(school), status=Status.HELD, reason="\U0003134a U+3134A")
    client.force_login(lead)

    page = client.get(url("register"), {"status": "held"}).content.decode()

    assert held.number in page
    assert "U+3134A" in page
    assert certificate.number not in page


def test_a_search_that_finds_nothing_says_so(client, lead):
    client.force_login(lead)

    assert "No certificate found" in client.get(url("register"), {"words": "无此人"}).content.decode()


def test_the_register_costs_the_same_for_any_number_of_rows(client, school, lead):
    programme = plant_programme()
    costs = []
    for size in (3, 30):
        CertificateFactory.create_batch(size, learner__name="王小明", programme=programme, status=Status.HELD)
        for held in Certificate.objects.exclude(learner__postings__organization=school):
            held.learner.postings.create(organization=school, role=Role.TEACHER)
        client.force_login(lead)
        with CaptureQueriesContext(connection) as queries:
            client.get(url("register"))
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 9


# Revoking


def test_a_bureau_officer_revokes_with_a_reason(client, certificate, bureau_officer):
    client.force_login(bureau_officer)

    refused = client.post(url("revoke", certificate.number), {"reason": " "})
    assert refused.status_code == 200
    certificate.refresh_from_db()
    assert certificate.status == Status.ISSUED

    response = client.post(url("revoke", certificate.number), {"reason": "证据不是本人的"})
    assert response["Location"] == url("register")
    certificate.refresh_from_db()
    assert (certificate.status, certificate.events.last().reason) == (Status.REVOKED, "证据不是本人的")


def test_revoking_twice_is_told_not_done(client, certificate, bureau_officer):
    client.force_login(bureau_officer)
    client.post(url("revoke", certificate.number), {"reason": "第一次"})

    response = client.post(url("revoke", certificate.number), {"reason": "第二次"}, follow=True)

    assert "was revoked before" in response.content.decode()
    certificate.refresh_from_db()
    assert certificate.events.last().reason == "第一次"


def test_a_school_lead_may_not_revoke(client, certificate, lead):
    client.force_login(lead)

    assert client.get(url("revoke", certificate.number)).status_code == 403


def test_revoking_a_certificate_of_elsewhere_finds_nothing(client, certificate, outsider):
    client.force_login(outsider)

    assert client.get(url("revoke", certificate.number)).status_code == 404


# Verification


def answer(client, certificate: Certificate | None, by: str) -> str:
    number = certificate.number if certificate else "BJXJ20-2026-610323-000123-X"
    token = certificate.token if certificate else "unknown-token"
    if by == "token":
        response = client.get(url("verification", token))
    else:
        response = client.get(url("verify"), {"number": number.lower().replace("-", " ")})
    assert response.status_code == 200
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


@pytest.mark.parametrize("by", ["number", "token"])
def test_anybody_verifies_a_certificate_and_sees_a_shortened_name(client, certificate, by):
    page = answer(client, certificate, by)

    assert "Valid" in page
    assert "田**" in page
    assert "田思洋" not in page
    assert certificate.learner.number not in page
    assert certificate.number in page
    assert "渭滨区第一小学" in page


@pytest.mark.parametrize("by", ["number", "token"])
@pytest.mark.parametrize("status", [Status.APPROVED, Status.HELD, None])
def test_what_was_never_issued_is_unknown(client, teacher, by, status):
    certificate = CertificateFactory(learner=teacher, status=status) if status else None

    page = answer(client, certificate, by)

    assert "We issued no such certificate" in page
    assert "田" not in page


@pytest.mark.parametrize("by", ["number", "token"])
def test_a_revoked_certificate_says_since_when(client, teacher, by):
    certificate = CertificateFactory(learner=teacher, status=Status.REVOKED, reason="不公开的理由")

    page = answer(client, certificate, by)

    assert "was revoked on" in page
    assert "不公开的理由" not in page


@pytest.mark.parametrize("by", ["number", "token"])
def test_the_answer_costs_the_same_whether_known_or_not(client, certificate, by):
    costs = []
    shapes = []
    for asked in (certificate, None):
        with CaptureQueriesContext(connection) as queries:
            page = answer(client, asked, by)
        costs.append(len(queries))
        shapes.append(page.count("<dt>"))

    assert costs == [1, 1]
    assert shapes[0] == shapes[1]


def test_a_mistyped_number_is_unknown_and_stays_in_the_field(client, certificate):
    wrong = certificate.number[:-1] + ("A" if certificate.number[-1] != "A" else "B")

    page = client.get(url("verify"), {"number": wrong}).content.decode()

    assert "We issued no such certificate" in page
    assert f'value="{wrong}"' in page


def test_an_empty_field_is_asked_for_again(client, db):
    page = client.get(url("verify"), {"number": " "}).content.decode()

    assert "We issued no such certificate" not in page
    assert "This field is required" in page


def test_questions_are_limited_by_address(client, settings, db):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "verify_certificate": "3/m/ip"}

    codes = [client.get(url("verification", f"guess-{number}")).status_code for number in range(5)]

    assert codes == [200, 200, 200, 429, 429]
    assert client.get(url("verify")).status_code == 200


def test_the_first_visit_weighs_little(client, certificate):
    page = client.get(url("verification", certificate.token)).content
    styles = [
        gzip.compress(path.read_bytes())
        for path in (Path(__file__).parents[2] / "static" / "css").glob("*.css")
    ]

    assert len(gzip.compress(page)) + sum(map(len, styles)) < 20 * 1024
