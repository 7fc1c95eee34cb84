"""What rosters change: matching, planning, applying."""

import pytest
from django.db import IntegrityError
from wagtail.log_actions import registry

from organizations import actions, rules
from organizations.models import Organization, Posting, RosterImport, User
from organizations.roles import Role
from organizations.roster import writing
from tests.factories import PostingFactory, UserFactory, plant_county, plant_school, post

from .rosters import (
    DATA,
    OTHER_SCHOOL,
    apply,
    bring_in,
    check,
    check_file,
    codes,
    counted,
    person,
)

A = person("沈磊", "61030300002", "13900300006")
B = person("罗涵", "61030300006", "13900300007")
C = person("赖晓", "61030300010", "13900300014")


def snapshot() -> list:
    """Everything a roster may change."""
    return [
        list(User.objects.order_by("pk").values_list("pk", "name", "number", "phone", "is_active")),
        list(Posting.objects.order_by("pk").values_list()),
        list(Organization.objects.order_by("path").values_list("pk", "path", "numchild", "name", "code")),
    ]


def places_of(number: str) -> list[tuple[str, str]]:
    postings = Posting.objects.current().filter(person__number=number).order_by("pk")
    return [(posting.organization.name, posting.role) for posting in postings]


def test_a_check_changes_nothing(bureau, bureau_officer):
    before = snapshot()

    roster_import = check(bureau, bureau_officer, A, B)

    assert counted(roster_import) == {"add": 2}
    assert snapshot() == before


def test_people_their_school_and_its_county_are_added(bureau, bureau_officer):
    roster_import = bring_in(bureau, bureau_officer, A)

    person = User.objects.get(number="61030300002")
    assert (person.name, person.phone, person.has_usable_password()) == ("沈磊", "+8613900300006", False)
    posting = person.postings.get()
    assert (posting.role, posting.title, posting.subject, posting.stage) == (
        "teacher",
        "教师",
        "数学",
        "小学",
    )
    assert posting.organization.code == "3161000001"
    county = posting.organization.get_parent()
    assert (county.name, county.code, county.get_parent()) == ("渭滨区", "610302", bureau)
    assert [entry.action for entry in registry.get_logs_for_instance(roster_import)] == [
        "organizations.apply_roster",
        "organizations.hand_in_roster",
    ]
    assert not Organization.find_problems()[0]


def test_a_head_is_also_school_lead_and_ceases_with_the_post(county, school, county_lead):
    bring_in(county, county_lead, person(title="校长"))
    assert places_of("61030300002") == [(school.name, Role.TEACHER), (school.name, Role.SCHOOL_LEAD)]

    roster_import = bring_in(county, county_lead, person(title="教师"))

    assert counted(roster_import) == {"change": 1}
    assert places_of("61030300002") == [(school.name, Role.TEACHER)]


def test_the_same_file_changes_nothing_whatever_it_is_called(county, school, county_lead):
    bring_in(county, county_lead, A, B)
    before = snapshot()

    again = check(county, county_lead, A, B, is_complete=True, name="另一个名字.csv")

    assert counted(again) == {"same": 2}
    apply(again, county_lead)
    assert snapshot() == before


def test_what_differs_is_changed(county, school, county_lead):
    bring_in(county, county_lead, A)

    bring_in(county, county_lead, person("沈磊", "61030300002", "13900300099", subject="语文"))

    changed = User.objects.get(number="61030300002")
    assert (changed.phone, changed.postings.get().subject) == ("+8613900300099", "语文")


def test_an_empty_phone_takes_none_away(county, school, county_lead):
    bring_in(county, county_lead, A)

    assert counted(check(county, county_lead, person("沈磊", "61030300002", ""))) == {"same": 1}


def test_somebody_known_by_phone_gets_their_number(county, school, county_lead):
    known = UserFactory(number=None, phone="+8613900300006", name="沈磊")

    bring_in(county, county_lead, A)

    known.refresh_from_db()
    assert known.number == "61030300002"


def test_a_transfer_closes_one_posting_and_opens_another(county, school, other_school, county_lead):
    bring_in(county, county_lead, person(title="校长"))

    roster_import = bring_in(county, county_lead, person(title="校长", school=OTHER_SCHOOL))

    assert counted(roster_import) == {"move": 1}
    assert places_of("61030300002") == [
        (other_school.name, Role.TEACHER),
        (other_school.name, Role.SCHOOL_LEAD),
    ]
    assert Posting.objects.filter(person__number="61030300002").count() == 4


def test_somebody_who_teaches_in_another_county_is_not_taken_from_there(bureau, county, school, county_lead):
    elsewhere = plant_school(plant_county(bureau, "金台区", "610303"), "金台区第一小学")
    post(elsewhere, number="61030300002", name="沈磊")

    roster_import = check(county, county_lead, A, B)

    assert counted(roster_import) == {"add": 1, "refuse": 1}
    assert codes(roster_import) == {2: ["person_elsewhere"]}


def test_the_logins_of_somebody_with_duties_above_stay(bureau, county, school, county_lead):
    officer = post(bureau, Role.BUREAU_OFFICER, number="61030300002", name="沈磊")

    roster_import = bring_in(county, county_lead, person("沈小磊", "61030300002", "13900300099"))

    officer.refresh_from_db()
    assert (officer.name, officer.phone) == ("沈磊", None)
    assert codes(roster_import) == {2: ["person_kept"]}


@pytest.mark.parametrize("swap", ["number", "phone"])
def test_swapped_logins_are_put_right(county, school, county_lead, swap):
    bring_in(county, county_lead, A, B)
    people = {user.name: user.pk for user in User.objects.filter(name__in=["沈磊", "罗涵"])}
    a, b = list(A), list(B)
    column = 4 if swap == "number" else 5
    a[column], b[column] = b[column], a[column]

    roster_import = bring_in(county, county_lead, a, b)

    assert counted(roster_import) == {"change": 2}
    for name, row in (("沈磊", a), ("罗涵", b)):
        swapped = User.objects.get(name=name)
        assert (swapped.pk, swapped.number, swapped.phone) == (people[name], row[4], f"+86{row[5]}")


def test_swapping_without_letting_go_first_would_fail(county, school, county_lead, monkeypatch):
    bring_in(county, county_lead, A, B)
    roster_import = check(
        county,
        county_lead,
        person("沈磊", "61030300002", "13900300007"),
        person("罗涵", "61030300006", "13900300006"),
    )
    before = snapshot()
    monkeypatch.setattr(writing, "release_logins", lambda changes: None)

    with pytest.raises(IntegrityError):
        apply(roster_import, county_lead)

    assert snapshot() == before


def test_three_people_can_pass_their_phones_round(county, school, county_lead):
    bring_in(county, county_lead, A, B, C)
    turned = [row[5] for row in (B, C, A)]

    rows = [[*row[:5], phone, *row[6:]] for row, phone in zip((A, B, C), turned, strict=True)]
    bring_in(county, county_lead, *rows)

    assert [User.objects.get(number=row[4]).phone for row in rows] == [f"+86{row[5]}" for row in rows]


def test_a_login_that_its_holder_keeps_is_refused_and_so_is_who_waited_for_it(county, school, county_lead):
    bring_in(county, county_lead, A, B, C)

    roster_import = check(
        county,
        county_lead,
        person("沈磊", "61030300002", "13900300007"),  # wants B's, who would take C's
        person("罗涵", "61030300006", "13900300014"),  # C is not in the file and keeps it
    )

    assert counted(roster_import) == {"refuse": 2}
    assert codes(roster_import) == {2: ["phone_taken"], 3: ["phone_taken"]}


def test_a_phone_handed_on_goes_to_the_new_person(county, school, county_lead):
    bring_in(county, county_lead, A)

    bring_in(
        county,
        county_lead,
        person("沈磊", "61030300002", "13900300098"),
        person("罗涵", "61030300006", "13900300006"),
    )

    assert User.objects.get(number="61030300006").phone == "+8613900300006"


def test_one_person_on_two_lines_is_refused_the_second_time(county, school, county_lead):
    UserFactory(number="61030300002", phone="+8613900300006", name="沈磊")

    roster_import = check(
        county, county_lead, person("沈磊", "61030300002", ""), person("沈磊", "", "13900300006")
    )

    assert codes(roster_import) == {3: ["person_twice"]}


def test_a_closed_account_is_pointed_out(county, school, county_lead):
    UserFactory(number="61030300002", name="沈磊", is_active=False)

    assert codes(check(county, county_lead, A)) == {2: ["account_closed"]}


def test_schools_of_others_are_refused(bureau, county, county_lead):
    plant_school(plant_county(bureau, "金台区", "610303"), "金台区第一小学", code="3161000009")

    roster_import = check(
        county,
        county_lead,
        person(school=["金台区", "金台区第一小学", "3161000009"]),
        person("罗涵", "6", "", school=["金台区", "金台区新小学", "3161000010"]),
        person("赖晓", "61030300010", "", school=["岐山县", "岐山县第一小学", "3161000011"]),
    )

    assert counted(roster_import) == {"refuse": 3}
    assert codes(roster_import)[2] == ["school_foreign"]
    assert codes(roster_import)[4] == ["school_foreign"]


@pytest.mark.parametrize(
    ("school", "code"),
    [
        (["渭滨区", "渭滨区新小学", ""], "school_without_code"),
        (["渭滨区", "", "3161000077"], "school_name_missing"),
        (["渭滨区", "", ""], "school_missing"),
        (["", "渭滨区新小学", "3161000077"], "county_missing"),
        (["长安区", "长安区第一小学", "3161000077"], "county_unknown"),
        (["渭滨区", "渭滨区", "610302"], "not_a_school"),
    ],
)
def test_a_row_whose_school_cannot_be_found_is_refused(bureau, county, bureau_officer, school, code):
    roster_import = check(bureau, bureau_officer, person(school=school))

    assert codes(roster_import) == {2: [code]}
    assert roster_import.counts["organizations"] == 0


def test_a_school_without_code_is_found_by_name_in_its_county(county, school, county_lead):
    roster_import = check(county, county_lead, person(school=["渭滨区", school.name, ""]))

    assert counted(roster_import) == {"add": 1}


def test_a_row_without_code_finds_a_school_that_the_file_itself_adds(county, county_lead):
    rows = [
        person("沈磊", "61030300002", "", school=["渭滨区", "新校", ""]),
        person("罗涵", "61030300006", "", school=["渭滨区", "新校", "3161000005"]),
    ]

    assert counted(check(county, county_lead, *rows)) == {"add": 2}


def test_a_county_goes_by_its_old_names(bureau, bureau_officer):
    rows = [
        person("沈磊", "61030300002", "", school=["凤翔县", "凤翔一小", "3161000021"]),
        person("罗涵", "61030300006", "", school=["凤翔区", "凤翔二小", "3161000022"]),
        person("赖晓", "61030300010", "", school=["市直属", "宝鸡中学", "3161000023"]),
    ]
    bring_in(bureau, bureau_officer, *rows)

    counties = Organization.objects.filter(kind=Organization.Kind.COUNTY).values_list("name", "code")
    assert set(counties) == {("凤翔区", "610305"), ("市直属学校", None)}


def test_a_known_school_keeps_its_name(county, school, county_lead):
    roster_import = bring_in(county, county_lead, person(school=["金台区", "渭滨一小", school.code]), B)

    assert codes(roster_import) == {2: ["school_renamed", "school_elsewhere"]}
    school.refresh_from_db()
    assert school.name == "渭滨区第一小学"


def test_who_is_missing_stays_unless_the_file_is_complete(county, school, county_lead):
    bring_in(county, county_lead, A, B)

    assert counted(check(county, county_lead, A)) == {"same": 1}
    assert counted(check(county, county_lead, A, is_complete=True)) == {"same": 1, "leave": 1}


def test_leavers_lose_their_duties_in_the_school(county, school, county_lead):
    bring_in(county, county_lead, person(title="校长"), B)

    bring_in(county, county_lead, B, is_complete=True)

    assert places_of("61030300002") == []
    assert User.objects.get(number="61030300002").is_active


def test_only_schools_of_the_file_lose_people(county, school, other_school, outsider, county_lead):
    assert counted(check(county, county_lead, A, is_complete=True)) == {"add": 1}


def test_nobody_leaves_a_school_with_a_refused_row(county, school, county_lead):
    bring_in(county, county_lead, A, B)

    roster_import = check(county, county_lead, A, person("", "61030300099", ""), is_complete=True)

    assert counted(roster_import) == {"same": 1, "refuse": 1}


@pytest.mark.parametrize(
    ("leaving", "posted", "many"), [(5, 100, False), (6, 100, True), (0, 0, False), (1, 1, True)]
)
def test_more_than_one_in_twenty_is_many(leaving, posted, many):
    assert rules.has_many_leavers(leaving, posted) is many


def test_many_leavers_are_asked_for_again(county, school, county_lead):
    bring_in(county, county_lead, A, B)
    roster_import = check(county, county_lead, A, is_complete=True)

    with pytest.raises(actions.ManyLeavers):
        actions.request_apply(roster_import=roster_import, by=county_lead)

    apply(roster_import, county_lead, allow_leavers=True)
    assert places_of("61030300006") == []


def test_a_plan_that_no_longer_holds_is_shown_again_instead(county, school, county_lead):
    roster_import = check(county, county_lead, A, B)
    PostingFactory(person=UserFactory(number="61030300002", name="沈磊"), organization=school)
    before = snapshot()

    roster_import = apply(roster_import, county_lead)

    assert (roster_import.status, roster_import.notice) == ("checked", {"code": "changed_since"})
    assert counted(roster_import) == {"add": 1, "change": 1}
    assert snapshot() == before
    assert apply(roster_import, county_lead).status == RosterImport.Status.APPLIED


def test_applying_twice_is_applying_once(county, school, county_lead):
    roster_import = bring_in(county, county_lead, A)
    before = snapshot()

    with pytest.raises(actions.NotNow):
        actions.request_apply(roster_import=roster_import, by=county_lead)
    actions.apply_roster(roster_import=roster_import, by=county_lead)

    assert snapshot() == before


def test_a_failure_half_way_writes_nothing(county, school, county_lead, monkeypatch):
    roster_import = check(
        county, county_lead, A, person("罗涵", "61030300006", "", school=["渭滨区", "新校", "3161000005"])
    )
    before = snapshot()

    def fail(self):
        raise OSError("The disk is full.")

    monkeypatch.setattr(writing.Writer, "open_postings", fail)
    with pytest.raises(OSError, match="full"):
        apply(roster_import, county_lead)

    assert snapshot() == before


def test_an_unreadable_file_says_why(county, county_lead, tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"\xd0\xcf\x11\xe0")
    with path.open("rb") as file:
        roster_import = check_file(county, county_lead, file)

    assert (roster_import.status, roster_import.notice["code"]) == ("failed", "old_excel")


def test_the_county_file_with_thirty_faults(bureau, bureau_officer):
    with (DATA / "county-gbk.csv").open("rb") as file:
        roster_import = check_file(bureau, bureau_officer, file)
    assert (roster_import.counts["refuse"], roster_import.counts["warning"]) == (18, 3)

    apply(roster_import, bureau_officer)

    assert roster_import.counts["add"] == User.objects.exclude(pk=bureau_officer.pk).count()
    assert not User.objects.filter(number__endswith=".0").exists()
    with (DATA / "county-gbk.csv").open("rb") as file:
        again = check_file(bureau, bureau_officer, file)
    assert counted(again) == {"same": roster_import.counts["add"], "refuse": 18}


@pytest.mark.parametrize("size", [3, 30])
def test_a_check_asks_the_database_the_same_for_any_size(
    county, school, county_lead, size, django_assert_num_queries
):
    rows = [person("沈磊", f"6103030{n:04d}", f"139003{n:05d}") for n in range(size)]
    bring_in(county, county_lead, *rows)

    with django_assert_num_queries(21):
        check(county, county_lead, *rows, is_complete=True)
