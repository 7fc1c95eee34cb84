import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from certificates import actions, files
from certificates.models import Certificate, NumberSeries, RulePack
from certificates.numbers import parse_number
from courses.signals import announce_progress
from organizations.jobs.models import Job
from organizations.models import Organization

from ..factories import CertificateFactory, plant, plant_rule_pack, plant_school, post
from .conftest import earn, enrol, show, study

UNDRAWABLE = "王\U0003134a"


def history(certificate: Certificate) -> list[tuple]:
    return [(event.after, event.by, event.reason) for event in certificate.events.order_by("pk")]


def test_what_is_earned_is_awarded_with_the_facts_as_they_stand(earned):
    [certificate] = actions.award_due(learner=earned.learner)

    assert (certificate.status, certificate.holder) == (Certificate.Status.APPROVED, "田思洋")
    assert (certificate.school, certificate.county) == ("渭滨区第一小学", "渭滨区")
    assert certificate.number.startswith(f"BJXJ20-{timezone.localdate().year}-610302-000001-")
    assert parse_number(certificate.number) == certificate.number
    assert len(certificate.token) == 22
    programme = earned.cohort.programme
    assert certificate.facts == {
        "kind": "teacher",
        "title": "合格证书",
        "issuer": "宝鸡市教育局",
        "programme": {
            "slug": programme.slug,
            "title": "2026年起步研修",
            "starts_on": programme.starts_on.isoformat(),
            "ends_on": timezone.localdate().isoformat(),
        },
        "rule_pack": {"code": "starter", "version": 1},
        "hours": {"online": "3", "practice": "0", "outside": "0", "total": "3"},
        "capabilities": [{"code": "A5", "name": "微能力A5", "dimension": "学法指导", "grade": "pass"}],
        "modules": [{"code": "M02", "title": "模块M02"}],
    }
    assert history(certificate) == [("approved", None, "")]
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
    return actions.hold(certificate=certificate, problem="U+3134A")


def test_a_certificate_is_held_with_its_problem(held):
    assert (held.status, held.problem) == (Certificate.Status.HELD, "U+3134A")
    assert history(held)[-1] == ("held", None, "U+3134A")


def test_a_held_certificate_is_released_when_the_name_was_mended(held):
    assert actions.release(certificate=held)

    held.refresh_from_db()
    assert (held.status, held.holder, held.problem) == (Certificate.Status.APPROVED, "田思洋", "")
    assert Job.objects.filter(name="certificates.issue").count() == 2
    assert history(held)[-1] == ("approved", None, "")


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

    Certificate.objects.update(status_since=timezone.now() - datetime.timedelta(hours=2))
    assert actions.issue_stuck() == 1
    assert Job.objects.filter(arguments={"certificate_id": certificate.pk}).count() == 2


def printed(certificate: Certificate) -> actions.Printed:
    return actions.Printed(certificate.pk, *files.keep(certificate, f"%PDF-1.7 {certificate}".encode()))


def test_a_certificate_is_revoked_once_with_its_reason(bureau_officer):
    certificate = CertificateFactory()

    actions.revoke(certificate=certificate, by=bureau_officer, reason="证据不是本人的")

    certificate.refresh_from_db()
    assert (certificate.status, certificate.state) == ("revoked", "revoked")
    assert history(certificate)[1:] == [("revoked", bureau_officer, "证据不是本人的")]
    with pytest.raises(actions.NoSuchStep):
        actions.revoke(certificate=certificate, by=bureau_officer, reason="再来一次")


def test_a_revoked_certificate_is_not_issued_by_a_late_worker(bureau_officer):
    certificate = CertificateFactory(status=Certificate.Status.APPROVED)
    actions.revoke(certificate=certificate, by=bureau_officer, reason="误发")

    assert actions.issue(printed=[printed(certificate)]) == []

    certificate.refresh_from_db()
    assert (certificate.status, certificate.pdf.name) == (Certificate.Status.REVOKED, "")


def test_a_suspended_certificate_can_be_reinstated(bureau_officer):
    certificate = CertificateFactory()

    actions.suspend(certificate=certificate, by=bureau_officer, reason="核查证据")
    with pytest.raises(actions.NoSuchStep):
        actions.suspend(certificate=certificate, by=bureau_officer, reason="核查证据")
    certificate = actions.reinstate(certificate=certificate, by=bureau_officer, reason="证据属实")

    assert certificate.status == "issued"
    assert history(certificate)[1:] == [
        ("suspended", bureau_officer, "核查证据"),
        ("issued", bureau_officer, "证据属实"),
    ]


def test_what_was_not_suspended_is_not_reinstated(bureau_officer):
    certificate = CertificateFactory(status=Certificate.Status.APPROVED)

    with pytest.raises(actions.NoSuchStep):
        actions.reinstate(certificate=certificate, by=bureau_officer, reason="证据属实")


def test_a_certificate_expires_by_its_date_alone(db):
    today = timezone.localdate()
    last_day = CertificateFactory(expires_on=today)
    over = CertificateFactory(expires_on=today - datetime.timedelta(days=1))
    revoked = CertificateFactory(expires_on=over.expires_on, status="revoked")

    assert [row.state for row in (last_day, over, revoked)] == ["issued", "expired", "revoked"]
    assert Certificate.objects.totals() == {"issued": 1, "revoked": 1, "expired": 1}
    assert list(Certificate.objects.in_state("expired")) == [over]
    assert list(Certificate.objects.in_state("issued")) == [last_day]
    assert list(Certificate.objects.ending(today)) == [last_day]


def test_a_suspended_certificate_is_suspended_after_its_last_day_too_and_expired_once_reinstated(
    client, bureau_officer, assessor
):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    certificate = CertificateFactory(learner=assessor, expires_on=yesterday, status="suspended")
    public = reverse("certificates:verification", args=[certificate.token])
    assert (certificate.state, list(Certificate.objects.in_state("suspended"))) == (
        "suspended",
        [certificate],
    )
    assert Certificate.objects.totals() == {"suspended": 1}
    assert "This certificate is suspended since" in client.get(public).content.decode()

    certificate = actions.reinstate(certificate=certificate, by=bureau_officer, reason="证据属实")

    assert (certificate.state, Certificate.objects.totals()) == ("expired", {"expired": 1})
    assert "has expired" in client.get(public).content.decode()


def test_the_database_refuses_an_issued_certificate_without_a_file(db):
    certificate = CertificateFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(pdf="")


def test_the_rules_of_a_pack_are_read_from_its_row(programme):
    assert RulePack.objects.get().parsed.capabilities == 1
