import datetime
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates.actions import award_due
from certificates.models import Certificate, RulePack
from certificates.queries import certificates_of, claims_of, current_pack, current_packs, records_of
from certificates.rulebook.actions import sign_off
from certificates.rules import Record, Rules, Share, Shown
from courses.models import Capability, Cohort, Enrollment, Framework

from ..factories import (
    CertificateFactory,
    plant_county,
    plant_module,
    plant_programme,
    plant_rule_pack,
    plant_school,
    post,
)
from .conftest import earn, enrol, pass_quizzes, show, study


def test_a_record_has_hours_quizzes_and_capabilities(enrollment, programme):
    programme.modules.add(plant_module("M03", questions=1))
    study(enrollment, "2.5")
    study(enrollment, "1.0")
    study(enrollment, "5.0", "practice")
    show(enrollment.learner, "B2", "excellent")
    show(enrollment.learner, "A5")
    pass_quizzes(enrollment.learner, programme)

    assert records_of([enrollment]) == {
        enrollment.pk: Record(
            online_hours=Decimal("3.5"),
            practice_hours=Decimal("5.0"),
            capabilities=(
                Shown("A5", "学法指导", "pass", "微能力A5"),
                Shown("B2", "学法指导", "excellent", "微能力B2"),
            ),
            quizzes_passed=2,
            quizzes_total=2,
            modules_passed=("M02", "M03"),
        )
    }


def test_a_record_without_facts_is_empty(enrollment):
    assert records_of([enrollment]) == {enrollment.pk: Record(quizzes_total=1)}


def test_what_belongs_to_other_programmes_does_not_count(enrollment, school):
    framework = Framework.objects.create(code="jyt0646", version="2022", name="教师数字素养")
    Capability.objects.create(framework=framework, code="1.1.1", position=1, dimension="意识", name_zh="认识")
    other = plant_programme([plant_module("M03", questions=1)], framework=framework)
    study(enrol(enrollment.learner, other, school), "9.0")
    pass_quizzes(enrollment.learner, other)
    show(enrollment.learner, "A5")

    theirs, ours = Enrollment.objects.get(cohort__programme=other), enrollment
    records = records_of([theirs, ours])
    assert records[ours.pk] == Record(
        capabilities=(Shown("A5", "学法指导", "pass", "微能力A5"),), quizzes_total=1
    )
    assert records[theirs.pk] == Record(
        online_hours=Decimal("9.0"), quizzes_passed=1, quizzes_total=1, modules_passed=("M03",)
    )


def test_a_quiz_of_an_unpublished_module_is_not_asked_for(enrollment, programme):
    programme.modules.get().unpublish()

    assert records_of([enrollment])[enrollment.pk].quizzes_total == 0


def test_a_failed_capability_does_not_count(enrollment):
    show(enrollment.learner, "A5", "fail")

    assert records_of([enrollment])[enrollment.pk].capabilities == ()


def queries_of(function, *args) -> int:
    with CaptureQueriesContext(connection) as queries:
        function(*args)
    return len(queries)


@pytest.mark.parametrize("size", [3, 30])
def test_records_cost_the_same_for_any_number_of_enrolments(programme, school, other_school, size):
    for number in range(size):
        earn(enrol(post(school), programme, [school, other_school][number % 2]))
    enrollments = list(Enrollment.objects.all())

    assert queries_of(records_of, enrollments) == 5
    assert queries_of(certificates_of, enrollments) == 2
    assert queries_of(claims_of, enrollments) == 10  # four of them for people, cohorts and schools
    assert queries_of(claims_of, enrollments) == 6


def test_the_pack_in_force_is_the_latest_that_has_begun(programme, cohort):
    first = RulePack.objects.get()
    today = timezone.localdate()
    second = RulePack.objects.create(
        programme=programme,
        code="starter",
        version=2,
        title="合格证书",
        rules=first.rules,
        effective_from=today,
    )
    RulePack.objects.create(
        programme=programme, code="starter", version=3, title="合格证书", rules=first.rules,
        effective_from=today + datetime.timedelta(days=1),
    )  # fmt: skip
    RulePack.objects.create(
        programme=programme, code="starter", version=9, title="合格证书", rules=first.rules,
        effective_from=today, is_draft=True,
    )  # fmt: skip
    other = plant_programme().cohorts.create(school=cohort.school, due_on=today)

    assert current_packs([cohort, other]) == {cohort.pk: second}
    assert current_pack(other) is None


def test_of_two_that_began_on_one_day_the_higher_version_holds(programme, cohort):
    second = plant_rule_pack(programme, code="starter", version=2)
    plant_rule_pack(programme, code="another", version=1)

    assert current_pack(cohort) == second


def test_a_pack_that_has_ended_gives_way_to_the_one_before(programme, cohort):
    today = timezone.localdate()
    first = RulePack.objects.get()
    last_day = plant_rule_pack(programme, code="starter", version=2, effective_until=today)
    assert current_pack(cohort) == last_day

    RulePack.objects.filter(pk=last_day.pk).update(effective_until=today - datetime.timedelta(days=1))
    assert current_pack(cohort) == first


def test_a_countys_pack_wins_there_over_a_later_one_of_the_city(programme, cohort, county, bureau):
    theirs = plant_rule_pack(programme, code="starter", county=county)
    citys = plant_rule_pack(programme, code="starter", version=2)
    elsewhere = plant_school(plant_county(bureau, "金台区", code="610303"), "金台区第一小学")
    other = programme.cohorts.create(school=elsewhere, due_on=programme.ends_on)
    bare = [Cohort.objects.get(pk=cohort.pk), Cohort.objects.get(pk=other.pk)]

    assert current_packs(bare) == {cohort.pk: theirs, other.pk: citys}
    with CaptureQueriesContext(connection) as queries:
        assert current_packs([cohort, other]) == {cohort.pk: theirs, other.pk: citys}
    assert len(queries) == 1


def test_what_the_school_confirmed_counts_until_it_is_withdrawn(enrollment, lead):
    rules = Rules(sign_offs=("公开课",))
    record = partial(records_of, [enrollment], asked=[rules])
    sign_off(cohort=enrollment.cohort, name="公开课", enrollments=[enrollment], by=lead)
    assert record()[enrollment.pk].sign_offs == ("公开课",)
    assert records_of([enrollment])[enrollment.pk].sign_offs == ()  # nobody asked

    sign_off(cohort=enrollment.cohort, name="公开课", enrollments=[enrollment], by=lead, is_given=False)
    assert record()[enrollment.pk].sign_offs == ()


def test_how_many_of_the_school_have_finished_the_modules(enrollment, programme, school):
    programme.modules.add(plant_module("M03", questions=1))
    done, half = enrol(post(school), programme, school), enrol(post(school), programme, school)
    left = enrol(post(school), programme, school)
    pass_quizzes(done.learner, programme)
    pass_quizzes(left.learner, programme)
    pass_quizzes(half.learner, plant_programme([programme.modules.get(code="M02")]))
    Enrollment.objects.filter(pk=left.pk).update(left_at=timezone.now())
    asked = [Rules(cohort_percent=50)]

    assert records_of([enrollment], asked=asked)[enrollment.pk].cohort == Share(1, 3)
    assert queries_of(partial(records_of, asked=asked), [enrollment, done, half]) == 7


def test_a_claim_says_what_is_missing_or_that_the_certificate_is_due(enrollment):
    [claim] = claims_of([enrollment])
    assert [line.kind for line in claim.missing] == ["online_hours", "capabilities", "dimensions", "quizzes"]
    assert not claim.is_due

    earn(enrollment)
    [claim] = claims_of([enrollment])
    assert (claim.missing, claim.is_due) == ([], True)


def test_a_programme_without_rules_makes_no_claim(teacher, school):
    assert claims_of([enrol(teacher, plant_programme(), school)]) == []


def test_certificates_are_those_of_the_programme_that_stand(earned, programme):
    learner, pack = earned.learner, RulePack.objects.get()
    CertificateFactory(
        learner=learner, rule_pack=pack, programme=programme, status=Certificate.Status.REVOKED
    )
    CertificateFactory(learner=learner)
    assert certificates_of([earned]) == {}

    standing = CertificateFactory(learner=learner, rule_pack=pack, programme=programme)
    assert certificates_of([earned]) == {earned.pk: standing}


def test_a_later_version_of_the_pack_is_not_owed_again(earned, programme):
    CertificateFactory(learner=earned.learner, programme=programme)
    plant_rule_pack(programme, code="starter", version=2)

    [claim] = claims_of([earned])

    assert (claim.pack.version, claim.is_due) == (2, False)


@pytest.mark.parametrize(
    ("months", "first", "last"),
    [
        (None, "2026-03-10", None),
        (36, "2026-03-10", "2029-03-09"),
        (1, "2026-01-31", "2026-02-27"),
        (12, "2028-02-29", "2029-02-27"),
        (2, "2026-11-15", "2027-01-14"),
    ],
)
def test_a_certificate_is_valid_for_as_long_as_its_pack_says(months, first, last):
    found = RulePack(valid_months=months).last_day(datetime.date.fromisoformat(first))

    assert (found and found.isoformat()) == last


def test_the_last_day_is_set_when_it_is_awarded(earned, programme):
    plant_rule_pack(programme, code="starter", version=2, valid_months=12)

    [certificate] = award_due(learner=earned.learner)

    assert certificate.expires_on == certificate.rule_pack.last_day(timezone.localdate())
