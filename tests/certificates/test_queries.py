import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates.models import Certificate, RulePack
from certificates.queries import certificates_of, claims_of, current_pack, current_packs, records_of
from certificates.rules import Record, Shown
from courses.models import Capability, Enrollment, Framework

from ..factories import CertificateFactory, plant_module, plant_programme, plant_rule_pack, post
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
    assert records[theirs.pk] == Record(online_hours=Decimal("9.0"), quizzes_passed=1, quizzes_total=1)


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
    assert queries_of(claims_of, enrollments) == 7


def test_the_pack_in_force_is_the_latest_that_has_begun(programme):
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
    other = plant_programme()

    assert current_packs([programme.pk, other.pk]) == {programme.pk: second}
    assert current_pack(other) is None


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
