"""Rosters in the browser and on the command line."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from python_calamine import CalamineWorkbook

from organizations.jobs.models import Job
from organizations.jobs.worker import run_due
from organizations.models import RosterImport, User

from .rosters import bring_in, check, counted, person, text_of
from .test_roster import A, B

LIST = reverse("organizations:roster_imports")


def url(name: str, roster_import: RosterImport) -> str:
    return reverse(f"organizations:{name}", args=[roster_import.pk])


def upload(client, organization, *rows, name: str = "名册.csv", **fields):
    file = SimpleUploadedFile(name, text_of(*rows).encode())
    return client.post(LIST, {"organization": organization.pk, "file": file, **fields})


@pytest.fixture
def roster_import(county, school, county_lead) -> RosterImport:
    return check(county, county_lead, A, person("=1+1", "61030300003", "13900300003"))


def test_from_upload_to_undo(client, county, school, county_lead, django_capture_on_commit_callbacks):
    client.force_login(county_lead)
    response = upload(client, county, A, B, is_complete="on")
    roster_import = RosterImport.objects.get()
    assert (response.status_code, response.url) == (302, url("roster_import", roster_import))
    assert "data-poll" in client.get(response.url).content.decode()

    for name, status, people in [
        ("", "checked", 1),
        ("roster_apply", "applied", 3),
        ("roster_undo", "undone", 1),
    ]:
        if name:
            client.post(url(name, roster_import))
        run_due()
        roster_import.refresh_from_db()
        assert (roster_import.status, roster_import.percent) == (status, 100)
        assert User.objects.count() == people
        assert "data-poll" not in client.get(url("roster_import", roster_import)).content.decode()
    assert set(Job.objects.values_list("status", flat=True)) == {Job.Status.DONE}


def test_a_double_click_applies_once(client, roster_import, county_lead):
    client.force_login(county_lead)

    client.post(url("roster_apply", roster_import))
    client.post(url("roster_apply", roster_import))

    assert Job.objects.filter(name="roster.apply").count() == 1


def test_the_file_is_kept_out_of_reach_under_a_name_that_tells_nothing(roster_import, settings):
    assert roster_import.file.path.startswith(str(settings.PRIVATE_ROOT))
    assert "名册" not in roster_import.file.name


def test_the_page_says_what_is_wrong_where_and_what_to_do(client, roster_import, county_lead):
    client.force_login(county_lead)

    page = client.get(url("roster_import", roster_import)).content.decode()

    assert "姓名" in page
    assert "=1+1" in page
    assert "Type the text itself." in page


@pytest.mark.parametrize("kind", ["add", "change", "move", "leave", "refuse", "warning", "nonsense"])
def test_each_side_of_an_import_can_be_opened(client, roster_import, county_lead, kind):
    client.force_login(county_lead)

    assert client.get(url("roster_import", roster_import), {"kind": kind}).status_code == 200


def test_refused_rows_come_back_with_their_line_and_reason(client, roster_import, county_lead):
    client.force_login(county_lead)

    response = client.get(url("roster_refused", roster_import))

    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert rows[0][3:5] == ["姓名", "教职工号"]
    assert rows[0][-2:] == ["Line", "Reason"]
    assert (rows[1][3], rows[1][-2], len(rows)) == ("=1+1", "3", 2)
    assert rows[1][-1].startswith("姓名: ")


def test_a_name_like_a_formula_stays_text_in_the_workbook(client, roster_import, county_lead):
    client.force_login(county_lead)

    data = client.get(url("roster_refused", roster_import)).content

    assert b"<f>" not in data
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1][3] == "=1+1"


PAGES = ["roster_import", "roster_refused", "roster_apply", "roster_undo"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["teacher", "lead", "assessor", "outsider"])
def test_an_import_is_hidden_from_all_who_may_not_import(client, request, roster_import, who, page):
    client.force_login(request.getfixturevalue(who))
    method = client.post if page in {"roster_apply", "roster_undo"} else client.get

    assert method(url(page, roster_import)).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("teacher", 403), ("lead", 403), ("assessor", 403), ("county_lead", 200), ("bureau_officer", 200)],
)
def test_who_may_import(client, request, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get(LIST).status_code == status


def test_nobody_hands_in_a_roster_for_an_organization_above(client, bureau, county_lead):
    client.force_login(county_lead)

    assert "organization" in upload(client, bureau, A).context["form"].errors
    assert not RosterImport.objects.exists()


def test_imports_of_other_counties_are_not_listed(client, bureau, bureau_officer, county_lead):
    check(bureau, bureau_officer, A)
    client.force_login(county_lead)

    assert client.get(LIST).context["page"].paginator.count == 0


@pytest.mark.parametrize("name", ["roster.pdf", "roster.xlsm"])
def test_other_kinds_of_files_are_not_taken(client, county, county_lead, name):
    client.force_login(county_lead)

    assert "file" in upload(client, county, A, name=name).context["form"].errors


def test_a_file_that_is_too_large_is_not_taken(client, county, county_lead, monkeypatch):
    monkeypatch.setattr("organizations.forms.MOST_BYTES", 10)
    client.force_login(county_lead)

    assert "file" in upload(client, county, A).context["form"].errors


def test_many_leavers_need_a_tick(client, county, school, county_lead):
    bring_in(county, county_lead, A, B)
    roster_import = check(county, county_lead, A, is_complete=True)
    client.force_login(county_lead)
    assert 'name="allow_leavers"' in client.get(url("roster_import", roster_import)).content.decode()

    for fields, status in [({}, "checked"), ({"allow_leavers": "on"}, "applied")]:
        client.post(url("roster_apply", roster_import), fields)
        run_due()
        roster_import.refresh_from_db()
        assert roster_import.status == status


def test_a_later_import_is_named_when_undoing(client, county, school, county_lead):
    first = bring_in(county, county_lead, A)
    second = bring_in(county, county_lead, person(phone="13900300088"))
    client.force_login(county_lead)

    page = client.post(url("roster_undo", first), follow=True).content.decode()

    assert f"Import {second.pk} was applied later" in page


def test_the_same_file_is_recognised(client, county, school, county_lead):
    bring_in(county, county_lead, A)
    again = check(county, county_lead, A, name="neu.csv")
    client.force_login(county_lead)

    assert "applied before" in client.get(url("roster_import", again)).content.decode()


def test_work_that_stopped_can_be_started_again(client, roster_import, county_lead):
    client.force_login(county_lead)
    client.post(url("roster_apply", roster_import))
    Job.objects.update(status=Job.Status.FAILED)
    assert "stopped" in client.get(url("roster_import", roster_import)).content.decode()

    client.post(url("roster_apply", roster_import))
    run_due()

    roster_import.refresh_from_db()
    assert roster_import.status == RosterImport.Status.APPLIED


@pytest.mark.parametrize("size", [3, 30])
def test_an_import_page_costs_the_same_for_any_number_of_rows(
    client, county, school, county_lead, size, django_assert_num_queries
):
    rows = [person("沈磊", f"6103030{n:04d}", f"139003{n:05d}") for n in range(size)]
    roster_import = check(county, county_lead, *rows)
    client.force_login(county_lead)
    client.get(LIST)

    with django_assert_num_queries(6):
        client.get(url("roster_import", roster_import))


@pytest.mark.parametrize("size", [3, 30])
def test_the_list_costs_the_same_for_any_number_of_imports(
    client, county, school, county_lead, size, django_assert_num_queries
):
    for _ in range(size):
        check(county, county_lead, A)
    client.force_login(county_lead)
    client.get(LIST)

    with django_assert_num_queries(6):
        client.get(LIST)


def run(name: str, *args: str) -> str:
    out = io.StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def csv_file(tmp_path):
    path = tmp_path / "名册.csv"
    path.write_text(text_of(A, person("", "61030300003", "13900300003")), encoding="gb18030")
    return str(path)


def test_the_command_line_shows_applies_and_undoes(county, school, county_lead, csv_file, tmp_path):
    number = county_lead.number
    refused = tmp_path / "refused.xlsx"

    shown = run("import_roster", csv_file, "--as", number, "--refused", str(refused))
    assert "3 · 姓名" in shown
    assert not User.objects.filter(number="61030300002").exists()
    assert refused.exists()

    run("import_roster", csv_file, "--as", number, "--organization", "610302", "--apply")
    assert User.objects.filter(number="61030300002").exists()

    run("undo_import", str(RosterImport.objects.latest("pk").pk))
    assert not User.objects.filter(number="61030300002").exists()


@pytest.mark.parametrize("options", ["--as nobody", "--as {teacher}", "--as {lead} --organization 610300"])
def test_the_command_line_keeps_the_same_rules(county, teacher, county_lead, csv_file, options):
    options = options.format(teacher=teacher.number, lead=county_lead.number).split()

    with pytest.raises(CommandError):
        run("import_roster", csv_file, *options)


def test_the_command_line_asks_before_many_leave(county, school, county_lead, csv_file):
    bring_in(county, county_lead, A, B)
    Path(csv_file).write_text(text_of(A), encoding="utf-8")
    options = [csv_file, "--as", county_lead.number, "--apply", "--complete"]

    with pytest.raises(CommandError, match="--allow-leavers"):
        run("import_roster", *options)
    run("import_roster", *options, "--allow-leavers")

    assert counted(RosterImport.objects.latest("pk")) == {"same": 1, "leave": 1}


def test_a_file_that_is_no_roster_is_refused_in_words(client, county, county_lead):
    client.force_login(county_lead)
    file = SimpleUploadedFile("r.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 1000)
    client.post(LIST, {"organization": county.pk, "file": file})
    run_due()

    page = client.get(url("roster_import", RosterImport.objects.get())).content.decode()

    assert "without a password" in page
