import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import registry

from certificates import actions
from certificates.models import Certificate, NumberSeries, RulePack
from certificates.numbers import parse_number
from courses.signals import announce_progress
from organizations.jobs.models import Job
from organizations.models import Organization

from ..factories import CertificateFactory, plant, plant_rule_pack, plant_school, post
from .conftest import earn, enrol, show, study

UNDRAWABLE = "王\U0003134a"


def logged(certificate: Certificate) -> list[tuple]:
    return [
        (entry.action, entry.user) for entry in registry.get_logs_for_instance(certificate).order_by("pk")
    ]


def test_what_is_earned_is_awarded_with_the_facts_as_they_stand(earned):
    [certificate] = actions.award_due(learner=earned.learner)

    assert (certificate.status, certificate.holder) == (Certificate.Status.APPROVED, "田思洋")
    assert (certificate.school, certificate.county) == ("渭滨区第一小学", "渭滨区")
    assert certificate.number.startswith(f"BJXJ20-{timezone.localdate().year}-610302-000001-")
    assert parse_number(certificate.number) == certificate.number
    assert len(certificate.token) == 22
    programme = earned.cohort.programme
    assert certificate.facts == {
        "title": "合格证书",
        "issuer": "宝鸡市教育局",
        "programme": {
            "slug": programme.slug,
            "title": "2026年起步研修",
            "starts_on": programme.starts_on.isoformat(),
            "ends_on": timezone.localdate().isoformat(),
        },
        "rule_pack": {"code": "starter", "version": 1},
        "hours": {"online": "3", "practice": "0", "total": "3"},
        "capabilities": [{"code": "A5", "name": "微能力A5", "dimension": "学法指导", "grade": "pass"}],
        "modules": [{"code": "M02", "title": "模块M02"}],
    }
    assert logged(certificate) == [("certificates.award", None)]
    assert Job.objects.get(key=f"certificates.issue:{certificate.pk}").arguments == {
        "certificate_id": certificate.pk
    }


def test_nothing_is_awarded_before_it_is_earned(enrollment):
    study(enrollment)
    show(enrollment.learner)

    assert actions.award_due(learner=enrollment.learner) == []
    assert not NumberSeries.objects.exists()


def test_asking_again_awards_nothing_more(earned):
    actions.award_due(learner=earned.learner)

    assert actions.award_due(learner=earned.learner) == []
    assert Certificate.objects.count() == 1


def test_a_further_version_of_the_pack_awards_nothing_more(earned, programme):
    actions.award_due(learner=earned.learner)
    plant_rule_pack(programme, code="starter", version=2)

    assert actions.award_due(learner=earned.learner) == []


def test_what_was_revoked_is_not_awarded_again_by_itself(earned, bureau_officer):
    [certificate] = actions.award_due(learner=earned.learner)
    actions.revoke(certificate=certificate, by=bureau_officer, reason="证据不是本人的")

    assert actions.award_due(learner=earned.learner) == []


def test_who_left_the_cohort_is_awarded_nothing(earned):
    earned.left_at = timezone.now()
    earned.save()

    assert actions.award_due(learner=earned.learner) == []


def test_names_that_change_later_change_nothing(earned):
    [certificate] = actions.award_due(learner=earned.learner)
    earned.learner.name, earned.cohort.school.name = "田思阳", "新名小学"
    earned.learner.save()
    earned.cohort.school.save()

    certificate.refresh_from_db()
    assert (certificate.holder, certificate.school) == ("田思洋", "渭滨区第一小学")


def test_numbers_count_up_in_each_county(programme, county, bureau, school):
    other = plant_school(
        plant(bureau, Organization.Kind.COUNTY, name="陈仓区", code="610304"), "陈仓区第一小学"
    )
    nowhere = plant_school(plant(bureau, Organization.Kind.COUNTY, name="某区", code="GX"), "某小学")
    numbers = []
    for place in (school, school, other, nowhere):
        enrollment = enrol(post(place), programme, place)
        earn(enrollment)
        [certificate] = actions.award_due(learner=enrollment.learner)
        numbers.append(certificate.number[12:25])

    assert numbers == ["610302-000001", "610302-000002", "610304-000001", "610300-000001"]


def test_a_second_certificate_that_stands_is_refused_by_the_database(earned):
    [certificate] = actions.award_due(learner=earned.learner)

    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateFactory(
            learner=earned.learner, rule_pack=certificate.rule_pack, programme=certificate.rule_pack.programme
        )


def test_progress_awards_what_is_due(earned, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        announce_progress(earned.learner)

    assert Certificate.objects.get().learner == earned.learner


@pytest.fixture
def held(earned) -> Certificate:
    [certificate] = actions.award_due(learner=earned.learner)
    Certificate.objects.update(holder=UNDRAWABLE)
    return actions.hold(certificate=certificate, problem="U+3134A")


def test_a_certificate_is_held_with_its_problem(held):
    assert (held.status, held.problem) == (Certificate.Status.HELD, "U+3134A")
    assert logged(held)[-1] == ("certificates.hold", None)


def test_a_held_certificate_is_released_when_the_name_was_mended(held):
    assert actions.release(certificate=held)

    held.refresh_from_db()
    assert (held.status, held.holder, held.problem) == (Certificate.Status.APPROVED, "田思洋", "")
    assert Job.objects.filter(name="certificates.issue").count() == 2
    assert logged(held)[-1] == ("certificates.release", None)


def test_a_held_certificate_stays_held_while_its_name_cannot_be_printed(held):
    held.learner.name = UNDRAWABLE
    held.learner.save()

    assert not actions.release(certificate=held)

    held.refresh_from_db()
    assert (held.status, held.problem) == (Certificate.Status.HELD, "\U0003134a U+3134A")
    assert Job.objects.filter(name="certificates.issue").count() == 1


def test_only_held_certificates_are_released(db):
    assert not actions.release(certificate=CertificateFactory())


def test_a_certificate_whose_job_failed_gets_a_new_one(earned):
    [certificate] = actions.award_due(learner=earned.learner)
    assert actions.issue_stuck() == 0

    Certificate.objects.update(awarded_at=timezone.now() - datetime.timedelta(hours=2))
    assert actions.issue_stuck() == 1
    assert Job.objects.filter(arguments={"certificate_id": certificate.pk}).count() == 2


def test_a_certificate_is_revoked_once_with_its_reason(bureau_officer):
    certificate = CertificateFactory()

    actions.revoke(certificate=certificate, by=bureau_officer, reason="证据不是本人的")

    certificate.refresh_from_db()
    assert certificate.status == Certificate.Status.REVOKED
    assert (certificate.revoked_by, certificate.revoked_reason) == (bureau_officer, "证据不是本人的")
    assert logged(certificate) == [("certificates.revoke", bureau_officer)]
    with pytest.raises(actions.AlreadyRevoked):
        actions.revoke(certificate=certificate, by=bureau_officer, reason="再来一次")


def test_a_revoked_certificate_is_not_issued_by_a_late_worker(bureau_officer):
    certificate = CertificateFactory(status=Certificate.Status.APPROVED)
    actions.revoke(certificate=certificate, by=bureau_officer, reason="误发")

    actions.issue(certificate=certificate, file="certificates/x.pdf", sha256="0" * 64)

    certificate.refresh_from_db()
    assert (certificate.status, certificate.pdf.name) == (Certificate.Status.REVOKED, "")


def test_the_database_refuses_an_issued_certificate_without_a_file(db):
    certificate = CertificateFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(pdf="")


def test_the_rules_of_a_pack_are_read_from_its_row(programme):
    assert RulePack.objects.get().parsed.capabilities == 1
