import datetime
import gzip
import re
import statistics
import time
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates.models import Certificate

from ..factories import CertificateFactory

Status = Certificate.Status

OF_THE_MOMENT = re.compile(r'value="\w{64}"|[\d:]+ [ap]\.m\.')
"""The form's token, and the minute."""


def url(name: str, *args) -> str:
    return reverse(f"certificates:{name}", args=args)


@pytest.fixture
def certificate(teacher) -> Certificate:
    return CertificateFactory(learner=teacher)


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
    old = CertificateFactory(learner=certificate.learner, status=Status.SUPERSEDED)
    CertificateFactory(learner=certificate.learner, programme=old.rule_pack.programme, replaces=old)
    for asked in (certificate, old, None):
        with CaptureQueriesContext(connection) as queries:
            page = answer(client, asked, by)
        costs.append(len(queries))
        shapes.append(page.count("<dt>"))

    assert costs == [1, 1, 1]
    assert len(set(shapes)) == 1


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


def test_a_draft_is_unknown(client, teacher):
    draft = CertificateFactory(learner=teacher, status=Status.DRAFT, number=None)

    page = client.get(url("verification", draft.token)).content.decode()

    assert "We issued no such certificate" in page


@pytest.mark.parametrize("by", ["number", "token"])
def test_a_suspended_certificate_says_since_when(client, teacher, by):
    certificate = CertificateFactory(learner=teacher, status=Status.SUSPENDED, reason="不公开的理由")

    page = answer(client, certificate, by)

    assert "This certificate is suspended since" in page
    assert "不公开的理由" not in page
    assert "it is valid" not in page


@pytest.mark.parametrize("by", ["number", "token"])
def test_a_superseded_certificate_tells_the_day_of_the_other_and_not_its_number(client, teacher, by):
    old = CertificateFactory(learner=teacher, status=Status.SUPERSEDED)
    new = CertificateFactory(
        learner=teacher,
        programme=old.rule_pack.programme,
        replaces=old,
        awarded_at=timezone.make_aware(datetime.datetime(2026, 3, 2, 9)),
    )

    page = answer(client, old, by)

    assert "Another certificate, issued on March 2, 2026, stands in the place of this one" in page
    assert new.number not in page
    assert new.token not in page


@pytest.mark.parametrize("by", ["number", "token"])
def test_a_certificate_expires_the_day_after_its_last(client, teacher, by):
    today = timezone.localdate()
    last = CertificateFactory(learner=teacher, expires_on=today)
    over = CertificateFactory(learner=teacher, expires_on=today - datetime.timedelta(days=1))

    assert "it is valid" in answer(client, last, by)
    page = answer(client, over, by)
    assert "has expired" in page
    assert "it is valid" not in page


def test_the_name_of_a_school_is_shown_whole(client, school):
    certificate = CertificateFactory(
        learner=None, organization=school, holder=school.name, holder_number="", school=school.name
    )

    assert certificate.public_holder == "渭滨区第一小学"


def test_only_a_valid_certificate_says_what_its_file_must_be(client, teacher, certificate):
    revoked = CertificateFactory(learner=teacher, status=Status.REVOKED)

    assert f'data-sha256="{certificate.sha256}"' in answer(client, certificate, "token")
    assert "same-file.js" in answer(client, certificate, "token")
    for asked in (revoked, None):
        page = answer(client, asked, "token")
        assert "data-sha256" not in page
        assert "same-file.js" not in page


# Known or unknown: the same work, and the same answer where nothing is told


UNKNOWN = "BJXJ20-2026-610323-000125-T"


def of_each_state(teacher) -> dict[str, Certificate | None]:
    """Certificates that the public page knows, by state; None for one that it does not."""
    old = CertificateFactory(learner=teacher, status=Status.SUPERSEDED)
    CertificateFactory(learner=teacher, programme=old.rule_pack.programme, replaces=old)
    states = (Status.ISSUED, Status.SUSPENDED, Status.REVOKED)
    known = {status: CertificateFactory(learner=teacher, status=status) for status in states}
    return {"unknown": None, Status.SUPERSEDED: old, **known}


def asked(client, certificate: Certificate | None, by: str):
    if by == "token":
        return client.get(url("verification", certificate.token if certificate else "0" * 32))
    return client.get(url("verify"), {"number": certificate.number if certificate else UNKNOWN})


def shape(sql: str, certificate: Certificate | None) -> str:
    """A query without what was asked for."""
    for key in (certificate.number, certificate.token) if certificate else (UNKNOWN, "0" * 32):
        sql = sql.replace(key, "?")
    return sql


@pytest.mark.parametrize("by", ["number", "token"])
def test_known_and_unknown_are_one_query_of_one_shape_with_the_same_status_and_headers(client, teacher, by):
    seen = []
    for certificate in of_each_state(teacher).values():
        with CaptureQueriesContext(connection) as queries:
            response = asked(client, certificate, by)
        varying = {"Content-Length", "Expires"}
        headers = {name: value for name, value in response.headers.items() if name not in varying}
        seen.append(([shape(query["sql"], certificate) for query in queries], response.status_code, headers))

    assert seen == [seen[0]] * len(seen)
    assert len(seen[0][0]) == 1


@pytest.mark.parametrize(
    ("by", "status"),
    [
        ("token", Status.DRAFT),  # which has no number
        *[(by, status) for by in ("number", "token") for status in (Status.APPROVED, Status.HELD)],
    ],
)
def test_what_was_never_issued_looks_as_if_it_did_not_exist_to_the_byte(client, teacher, by, status):
    number = None if status == Status.DRAFT else "BJXJ20-2026-610323-000124-V"
    hidden = CertificateFactory(learner=teacher, status=status, number=number, token="f" * 32)
    pages = []
    for key in (hidden.number if by == "number" else hidden.token, "0" * 32 if by == "token" else UNKNOWN):
        address = url("verification", key) if by == "token" else f"{url('verify')}?number={key}"
        page = client.get(address).content.decode()
        pages.append(OF_THE_MOMENT.sub("", page.replace(key, "?")))

    assert pages[0] == pages[1]


def test_an_unknown_certificate_takes_as_long_as_a_known_one(client, teacher, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "verify_certificate": "9999/m/ip"}
    found = of_each_state(teacher)
    taken: dict[str, list[float]] = {name: [] for name in found}
    for _round in range(60):  # in turns, so that whatever else this machine does slows all of them
        for name, certificate in found.items():
            start = time.process_time()
            assert asked(client, certificate, "token").status_code == 200
            taken[name].append(time.process_time() - start)

    usual = {name: statistics.median(times) for name, times in taken.items()}
    unknown = usual.pop("unknown")
    assert 0.75 < unknown / statistics.mean(usual.values()) < 1.25, (unknown, usual)


def test_an_unknown_certificate_weighs_as_much_as_one_that_does_not_stand(client, teacher):
    pages = {name: asked(client, row, "token").content for name, row in of_each_state(teacher).items()}
    del pages[Status.ISSUED]  # which also says what its file must be

    sizes = [len(page) for page in pages.values()]
    assert max(sizes) - min(sizes) < 256
