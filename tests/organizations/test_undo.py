"""Taking imports back."""

import pytest
from django.utils import timezone
from wagtail.log_actions import registry

from organizations import actions
from organizations.models import ActivationCode, Organization, Posting, RosterImport, User
from organizations.roster.undoing import referenced

from .rosters import OTHER_SCHOOL, bring_in, check, counted, person, undo
from .test_roster import A, B, C, snapshot


def test_undo_restores_everything(bureau, bureau_officer):
    bring_in(bureau, bureau_officer, person(title="校长"), B, C)
    before = snapshot()
    roster_import = bring_in(
        bureau,
        bureau_officer,
        person("沈小磊", "61030300002", "13900300007", title="教师"),  # renamed, demoted, with B's phone
        person("罗涵", "61030300006", "13900300006", school=["岐山县", "岐山一小", "3161000009"]),
        person("新人", "61030300099", "13900300099"),
        is_complete=True,  # C leaves
    )
    assert counted(roster_import) == {"add": 1, "change": 1, "move": 1, "leave": 1}

    roster_import = undo(roster_import, bureau_officer)

    assert (roster_import.status, roster_import.notice) == (RosterImport.Status.UNDONE, {})
    assert snapshot() == before
    assert registry.get_logs_for_instance(roster_import).first().action == "organizations.undo_roster"
    assert not Organization.find_problems()[0]


def test_undo_of_the_first_import_leaves_an_empty_tree(bureau, bureau_officer):
    before = snapshot()
    roster_import = bring_in(bureau, bureau_officer, A, B)

    undo(roster_import, bureau_officer)

    assert snapshot() == before


def test_an_undone_file_can_be_imported_again(bureau, bureau_officer):
    undo(bring_in(bureau, bureau_officer, A, B), bureau_officer)

    assert counted(bring_in(bureau, bureau_officer, A, B)) == {"add": 2}


def test_who_did_something_since_is_closed_instead_of_removed(county, school, county_lead):
    roster_import = bring_in(county, county_lead, A, B)
    active = User.objects.get(number="61030300002")
    active.last_login = timezone.now()
    active.save()

    roster_import = undo(roster_import, county_lead)

    active.refresh_from_db()
    assert not active.is_active
    assert not active.postings.exists()
    assert not User.objects.filter(number="61030300006").exists()
    assert roster_import.notice == {"code": "undo_kept", "count": 1}


def test_a_code_alone_is_no_activity(county, school, county_lead):
    roster_import = bring_in(county, county_lead, A)
    actions.issue_activation_codes(organization=school, by=county_lead)

    undo(roster_import, county_lead)

    assert not User.objects.filter(number="61030300002").exists()
    assert not ActivationCode.objects.exists()


def test_what_somebody_changed_since_stays(county, school, county_lead):
    bring_in(county, county_lead, A)
    roster_import = bring_in(
        county, county_lead, person("沈磊", "61030300002", "13900300088", subject="语文")
    )
    User.objects.filter(number="61030300002").update(phone="+8613900300077")

    roster_import = undo(roster_import, county_lead)

    someone = User.objects.get(number="61030300002")
    assert (someone.phone, someone.postings.get().subject) == ("+8613900300077", "数学")
    assert roster_import.notice["count"] == 1


def test_a_login_that_somebody_else_has_by_now_stays_theirs(county, school, county_lead):
    bring_in(county, county_lead, A)
    roster_import = bring_in(county, county_lead, person("沈磊", "61030300002", "13900300088"))
    User.objects.create_user("7777", name="别人", phone="+8613900300006")

    roster_import = undo(roster_import, county_lead)

    assert User.objects.get(number="61030300002").phone == "+8613900300088"
    assert roster_import.notice["count"] == 1


def test_a_posting_reopened_by_hand_is_not_opened_twice(county, school, other_school, county_lead):
    bring_in(county, county_lead, A)
    roster_import = bring_in(county, county_lead, person(school=OTHER_SCHOOL))
    who = User.objects.get(number="61030300002")
    Posting.objects.create(person=who, organization=school)

    undo(roster_import, county_lead)

    assert [posting.organization for posting in who.postings.filter(ended_on=None)] == [school]


def test_a_school_in_use_stays(county, county_lead, teacher):
    roster_import = bring_in(county, county_lead, person(school=["渭滨区", "新校", "3161000005"]))
    new_school = Organization.objects.get(code="3161000005")
    Posting.objects.create(person=teacher, organization=new_school)

    roster_import = undo(roster_import, county_lead)

    assert Organization.objects.filter(code="3161000005").exists()
    assert roster_import.notice["count"] == 1


def test_a_later_import_of_the_same_people_comes_first(county, school, county_lead):
    first = bring_in(county, county_lead, A)
    second = bring_in(county, county_lead, person("沈磊", "61030300002", "13900300088"))

    with pytest.raises(actions.LaterImport) as refused:
        undo(first, county_lead)

    assert refused.value.roster_import == second
    undo(second, county_lead)
    assert undo(first, county_lead).status == RosterImport.Status.UNDONE


def test_a_later_import_of_others_does_not_matter(county, school, county_lead):
    first = bring_in(county, county_lead, A)
    bring_in(county, county_lead, B)

    assert undo(first, county_lead).status == RosterImport.Status.UNDONE


def test_only_what_was_applied_can_be_undone_and_only_once(county, school, county_lead):
    roster_import = check(county, county_lead, A)
    with pytest.raises(actions.NotNow):
        undo(roster_import, county_lead)
    roster_import = undo(bring_in(county, county_lead, A), county_lead)
    with pytest.raises(actions.NotNow):
        undo(roster_import, county_lead)

    assert actions.undo_roster(roster_import=roster_import, by=county_lead).status == "undone"


def test_any_row_that_points_at_a_person_counts(teacher, outsider, school):
    teacher.postings.all().delete()
    ActivationCode.objects.create(person=outsider, issued_by=teacher, digest="", expires_at=timezone.now())

    assert referenced(User, [teacher.pk, outsider.pk]) == {teacher.pk, outsider.pk}
    assert referenced(User, [teacher.pk], ignoring={ActivationCode}) == set()
