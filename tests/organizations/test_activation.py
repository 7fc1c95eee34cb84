"""Activation codes: given out once, used once, told to nobody else."""

import io
import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook
from wagtail.log_actions import registry

from organizations import actions, rules
from organizations.models import ActivationCode, User
from organizations.roles import Role
from tests.factories import PostingFactory, post

URL = reverse("organizations:activate")
PASSWORD = "渭水东流-2026"


@pytest.fixture
def code(school, teacher, county_lead) -> str:
    """The code of `teacher`."""
    return dict(actions.issue_activation_codes(organization=school, by=county_lead))[teacher]


def answers(login: str, code: str, password: str = PASSWORD, again: str | None = None) -> dict[str, str]:
    return {"login": login, "code": code, "password": password, "password_again": again or password}


def test_a_code_is_twelve_readable_characters_and_kept_only_as_a_hash(code, teacher):
    kept = ActivationCode.objects.get(person=teacher)

    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert set(code) <= set(rules.CODE_ALPHABET) | {"-"}
    assert code not in kept.digest
    assert len(kept.digest) == 64
    assert timedelta(days=29) < kept.expires_at - timezone.now() <= timedelta(days=30)


@pytest.mark.parametrize(
    "spell", [str, str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} ".replace("0", "O")]
)
@pytest.mark.parametrize("login", ["number", "phone"])
def test_the_code_opens_the_account_and_signs_in(client, code, teacher, spell, login):
    teacher.phone = "+8613900300006"
    teacher.save()
    name = teacher.number if login == "number" else "139 0030 0006"

    response = client.post(URL, answers(name, spell(code)))

    assert (response.status_code, response.url) == (302, "/")
    teacher.refresh_from_db()
    assert teacher.check_password(PASSWORD)
    assert client.session["_auth_user_id"] == str(teacher.pk)
    assert not ActivationCode.objects.exists()


def test_the_log_tells_of_codes_but_not_the_codes(client, code, school, teacher):
    client.post(URL, answers(teacher.number, code))

    issued = registry.get_logs_for_instance(school).first()
    activated = registry.get_logs_for_instance(teacher).first()
    assert (issued.action, issued.data) == ("organizations.issue_codes", {"people": 1})
    assert (activated.action, activated.data) == ("organizations.activate", {})
    assert code not in json.dumps([issued.data, activated.data, issued.label, activated.label])


def errors_of(response) -> dict:
    return json.loads(response.context["form"].errors.as_json())


def test_unknown_people_and_wrong_codes_get_the_same_answer(client, code, teacher, outsider):
    wrong = "ABCD-EFGH-JKMN"

    seen = [
        errors_of(client.post(URL, answers(login, typed)))
        for login, typed in [
            (teacher.number, wrong),
            ("nobody-1", wrong),
            ("nobody-1", code),
            (outsider.number, code),
            (teacher.number, "短"),
        ]
    ]

    assert len({json.dumps(errors) for errors in seen}) == 1
    assert list(seen[0]) == ["code"]
    assert ActivationCode.objects.count() == 1


def test_a_code_is_used_once(client, code, teacher):
    actions.activate(login=teacher.number, code=code, password=PASSWORD)

    with pytest.raises(actions.WrongCode):
        actions.activate(login=teacher.number, code=code, password="another-Password-1")


def test_a_code_ends_after_thirty_days(code, teacher):
    ActivationCode.objects.update(expires_at=timezone.now())

    with pytest.raises(actions.WrongCode):
        actions.activate(login=teacher.number, code=code, password=PASSWORD)


def test_a_new_code_voids_the_old_one(code, school, teacher, county_lead):
    new = dict(actions.issue_activation_codes(organization=school, by=county_lead))[teacher]

    with pytest.raises(actions.WrongCode):
        actions.activate(login=teacher.number, code=code, password=PASSWORD)
    assert actions.activate(login=teacher.number, code=new, password=PASSWORD) == teacher


def test_a_closed_account_is_not_opened_by_a_code(code, teacher):
    User.objects.update(is_active=False)

    with pytest.raises(actions.WrongCode):
        actions.activate(login=teacher.number, code=code, password=PASSWORD)


@pytest.mark.parametrize("password", ["12345678901", "short", "password123"])
def test_a_weak_password_does_not_use_the_code_up(client, code, teacher, password):
    response = client.post(URL, answers(teacher.number, code, password))

    assert list(errors_of(response)) == ["password"]
    assert ActivationCode.objects.exists()


def test_a_password_like_ones_own_number_is_refused_once_the_code_was_right(client, code, teacher):
    password = f"x{teacher.number}"

    assert list(errors_of(client.post(URL, answers(teacher.number, "ABCD-EFGH-JKMN", password)))) == ["code"]
    assert list(errors_of(client.post(URL, answers(teacher.number, code, password)))) == ["password"]


def test_two_different_passwords_are_pointed_out(client, code, teacher):
    response = client.post(URL, answers(teacher.number, code, PASSWORD, "渭水西流-2026"))

    assert list(errors_of(response)) == ["password_again"]


def test_after_ten_tries_even_the_right_code_waits(client, code, teacher):
    for spelling in [
        teacher.number,
        f" {teacher.number} ",
        teacher.number.lower(),
        f"{teacher.number}.0",
    ] * 3:
        response = client.post(URL, answers(spelling, "ABCD-EFGH-JKMN"))

    assert response.status_code == 429
    assert client.post(URL, answers(teacher.number, code)).status_code == 429
    assert ActivationCode.objects.exists()


def test_trying_one_number_does_not_lock_another_out(client, code, teacher):
    for _ in range(12):
        client.post(URL, answers("somebody-else", "ABCD-EFGH-JKMN"))

    assert client.post(URL, answers(teacher.number, code)).status_code == 302


def test_who_is_signed_in_needs_no_code(client, teacher):
    client.force_login(teacher)

    assert client.get(URL).url == "/"


def codes_url(organization) -> str:
    return reverse("organizations:codes", args=[organization.pk])


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("lead", 200),
        ("county_lead", 200),
        ("bureau_officer", 200),
        ("teacher", 403),
        ("assessor", 403),
        ("outsider", 404),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_give_out_codes(client, request, school, teacher, who, status, method):
    client.force_login(request.getfixturevalue(who))

    assert getattr(client, method)(codes_url(school)).status_code == status


def test_visitors_are_asked_to_sign_in(client, school):
    assert client.get(codes_url(school)).status_code == 302


def test_the_sheet_to_print_holds_name_number_and_code(client, school, teacher, lead):
    lead.set_password(PASSWORD)
    lead.save()
    client.force_login(lead)

    response = client.post(codes_url(school))

    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert [row[:2] for row in rows] == [["Name", "Staff number"], [teacher.name, teacher.number]]
    assert actions.activate(login=teacher.number, code=rows[1][2], password=PASSWORD) == teacher
    assert "no-store" in response["Cache-Control"]


def test_nobody_gets_a_code_who_may_do_more_than_the_giver(school, lead, county, county_lead):
    PostingFactory(person=county_lead, organization=school)
    operator = post(school, number="1000001")
    User.objects.filter(pk=operator.pk).update(is_superuser=True)

    issued = actions.issue_activation_codes(organization=school, by=lead)

    assert [person for person, _code in issued] == [lead]


def test_who_has_activated_or_left_gets_none(school, county_lead, teacher, lead):
    teacher.set_password(PASSWORD)
    teacher.save()
    lead.postings.update(ended_on=timezone.localdate())

    assert actions.issue_activation_codes(organization=school, by=county_lead) == []


@pytest.mark.parametrize("size", [3, 30])
def test_the_codes_page_costs_the_same_for_any_school(client, school, lead, size, django_assert_num_queries):
    for _ in range(size):
        post(school, Role.TEACHER)
    actions.issue_activation_codes(organization=school, by=lead)
    client.force_login(lead)
    client.get(codes_url(school))

    with django_assert_num_queries(5):
        assert client.get(codes_url(school)).context["page"].paginator.count == size + 1
