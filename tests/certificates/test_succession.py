"""One certificate in another's place: corrected, or renewed."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from certificates import actions, succession
from certificates.models import Certificate
from organizations.jobs.worker import run_due

from ..factories import RULES, CertificateFactory, plant_rule_pack
from .test_actions import history, printed

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def correct(certificate: Certificate, by) -> Certificate:
    return succession.correct(certificate=certificate, by=by, reason="姓名有误")


@pytest.fixture
def misnamed(school, teacher) -> Certificate:
    return CertificateFactory(learner=teacher, organization=school, holder="田思羊", school="旧名小学")


def test_a_correction_is_a_new_certificate_with_the_names_of_today(misnamed, bureau_officer):
    corrected = correct(misnamed, bureau_officer)

    assert (corrected.holder, corrected.school, corrected.county) == ("田思洋", "渭滨区第一小学", "渭滨区")
    assert (corrected.facts, corrected.replaces) == (misnamed.facts, misnamed)
    assert corrected.number != misnamed.number
    assert history(corrected) == [("approved", bureau_officer, "姓名有误")]
    misnamed.refresh_from_db()
    assert (misnamed.status, misnamed.holder) == ("issued", "田思羊")


def test_what_is_corrected_stands_until_the_correction_is_printed(misnamed, bureau_officer):
    corrected = correct(misnamed, bureau_officer)

    actions.issue(printed=[printed(corrected)])

    misnamed.refresh_from_db()
    assert (misnamed.status, misnamed.successors.get().status) == ("superseded", "issued")
    assert history(misnamed)[-1] == ("superseded", None, "")


def test_only_one_correction_is_under_way(misnamed, bureau_officer):
    corrected = correct(misnamed, bureau_officer)
    with pytest.raises(actions.NoSuchStep):
        correct(misnamed, bureau_officer)

    actions.revoke(certificate=corrected, by=bureau_officer, reason="也不对")
    assert correct(misnamed, bureau_officer).replaces == misnamed


@pytest.mark.parametrize("status", ["approved", "held", "revoked", "superseded"])
def test_only_what_was_issued_and_stands_is_corrected(bureau_officer, status):
    with pytest.raises(actions.NoSuchStep):
        succession.correct(
            certificate=CertificateFactory(status=status), by=bureau_officer, reason="姓名有误"
        )


def renew(certificate: Certificate, by) -> Certificate:
    return succession.renew(certificate=certificate, by=by, reason="到期换发")


def held_until(last_day: datetime.date, earned, **fields) -> Certificate:
    """A certificate under a pack that lasts three years and may be renewed for the last six months."""
    validity = {"version": 2, "valid_months": 36, "renewal_months": 6}
    pack = plant_rule_pack(earned.cohort.programme, code="starter", **validity, **fields)
    return CertificateFactory(
        learner=earned.learner, organization=earned.cohort.school, rule_pack=pack, expires_on=last_day
    )


def test_a_certificate_is_renewed_within_its_window(earned, bureau_officer):
    old = held_until(TODAY + datetime.timedelta(days=30), earned)
    assert succession.may_be_renewed(old)

    new = renew(old, bureau_officer)
    run_due()

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.status, new.status, new.replaces) == ("superseded", "issued", old)
    assert new.expires_on == new.rule_pack.last_day(TODAY)
    assert new.facts["hours"]["total"] == "3", "as it is today"
    assert history(new)[0] == ("approved", bureau_officer, "到期换发")


def test_an_expired_certificate_may_still_be_renewed(earned, bureau_officer):
    old = held_until(TODAY - datetime.timedelta(days=400), earned)

    assert renew(old, bureau_officer).replaces == old


def test_before_its_window_and_without_an_end_nothing_is_renewed(earned, bureau_officer):
    early = held_until(TODAY + datetime.timedelta(days=300), earned)
    with pytest.raises(actions.NoSuchStep):
        renew(early, bureau_officer)

    for_good = CertificateFactory(expires_on=None)
    assert not succession.may_be_renewed(for_good)


def test_who_would_not_earn_it_today_is_told_what_is_missing(earned, bureau_officer):
    old = held_until(TODAY, earned, rules={**RULES, "online_hours": 20})

    with pytest.raises(succession.NotEarned) as caught:
        renew(old, bureau_officer)

    assert [(line.kind, line.need) for line in caught.value.missing] == [("online_hours", 20)]
    old.refresh_from_db()
    assert (old.status, Certificate.objects.count()) == ("issued", 1)


def test_the_officer_is_told_in_words_why_nothing_is_renewed(client, earned, bureau_officer):
    old = held_until(TODAY, earned, rules={**RULES, "online_hours": 20})
    client.force_login(bureau_officer)
    assert "Renew" in client.get(f"/certificates/{old.number}/history/").content.decode()

    page = client.post(
        f"/certificates/{old.number}/steps/renew/", {"reason": "到期换发"}, follow=True
    ).content.decode()

    assert "under the rules of today this is missing" in page
    assert "Online study: 3 of 20 hours" in page
