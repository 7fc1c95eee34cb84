import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.evidence.models import Review
from certificates.actions import award_claim, award_due
from certificates.candidates import Period, days_in
from certificates.claims import capability_claims, hours_claims, school_claims, team_claims
from certificates.models import RulePack
from certificates.printing.sheet import sheet_of
from certificates.rulebook.actions import sign_off
from certificates.rules import Share
from courses.models import HoursEntry
from courses.queries import hours_by_kind, hours_recorded
from organizations.models import Posting

from ..factories import CertificateFactory, plant_programme, post
from .conftest import enrol, show, study

TODAY = timezone.localdate()


def plant_pack(kind: str, rules: dict, **fields) -> RulePack:
    defaults = {"code": kind, "title": "证明", "effective_from": datetime.date(2026, 1, 1)}
    defaults["awards"] = RulePack.Awards.ON_REQUEST if kind == "hours" else RulePack.Awards.AT_ONCE
    return RulePack.objects.create(**{**defaults, **fields}, kind=kind, rules=rules)


def queries_of(function, *args) -> int:
    with CaptureQueriesContext(connection) as queries:
        function(*args)
    return len(queries)


def test_a_capability_is_claimed_once_it_was_shown_well_enough(programme, teacher):
    plant_pack("capability", {"framework": "microcapabilities", "grade": "excellent"})
    show(teacher, "A5", "excellent")
    show(teacher, "A6", "pass")

    [claim] = capability_claims([teacher])

    assert (claim.subject, claim.is_due, claim.school) == ("A5", True, teacher.school)


def test_a_statement_given_once_is_not_given_again(programme, teacher):
    plant_pack("capability", {"framework": "microcapabilities"})
    show(teacher, "A5")

    [certificate] = award_due(learner=teacher)

    assert award_due(learner=teacher) == []
    assert (certificate.subject, certificate.facts["capability"]) == (
        "A5",
        {"code": "A5", "name": "微能力A5", "dimension": "学法指导", "grade": "pass"},
    )
    show(teacher, "B2")
    assert [one.subject for one in award_due(learner=teacher)] == ["B2"]


def test_what_is_only_on_request_is_not_awarded_by_itself(programme, teacher):
    plant_pack("capability", {"framework": "microcapabilities"}, awards=RulePack.Awards.ON_REQUEST)
    show(teacher, "A5")

    assert award_due(learner=teacher) == []


def test_hours_of_a_period_are_those_recorded_on_its_days(enrollment, teacher):
    plant_pack("hours", {"total_hours": 1})
    for day, hours, kind in [(1, "1.0", "online"), (2, "2.0", "practice"), (3, "4.0", "outside")]:
        at = datetime.datetime(2026, 3, day, 23, 59, tzinfo=timezone.get_default_timezone())
        HoursEntry.objects.create(
            enrollment=enrollment, kind=kind, hours=Decimal(hours), source=f"test:{day}", at=at
        )

    [claim] = hours_claims([teacher], Period(datetime.date(2026, 3, 2), datetime.date(2026, 3, 3)))

    assert (claim.record.online_hours, claim.record.practice_hours, claim.record.outside_hours) == (0, 2, 4)
    assert (claim.subject, claim.is_due) == ("2026-03-02/2026-03-03", True)
    certificate = award_claim(claim=claim, by=teacher)
    assert certificate.facts["period"] == {"first": "2026-03-02", "last": "2026-03-03"}
    assert certificate.facts["programmes"] == [
        {"title": "2026年起步研修", "online": "0", "practice": "2", "outside": "4", "total": "6"}
    ]
    assert award_claim(claim=claim, by=teacher) is None


def test_hours_that_followed_to_another_programme_or_school_are_stated_once(
    enrollment, teacher, programme, other_school
):
    plant_pack("hours", {"total_hours": 1})
    moved = enrol(teacher, programme, other_school)
    also = enrol(teacher, plant_programme(title="2026年提高研修"), other_school)
    for one, source, hours in [
        (enrollment, "lesson:1", "1.0"),
        (moved, "lesson:1", "1.0"),
        (also, "lesson:1", "1.0"),
        (also, "lesson:2", "2.5"),
        (enrollment, "outside:1", "6.0"),
        (moved, "outside:1", "6.0"),
        (enrollment, "outside:1:withdrawn", "-6.0"),
        (moved, "outside:1:withdrawn", "-6.0"),
    ]:
        kind = "outside" if "outside" in source else "online"
        HoursEntry.objects.create(enrollment=one, kind=kind, hours=Decimal(hours), source=source)

    [claim] = hours_claims([teacher], Period(TODAY, TODAY))
    facts = award_claim(claim=claim, by=teacher).facts

    assert facts["hours"] == {"online": "3.5", "practice": "0", "outside": "0", "total": "3.5"}
    assert {one["title"]: one["total"] for one in facts["programmes"]} == {
        "2026年起步研修": "1",
        "2026年提高研修": "2.5",
    }
    assert sum(hours_by_kind(hours_recorded(teacher, TODAY, TODAY)).values()) == Decimal("3.5")


def test_hours_of_other_days_are_too_few(enrollment, teacher):
    plant_pack("hours", {"total_hours": 1})
    study(enrollment)

    [claim] = hours_claims([teacher], Period(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)))

    assert ([line.kind for line in claim.missing], claim.is_due) == (["total_hours"], False)
    assert award_claim(claim=claim) is None


def test_a_school_completes_with_its_people(cohort, programme, school, lead, county_lead):
    plant_pack(
        "school",
        {"enrolled_percent": 50, "certified_percent": 100, "plan": True, "sign_offs": ["材料齐全"]},
        programme=programme,
    )
    first, _not_enrolled = post(school), post(school)
    enrol(first, programme, school)
    [claim] = school_claims([cohort])
    assert claim.record.enrolled == Share(1, 2)
    assert [line.kind for line in claim.missing] == ["sign_offs", "certified_percent", "plan"]

    CertificateFactory(learner=first, programme=programme, number="BJXJ20-2025-610302-000001-X")
    sign_off(cohort=cohort, name="材料齐全", by=county_lead)
    cohort.plan = "全员学完"
    cohort.save()

    [certificate] = award_due(learner=first)
    assert (certificate.learner, certificate.organization, certificate.holder) == (None, school, school.name)
    assert certificate.facts["certified"] == {"have": 1, "of": 1, "percent": 100}
    assert (certificate.facts["enrolled"]["percent"], certificate.facts["sign_offs"]) == (50, ["材料齐全"])
    assert "environment" not in certificate.facts, "nobody asked for it"
    assert "教师参训率50%，参训教师合格率100%，材料齐全经学校确认，" in sheet_of(certificate).texts["text"]
    assert award_due(learner=first) == []


def test_an_empty_school_has_not_completed(cohort, programme):
    plant_pack("school", {"certified_percent": 1}, programme=programme)

    [claim] = school_claims([cohort])

    assert not claim.is_due


def test_a_team_member_has_held_the_role_and_marked(school, assessor, teacher, programme):
    plant_pack("team", {"roles": ["assessor"], "days": 100, "reviews": 1})
    Posting.objects.filter(person=assessor).update(started_on=TODAY - datetime.timedelta(days=99))
    [claim] = team_claims([assessor, teacher])
    assert [(line.kind, line.have) for line in claim.missing] == [("days", 99), ("reviews", 0)]

    Posting.objects.filter(person=assessor).update(started_on=TODAY - datetime.timedelta(days=100))
    Review.objects.create(submission=show(teacher), round=1, reviewer=assessor, grade="pass")

    [certificate] = award_due(learner=assessor)
    assert certificate.facts["reviews"] == 1
    assert certificate.facts["place"] == school.name


def test_days_in_two_postings_at_once_count_once():
    def day(number):
        return datetime.date(2026, 1, number)

    assert days_in([(day(1), day(11)), (day(5), day(9)), (day(10), day(13)), (day(20), day(21))]) == 13
    assert days_in([]) == 0


def test_a_countys_statement_wins_there(programme, teacher, county):
    plant_pack("capability", {"framework": "microcapabilities"}, version=2)
    theirs = plant_pack("capability", {"framework": "microcapabilities", "grade": "excellent"}, county=county)
    show(teacher, "A5")
    assert capability_claims([teacher]) == []

    show(teacher, "A6", "excellent")
    [claim] = capability_claims([teacher])
    assert claim.pack == theirs


@pytest.mark.parametrize("size", [2, 12])
def test_claims_cost_the_same_for_any_number_of_people(programme, school, other_school, cohort, size):
    plant_pack("capability", {"framework": "microcapabilities"})
    plant_pack("hours", {"total_hours": 1})
    plant_pack("team", {"roles": ["teacher"], "reviews": 1})
    plant_pack("school", {"certified_percent": 50}, programme=programme)
    people = [post([school, other_school][number % 2]) for number in range(size)]
    for person in people:
        study(enrol(person, programme, school))
        show(person)
    enrol(post(other_school), programme, other_school)
    cohorts = list(programme.cohorts.select_related("school"))
    period = Period(TODAY - datetime.timedelta(days=1), TODAY)

    assert queries_of(capability_claims, people) == 4
    assert queries_of(lambda: hours_claims(people, period)) == 4
    assert queries_of(team_claims, people) == 5
    assert queries_of(school_claims, cohorts) == 5
