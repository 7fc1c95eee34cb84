from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from django.urls import reverse

from certificates.batches import actions
from certificates.batches.models import Batch, Item
from certificates.models import Certificate
from organizations.jobs.worker import run_due
from organizations.roles import Role

from ...factories import post
from ..conftest import earn, enrol
from .conftest import draw_up

pytestmark = pytest.mark.django_db


def address(name: str, batch: Batch, *args: object) -> str:
    return reverse(f"batches:{name}", args=[batch.pk, *args])


@pytest.fixture
def officer(client, bureau_officer):
    client.force_login(bureau_officer)
    return client


@pytest.fixture
def approver(client, second_officer):
    client.force_login(second_officer)
    return client


@pytest.fixture
def issued(batch, second_officer) -> Batch:
    actions.approve(batch=batch, by=second_officer)
    run_due()
    batch.refresh_from_db()
    return batch


def test_a_batch_is_drawn_up_for_a_place_named_or_by_code(officer, due, programme, county):
    pack = programme.rule_packs.get()
    for words in (county.name, county.code):
        response = officer.post(reverse("batches:batches"), {"rule_pack": pack.pk, "place": words})
        batch = Batch.objects.latest("pk")
        assert response.url == address("batch", batch)
        assert batch.place == county


def test_an_unknown_place_is_named_as_such(officer, programme):
    pack = programme.rule_packs.get()

    page = officer.post(reverse("batches:batches"), {"rule_pack": pack.pk, "place": "火星"}).content.decode()

    assert "No such place. Write its whole name, or its code." in page
    assert not Batch.objects.exists()


def test_a_name_that_two_places_have_asks_for_the_code(officer, programme, county, school, other_school):
    other_school.name = school.name
    other_school.save()
    data = {"rule_pack": programme.rule_packs.get().pk, "place": school.name}

    assert "Several places have this name" in officer.post(reverse("batches:batches"), data).content.decode()


def test_who_drew_it_up_is_told_that_somebody_else_approves(officer, batch):
    page = officer.get(address("batch", batch)).content.decode()
    assert "Somebody else of the bureau must approve it" in page
    assert "Approve and print" not in page

    answer = officer.post(address("step", batch, "approve"), follow=True).content.decode()

    assert "Somebody else of the bureau must approve it" in answer
    assert Batch.objects.get().status == "ready"


def test_a_second_person_sees_samples_and_approves(approver, batch):
    page = approver.get(address("batch", batch)).content.decode()
    assert page.count("/samples/") == 1, "all five say as much, so one is enough"
    sample = approver.get(address("sample", batch, 1))
    assert sample.content.startswith(b"%PDF-")

    approver.post(address("step", batch, "approve"))
    run_due()

    assert Batch.objects.get().status == "done"
    assert approver.get(address("sample", batch, 2)).status_code == 404


def test_a_step_that_somebody_else_took_is_said_in_words(approver, batch):
    approver.post(address("step", batch, "approve"))

    page = approver.post(address("step", batch, "approve"), follow=True).content.decode()

    assert "Somebody was quicker" in page
    assert approver.post(address("step", batch, "explode")).status_code == 404


def test_everybody_left_out_is_listed_with_what_is_missing(
    officer, programme, school, county, bureau_officer
):
    enrol(post(school, name="王小明"), programme, school)
    batch = draw_up(programme, county, bureau_officer)

    page = officer.get(address("people", batch), {"reason": "missing"}).content.decode()

    assert "王小明" in page
    assert "Online study: 0 of 0.5 hours" in page
    assert "王小明" not in officer.get(address("people", batch), {"status": "done"}).content.decode()


def test_the_people_are_handed_out_as_a_workbook(officer, batch):
    response = officer.get(address("people", batch), {"xlsx": "1"})

    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert zipfile.ZipFile(io.BytesIO(response.content)).testzip() is None


@pytest.fixture
def namesakes(programme, school, county, bureau_officer, second_officer) -> Batch:
    for number in ("T0000001", "T0000002"):
        enrollment = enrol(post(school, name="王小明", number=number), programme, school)
        earn(enrollment)
    batch = draw_up(programme, county, bureau_officer)
    actions.approve(batch=batch, by=second_officer)
    run_due()
    return batch


def test_a_schools_archive_has_two_files_for_two_people_of_one_name(officer, namesakes, school):
    content = officer.get(address("package", namesakes, school.pk)).getvalue()

    package = zipfile.ZipFile(io.BytesIO(content))
    rows = [item.certificate for item in namesakes.items.order_by("certificate__number")]
    files = [f"王小明_{row.number}.pdf" for row in rows]
    assert package.namelist() == [*files, "清单.csv", "SHA256SUMS"]
    for name, row in zip(files, rows, strict=True):
        assert hashlib.sha256(package.read(name)).hexdigest() == row.sha256
    assert package.read("SHA256SUMS").decode().splitlines() == [
        f"{row.sha256}  {name}" for name, row in zip(files, rows, strict=True)
    ]
    listed = package.read("清单.csv").decode("utf-8-sig").splitlines()
    assert [line.split(",")[2] for line in listed[1:]] == ["T0000001", "T0000002"]


def test_an_archive_with_a_damaged_file_is_not_handed_out(officer, issued, school):
    certificate = issued.items.first().certificate
    with certificate.pdf.storage.open(certificate.pdf.name, "wb") as file:
        file.write(b"%PDF-1.7 another")

    page = officer.get(address("package", issued, school.pk), follow=True).content.decode()

    assert "A file is gone or was changed" in page


def test_the_list_to_sign_has_everybody_of_the_school(officer, issued, school):
    page = officer.get(address("sheet", issued, school.pk)).content.decode()

    assert page.count("BJXJ20-") == 5


def test_a_school_without_certificates_in_the_batch_has_no_archive(officer, issued, other_school):
    assert officer.get(address("package", issued, other_school.pk)).status_code == 404


@pytest.mark.parametrize("size", [1, 60])
def test_the_people_of_a_batch_cost_the_same_for_any_number(
    officer, programme, school, county, bureau_officer, size, django_assert_max_num_queries
):
    for _ in range(size):
        enrol(post(school), programme, school)
    batch = draw_up(programme, county, bureau_officer)

    with django_assert_max_num_queries(7):
        officer.get(address("people", batch))
    with django_assert_max_num_queries(9):
        officer.get(address("batch", batch))


def test_a_county_lead_does_not_draw_up_certificates(client, county, batch):
    client.force_login(post(county, Role.COUNTY_LEAD))

    assert client.get(reverse("batches:batches")).status_code == 403
    assert client.get(address("batch", batch)).status_code == 403
    assert Item.objects.count() == 5


def test_who_has_several_statements_sees_what_each_is_about(officer, batch):
    certificate = batch.items.filter(certificate__isnull=False).first().certificate
    Certificate.objects.filter(pk=certificate.pk).update(
        facts=certificate.facts | {"capability": {"code": "A5", "name": "课堂导入", "grade": "pass"}}
    )

    assert "A5 课堂导入" in officer.get(address("people", batch)).content.decode()
