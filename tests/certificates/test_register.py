import datetime
import io
import secrets
import tracemalloc

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates.lifecycle import ENDED
from certificates.models import Certificate
from organizations.roles import Role
from organizations.workbooks import workbook_file
from tracking.queries import cohorts_of, totals

from ..factories import CertificateFactory, plant_county, plant_programme, plant_rule_pack, plant_school, post

Status = Certificate.Status


def url(name: str, *args) -> str:
    return reverse(f"certificates:{name}", args=args)


@pytest.fixture
def certificate(teacher) -> Certificate:
    return CertificateFactory(learner=teacher)


# On the page


def test_the_register_shows_the_certificates_of_ones_schools(client, certificate, lead, outsider):
    other = CertificateFactory(learner=outsider)
    client.force_login(lead)

    page = client.get(url("register")).content.decode()

    assert certificate.number in page
    assert other.number not in page


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
    assert url("certificate", number) in page


def test_the_register_is_narrowed_by_state(client, certificate, school, lead):
    held = CertificateFactory(learner=post(school), status=Status.HELD, reason="\U0003134a U+3134A")
    client.force_login(lead)

    page = client.get(url("register"), {"state": "held"}).content.decode()

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

    assert costs[0] == costs[1] <= 12


def found(client, **asked) -> list[str]:
    return [certificate.number for certificate in client.get(url("register"), asked).context["page"]]


def in_days(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


def test_what_has_expired_or_will_soon_is_found(client, teacher, lead):
    expired = CertificateFactory(learner=teacher, expires_on=in_days(-1))
    soon = CertificateFactory(learner=teacher, expires_on=in_days(30))
    later = CertificateFactory(learner=teacher, expires_on=in_days(300))
    client.force_login(lead)

    assert found(client, state="expired") == [expired.number]
    assert found(client, state="expiring") == [soon.number]
    assert sorted(found(client, state="issued")) == sorted([soon.number, later.number])


def test_whose_window_for_renewal_is_open_is_found_and_not_who_has_another_one(client, teacher, lead):
    pack = plant_rule_pack(plant_programme(), valid_months=36, renewal_months=12)
    open_one = CertificateFactory(learner=teacher, rule_pack=pack, expires_on=in_days(300))
    not_yet = CertificateFactory(learner=lead, rule_pack=pack, expires_on=in_days(400))
    renewed = CertificateFactory(learner=teacher, expires_on=in_days(30))
    CertificateFactory(
        learner=teacher, programme=renewed.rule_pack.programme, replaces=renewed, status="approved"
    )
    again = CertificateFactory(learner=lead, expires_on=in_days(30))
    CertificateFactory(learner=lead, programme=again.rule_pack.programme, replaces=again, status="revoked")
    client.force_login(lead)

    assert sorted(found(client, state="expiring")) == sorted([open_one.number, again.number])
    assert not_yet.number in found(client, state="issued")


def test_the_register_is_narrowed_by_place_programme_pack_and_day(
    client, certificate, bureau, outsider, other_school, county, bureau_officer
):
    far = plant_county(bureau, "金台区", code="610303")
    farther = CertificateFactory(learner=post(plant_school(far, "金台区第一小学")))
    there = CertificateFactory(learner=outsider, awarded_at=timezone.now() - datetime.timedelta(days=9))
    client.force_login(bureau_officer)

    assert found(client, place=other_school.pk) == [there.number]
    assert found(client, place=county.pk) == [certificate.number, there.number]
    assert found(client, programme=farther.rule_pack.programme_id) == [farther.number]
    assert found(client, pack=certificate.rule_pack_id) == [certificate.number]
    assert found(client, last=in_days(-9).isoformat()) == [there.number]
    assert found(client, first=in_days(-8).isoformat(), place=county.pk) == [certificate.number]


def test_schools_are_offered_within_the_county_that_was_chosen(
    client, bureau, county, school, bureau_officer
):
    far = plant_county(bureau, "金台区", code="610303")
    client.force_login(bureau_officer)

    def offered(**asked) -> list[str]:
        field = client.get(url("register"), asked).context["form"].fields["place"]
        return [place.name for place in field.queryset]

    assert offered() == ["宝鸡市教育局", "渭滨区", "金台区"]
    assert offered(place=county.pk) == ["宝鸡市教育局", "渭滨区", "渭滨区第一小学", "金台区"]
    assert offered(place=school.pk) == ["宝鸡市教育局", "渭滨区", "渭滨区第一小学", "金台区"]
    assert offered(place=far.pk) == ["宝鸡市教育局", "渭滨区", "金台区"]
    assert offered(place="x") == ["宝鸡市教育局", "渭滨区", "金台区"]


def test_a_place_beyond_ones_own_is_not_there(client, certificate, lead, other_school):
    client.force_login(lead)

    response = client.get(url("register"), {"place": other_school.pk})

    assert "Select a valid choice" in response.content.decode()


def test_drafts_are_not_in_the_register(client, teacher, lead):
    CertificateFactory(learner=teacher, status=Status.DRAFT, number=None)
    client.force_login(lead)

    context = client.get(url("register")).context

    assert (list(context["page"]), context["tiles"]) == ([], [])


@pytest.fixture
def of_every_kind(school):
    """A cohort whose members have a certificate in each state; and one who has none."""
    programme = plant_programme()
    cohort = programme.cohorts.create(school=school, due_on=programme.ends_on)
    states = [
        Status.DRAFT, Status.APPROVED, Status.HELD, Status.ISSUED, Status.SUSPENDED, Status.REVOKED,
        "expired", "replaced", None,
    ]  # fmt: skip
    for state in states:
        learner = post(school)
        cohort.enrollments.create(learner=learner)
        fields = {"learner": learner, "programme": programme}
        if state == Status.DRAFT:
            CertificateFactory(**fields, status=state, number=None)
        elif state == "expired":
            CertificateFactory(**fields, expires_on=in_days(-1))
        elif state == "replaced":
            CertificateFactory(**fields, replaces=CertificateFactory(**fields, status=Status.SUPERSEDED))
        elif state:
            CertificateFactory(**fields, status=state)
    call_command("rebuild_standings", stdout=io.StringIO())
    return cohort


def test_the_totals_agree_with_the_schools_table(client, of_every_kind, school, lead):
    client.force_login(lead)

    tiles = client.get(
        url("register"), {"place": school.pk, "programme": of_every_kind.programme_id}
    ).context["tiles"]

    counts = {str(label): count for label, count in tiles}
    assert counts == {
        "Being issued": 1,
        "Held: cannot be printed": 1,
        "Valid": 2,
        "Suspended": 1,
        "Superseded": 1,
        "Revoked": 1,
        "Expired": 1,
    }
    ended = sum(counts[str(Status(state).label)] for state in ENDED)
    assert sum(counts.values()) - ended == totals(of_every_kind)["certified"]
    assert totals(of_every_kind)["certified"] == cohorts_of(lead).get().certified


# As a workbook


def exported(client, **asked) -> list[tuple]:
    response = client.get(url("export"), asked)
    content = response.getvalue()
    assert int(response["Content-Length"]) == len(content)
    return list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


def test_the_workbook_holds_the_fields_of_the_national_system_in_chinese(client, teacher, lead):
    certificate = CertificateFactory(learner=teacher, holder_number="=007", expires_on=in_days(400))
    client.force_login(lead)

    headings, row = exported(client)

    assert headings == (
        "姓名", "教师编号", "学校", "区县", "项目", "网络研修学时", "校本实践学时", "总学时", "微能力",
        "证书编号", "颁发日期", "有效期至", "状态",
    )  # fmt: skip
    assert row == (
        "田思洋", "=007", "渭滨区第一小学", "渭滨区", "2026年起步研修", "3", "0", "3",
        "A5 技术支持的课堂导入 合格", certificate.number, timezone.localdate().isoformat(),
        in_days(400).isoformat(), "有效",
    )  # fmt: skip


def test_the_workbook_holds_exactly_what_the_filter_shows(client, of_every_kind, lead):
    client.force_login(lead)

    for asked in ({}, {"state": "expired"}, {"state": "held"}, {"words": "无此人"}):
        assert [row[9] for row in exported(client, **asked)[1:]] == found(client, **asked)


def test_a_statement_of_one_capability_names_it(client, teacher, lead):
    facts = {"title": "微能力证明", "capability": {"code": "B2", "name": "微课程设计", "grade": "excellent"}}
    CertificateFactory(learner=teacher, facts=facts)
    client.force_login(lead)

    [_headings, row] = exported(client)

    assert row[4:9] == ("", "", "", "", "B2 微课程设计 优秀")


def test_the_workbook_costs_the_same_for_any_number_of_rows(client, school, lead):
    programme = plant_programme()
    client.force_login(lead)
    costs = []
    for size in (2, 20):
        for _ in range(size):
            CertificateFactory(learner=post(school), programme=programme)
        with CaptureQueriesContext(connection) as queries:
            exported(client)
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 8


def test_a_workbook_is_larger_than_the_memory_that_writing_it_takes():
    rows = ([secrets.token_hex(500)] * 4 for _ in range(5_000))

    tracemalloc.start()
    with workbook_file(["随机"] * 4, rows) as file:
        size = file.seek(0, io.SEEK_END)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size > 2_000_000
    assert most < size / 2


def test_a_teacher_may_not_export(client, teacher):
    client.force_login(teacher)

    assert client.get(url("export")).status_code == 403
