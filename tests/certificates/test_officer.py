import pytest
from django.urls import reverse

from certificates import actions
from certificates.models import Certificate
from organizations.jobs.worker import run_due
from organizations.models import User

from ..factories import CertificateFactory

Status = Certificate.Status


def url(name: str, *args) -> str:
    return reverse(f"certificates:{name}", args=args)


@pytest.fixture
def certificate(teacher) -> Certificate:
    return CertificateFactory(learner=teacher)


def take(client, certificate: Certificate, step: str, reason: str = "证据不是本人的"):
    return client.post(url("step", certificate.number, step), {"reason": reason}, follow=True)


def told(client, certificate: Certificate) -> str:
    response = client.get(url("certificate", certificate.number))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def offered(client, certificate: Certificate) -> list[str]:
    page = told(client, certificate)
    return [step for step in ("suspend", "reinstate", "correct", "revoke") if f"/steps/{step}/" in page]


def test_the_page_tells_what_it_says_and_its_history(client, certificate, lead, bureau_officer):
    actions.suspend(certificate=certificate, by=bureau_officer, reason="有人举报")
    client.force_login(lead)

    page = told(client, certificate)

    for words in (
        "田思洋",
        certificate.learner.number,
        "渭滨区第一小学",
        "2026年起步研修",
        "技术支持的课堂导入",
        "v1",
    ):
        assert words in page
    assert "崔子燕" in page
    assert "有人举报" in page
    assert "Valid → Suspended" in page


def test_a_school_lead_sees_the_history_and_no_steps(client, certificate, lead):
    client.force_login(lead)

    assert offered(client, certificate) == []


@pytest.mark.parametrize(
    ("status", "steps"),
    [
        (Status.APPROVED, ["revoke"]),
        (Status.HELD, ["revoke"]),
        (Status.ISSUED, ["suspend", "correct", "revoke"]),
        (Status.SUSPENDED, ["reinstate", "correct", "revoke"]),
        (Status.SUPERSEDED, []),
        (Status.REVOKED, []),
    ],
)
def test_an_officer_is_offered_the_steps_that_are_possible(client, teacher, bureau_officer, status, steps):
    certificate = CertificateFactory(learner=teacher, status=status)
    client.force_login(bureau_officer)

    assert offered(client, certificate) == steps
    for step in {"suspend", "reinstate", "correct", "revoke"} - set(steps):
        assert "that is not possible" in client.get(url("step", certificate.number, step)).content.decode()


@pytest.mark.parametrize(
    ("before", "step", "after"),
    [
        (Status.ISSUED, "suspend", Status.SUSPENDED),
        (Status.SUSPENDED, "reinstate", Status.ISSUED),
        (Status.ISSUED, "revoke", Status.REVOKED),
    ],
)
def test_an_officer_takes_a_step_with_a_reason(client, teacher, bureau_officer, before, step, after):
    certificate = CertificateFactory(learner=teacher, status=before)
    client.force_login(bureau_officer)

    refused = take(client, certificate, step, reason=" ")
    assert "This field is required" in refused.content.decode()
    certificate.refresh_from_db()
    assert certificate.status == before

    response = take(client, certificate, step)
    assert response.redirect_chain == [(url("certificate", certificate.number), 302)]
    certificate.refresh_from_db()
    event = certificate.events.last()
    assert (certificate.status, event.by, event.reason) == (after, bureau_officer, "证据不是本人的")


def test_a_correction_is_linked_both_ways(client, earned, bureau_officer):
    [first] = actions.award_due(learner=earned.learner)
    run_due()
    User.objects.filter(pk=earned.learner_id).update(name="田思阳")
    client.force_login(bureau_officer)

    take(client, first, "correct", reason="名字写错了")
    second = first.successors.get()
    assert "correct" not in offered(client, first)
    run_due()

    assert (second.number in told(client, first), "Replaced by" in told(client, first)) == (True, True)
    assert (first.number in told(client, second), "In the place of" in told(client, second)) == (True, True)
    first.refresh_from_db()
    assert (first.status, second.holder) == (Status.SUPERSEDED, "田思阳")


def test_a_step_taken_twice_is_told_not_done(client, certificate, bureau_officer):
    client.force_login(bureau_officer)
    take(client, certificate, "revoke", "第一次")

    response = take(client, certificate, "revoke", "第二次")

    assert "This is not possible any more" in response.content.decode()
    assert certificate.events.last().reason == "第一次"


def test_there_is_no_other_step(client, certificate, bureau_officer):
    client.force_login(bureau_officer)

    assert client.get(url("step", certificate.number, "hold")).status_code == 404


def test_who_may_not_is_refused(client, certificate, teacher, lead, outsider):
    history, step = url("certificate", certificate.number), url("step", certificate.number, "suspend")

    def codes(person: User) -> tuple[int, int]:
        client.force_login(person)
        return client.get(history).status_code, client.get(step).status_code

    assert [codes(person) for person in (teacher, lead, outsider)] == [(403, 403), (200, 403), (404, 404)]


def test_the_page_costs_the_same_for_any_history(
    client, certificate, bureau_officer, django_assert_max_num_queries
):
    client.force_login(bureau_officer)
    for _ in range(5):
        for step in (actions.suspend, actions.reinstate):
            step(certificate=certificate, by=bureau_officer, reason="再看看")

    with django_assert_max_num_queries(10):
        told(client, certificate)
