import datetime
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import registry

from certificates.models import Certificate
from certificates.offices import actions
from certificates.offices.models import VerificationToken

from ...factories import CertificateFactory

Status = Certificate.Status
ADDRESS = "/verify/bulk/"


def in_days(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


@pytest.fixture
def made(bureau_officer) -> tuple[VerificationToken, str]:
    return actions.make_token(office="区人事科", expires_on=in_days(0), by=bureau_officer)


def ask(secret: str, content, client: Client | None = None):
    client = client or Client(enforce_csrf_checks=True)
    body = content if isinstance(content, bytes) else json.dumps(content)
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return client.post(ADDRESS, body, content_type="application/json", headers=headers)


def test_an_office_is_told_what_the_public_page_says_in_the_order_it_asked(made, teacher):
    _token, secret = made
    old = CertificateFactory(learner=teacher, status=Status.SUPERSEDED)
    new = CertificateFactory(
        learner=teacher, programme=old.rule_pack.programme, replaces=old, expires_on=in_days(9)
    )
    today = timezone.localdate().isoformat()

    response = ask(secret, {"numbers": ["no number", new.number.lower().replace("-", " "), old.number]})

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    nothing = dict.fromkeys(["number", "holder", "title", "awarded_on", "expires_on", "since", "replaced_on"])
    common = {"holder": "田**", "title": "合格证书", "awarded_on": today, "since": today}
    assert response.json()["results"] == [
        {"asked": "no number", **nothing, "state": "unknown"},
        {
            "asked": new.number.lower().replace("-", " "),
            "number": new.number,
            "state": "valid",
            **common,
            "expires_on": in_days(9).isoformat(),
            "replaced_on": None,
        },
        {
            "asked": old.number,
            "number": old.number,
            "state": "superseded",
            **common,
            "expires_on": None,
            "replaced_on": today,
        },
    ]


@pytest.mark.parametrize(
    ("status", "days", "state"),
    [
        (Status.APPROVED, 1, "unknown"),
        (Status.HELD, 1, "unknown"),
        (Status.SUSPENDED, 1, "suspended"),
        (Status.REVOKED, 1, "revoked"),
        (Status.ISSUED, -1, "expired"),
    ],
)
def test_each_state_has_its_word(made, teacher, status, days, state):
    certificate = CertificateFactory(learner=teacher, status=status, expires_on=in_days(days))

    [result] = ask(made[1], {"numbers": [certificate.number]}).json()["results"]

    assert result["state"] == state
    assert "田思洋" not in json.dumps(result, ensure_ascii=False)


def test_the_use_is_written_down_with_the_count_and_without_the_numbers(made, teacher):
    token, secret = made
    certificate = CertificateFactory(learner=teacher)

    ask(secret, {"numbers": [certificate.number, certificate.number, "x"]})

    token.refresh_from_db()
    assert token.last_used_at is not None
    entry = registry.get_logs_for_instance(token).filter(action="offices.use_token").get()
    assert (entry.data, entry.user) == ({"count": 3}, None)


def test_any_number_costs_the_same(made, teacher):
    costs = []
    for size in (1, 20):
        numbers = [CertificateFactory(learner=teacher).number for _ in range(size)]
        with CaptureQueriesContext(connection) as queries:
            assert ask(made[1], {"numbers": numbers}).status_code == 200
        costs.append(len([query for query in queries if "SAVEPOINT" not in query["sql"]]))

    assert costs[0] == costs[1] <= 5


@pytest.mark.parametrize("close", ["unknown", "expired", "revoked", "missing", "another scheme"])
def test_without_a_token_that_is_valid_the_door_stays_shut(made, bureau_officer, close):
    token, secret = made
    if close == "expired":
        VerificationToken.objects.update(expires_on=in_days(-1))
    elif close == "revoked":
        assert actions.revoke_token(token=token, by=bureau_officer) is True
        assert actions.revoke_token(token=token, by=bureau_officer) is False
    if close == "another scheme":
        response = Client().post(
            ADDRESS,
            {"numbers": []},
            content_type="application/json",
            headers={"Authorization": f"Basic {secret}"},
        )
    else:
        shown = {"unknown": secret[::-1], "missing": ""}.get(close, secret)
        response = ask(shown, {"numbers": ["x"]})

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="verify"'
    token.refresh_from_db()
    assert token.last_used_at is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff{", "Send JSON in UTF-8."),
        (b"[" * 100_000, "Send JSON in UTF-8."),
        ([], 'Send an object with "numbers": a list of texts.'),
        ({"numbers": "BJXJ20"}, 'Send an object with "numbers": a list of texts.'),
        ({"numbers": [1]}, 'Send an object with "numbers": a list of texts.'),
        ({"numbers": []}, "Send 1 to 500 numbers at a time."),
        ({"numbers": ["x"] * 501}, "Send 1 to 500 numbers at a time."),
    ],
)
def test_a_bad_question_is_told_what_belongs_there(made, content, words):
    response = ask(made[1], content)

    assert (response.status_code, response.json()) == (400, {"error": words})


def test_half_a_character_is_answered_too(made):
    [result] = ask(made[1], b'{"numbers": ["\\ud800"]}').json()["results"]

    assert (result["asked"], result["state"]) == ("\ud800", "unknown")


def test_five_hundred_are_answered(made):
    response = ask(made[1], {"numbers": ["x"] * 500})

    assert [result["state"] for result in response.json()["results"]] == ["unknown"] * 500


def test_each_token_has_a_limit_of_its_own(made, bureau_officer, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "verify_in_bulk": "2/m/key"}
    _other, second = actions.make_token(office="另一处", expires_on=in_days(1), by=bureau_officer)

    codes = [ask(secret, {"numbers": ["x"]}).status_code for secret in [made[1]] * 3 + [second]]

    assert codes == [200, 200, 429, 200]


# The bureau's page


def test_an_officer_makes_a_token_that_is_shown_once(client, bureau_officer):
    client.force_login(bureau_officer)
    day = in_days(30)

    page = client.post(reverse("offices:tokens"), {"office": "区人事科", "expires_on": day.isoformat()})

    secret = page.context["secret"]
    token = VerificationToken.objects.get()
    assert (token.office, token.created_by, token.expires_on) == ("区人事科", bureau_officer, day)
    assert (secret in page.content.decode(), secret in token.digest) == (True, False)
    assert secret not in client.get(reverse("offices:tokens")).content.decode()
    assert ask(secret, {"numbers": ["x"]}).status_code == 200
    assert (
        registry.get_logs_for_instance(token).filter(action="offices.make_token").get().user == bureau_officer
    )


@pytest.mark.parametrize("days", [-1, 367])
def test_a_token_is_for_a_year_at_most(client, bureau_officer, days):
    client.force_login(bureau_officer)

    page = client.post(
        reverse("offices:tokens"), {"office": "区人事科", "expires_on": in_days(days).isoformat()}
    )

    assert "Choose a day from today to a year from now." in page.content.decode()
    assert not VerificationToken.objects.exists()


def test_an_officer_revokes_a_token(client, made, bureau_officer):
    token, secret = made
    client.force_login(bureau_officer)

    response = client.post(reverse("offices:revoke", args=[token.pk]), follow=True)

    assert "The token of 区人事科 was revoked." in response.content.decode()
    token.refresh_from_db()
    assert (token.revoked_by, ask(secret, {"numbers": ["x"]}).status_code) == (bureau_officer, 401)


# The command


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("verification_token", *arguments, stdout=out)
    return out.getvalue()


def test_an_operator_makes_lists_and_revokes_tokens(db):
    first, secret = said("make", "区人事科", "--until", in_days(3).isoformat()).splitlines()
    token = VerificationToken.objects.get()

    assert first == f"{token.pk} 区人事科 until {in_days(3)}; shown only now:"
    assert ask(secret, {"numbers": ["x"]}).status_code == 200
    assert said("list") == f"{token.pk} 区人事科 until {in_days(3)} usable\n"
    assert said("revoke", str(token.pk)) == "revoked\n"
    assert said("revoke", str(token.pk)) == "was revoked before\n"
    assert said("list") == f"{token.pk} 区人事科 until {in_days(3)} closed\n"


def test_the_command_says_what_is_wrong(db):
    with pytest.raises(CommandError, match="There is no token 7"):
        said("revoke", "7")
    with pytest.raises(CommandError, match="Choose a day from today to a year from now"):
        said("make", "区人事科", "--until", "2020-01-01")
