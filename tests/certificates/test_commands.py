import datetime
from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from certificates import actions
from certificates.models import Certificate
from organizations.jobs.worker import run_due

from ..factories import post
from .conftest import earn, enrol


def said(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def test_the_nightly_run_awards_what_was_missed(earned, programme, other_school):
    unready = enrol(post(other_school), programme, other_school)
    second = enrol(post(other_school), programme, other_school)
    earn(second)

    assert said("award_due") == "2 awarded, 0 issued again\n"
    assert said("award_due") == "0 awarded, 0 issued again\n"
    assert not Certificate.objects.filter(learner=unready.learner).exists()


def test_the_nightly_run_costs_little_when_nothing_is_due(
    enrollment, programme, school, django_assert_max_num_queries
):
    for _ in range(10):
        enrol(post(school), programme, school)

    with django_assert_max_num_queries(
        12
    ):  # a lot, seven on it, that there is no other; what is stuck, as one
        said("award_due")


def test_the_nightly_run_gives_a_new_job_to_what_is_stuck(earned):
    actions.award_due(learner=earned.learner)
    Certificate.objects.update(status_since=timezone.now() - datetime.timedelta(days=1))

    assert said("award_due") == "0 awarded, 1 issued again\n"


def test_held_certificates_are_issued_once_the_name_was_mended(earned):
    learner = earned.learner
    learner.name = "王\U0003134a"
    learner.save()
    [certificate] = actions.award_due(learner=learner)
    run_due()
    assert said("reissue_held") == f"0 released\nstill held: {certificate.number} \U0003134a U+3134A\n"

    learner.name = "王小明"
    learner.save()
    assert said("reissue_held") == "1 released\n"
    run_due()

    certificate.refresh_from_db()
    assert (certificate.status, certificate.holder) == (Certificate.Status.ISSUED, "王小明")
