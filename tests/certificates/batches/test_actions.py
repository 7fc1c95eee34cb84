from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.log_actions import registry

from certificates import actions as ledger
from certificates import files
from certificates.batches import actions
from certificates.batches.models import Batch, Item
from certificates.models import Certificate, NumberSeries
from organizations.jobs.models import Job
from organizations.jobs.worker import run_due
from organizations.models import Organization

from ...factories import CertificateFactory, plant, plant_rule_pack, plant_school, post
from ..conftest import earn, enrol
from .conftest import draw_up

pytestmark = pytest.mark.django_db


def statuses(batch: Batch) -> Counter:
    return Counter(batch.items.values_list("status", flat=True))


def print_all(batch: Batch) -> None:
    while actions.print_some(batch=batch):
        pass
    batch.refresh_from_db()


def test_a_batch_is_drawn_up_by_a_job(due, programme, county, bureau_officer):
    batch = actions.create(rule_pack=programme.rule_packs.get(), place=county, by=bureau_officer)
    assert batch.status == "preparing"

    run_due()

    batch.refresh_from_db()
    assert (batch.status, statuses(batch)) == ("ready", {"waiting": 5})
    assert {item.certificate.status for item in batch.items.all()} == {"draft"}
    assert not NumberSeries.objects.exists()


def test_drawing_up_goes_on_where_it_was_stopped(due, programme, county, bureau_officer, monkeypatch):
    monkeypatch.setattr(actions, "SEEN_AT_ONCE", 2)
    batch = actions.create(rule_pack=programme.rule_packs.get(), place=county, by=bureau_officer)
    assert actions.prepare(batch=batch)

    run_due()

    assert statuses(batch) == {"waiting": 5}


def test_drawing_up_asks_the_same_for_any_number_of_people(programme, county, school, bureau_officer):
    pack = programme.rule_packs.get()
    costs = []
    for size in (2, 20):
        for _ in range(size):
            earn(enrol(post(school), programme, school))
        batch = actions.create(rule_pack=pack, place=county, by=bureau_officer)
        with CaptureQueriesContext(connection) as queries:
            actions.prepare(batch=batch)
        costs.append(len(queries))
        actions.cancel(batch=batch, by=bureau_officer)
        run_due()

    assert costs[0] == costs[1] <= 25
    assert statuses(batch) == {"cancelled": 22}


def test_everybody_left_out_has_a_reason(programme, county, bureau, school, bureau_officer):
    def enrolled(**fields):
        return enrol(post(school, **fields), programme, school)

    missing, given, revoked, unprintable, due = [enrolled() for _ in range(5)]
    for enrollment in (given, revoked, unprintable, due):
        earn(enrollment)
    pack = programme.rule_packs.get()
    CertificateFactory(learner=given.learner, rule_pack=pack, programme=programme)
    CertificateFactory(learner=revoked.learner, rule_pack=pack, programme=programme, status="revoked")
    unprintable.learner.name = "王\U0003134a"
    unprintable.learner.save()

    batch = draw_up(programme, county, bureau_officer)

    found = {item.learner_id: (item.reason, item.details) for item in batch.items.all()}
    assert found == {
        missing.learner_id: (
            "missing",
            [
                {"kind": "online_hours", "have": "0", "need": "0.5", "grade": "", "names": []},
                {"kind": "capabilities", "have": "0", "need": "1", "grade": "pass", "names": []},
                {"kind": "dimensions", "have": "0", "need": "1", "grade": "pass", "names": []},
                {"kind": "quizzes", "have": "0", "need": "1", "grade": "", "names": []},
            ],
        ),
        given.learner_id: ("given", []),
        revoked.learner_id: ("revoked", []),
        unprintable.learner_id: ("unprintable", ["\U0003134a U+3134A"]),
        due.learner_id: ("", []),
    }
    again = draw_up(programme, county, bureau_officer)
    assert again.items.get(learner=due.learner).reason == "elsewhere"


def test_a_batch_is_about_its_place_and_what_lies_below(due, programme, bureau, school, bureau_officer):
    other = plant_school(plant(bureau, Organization.Kind.COUNTY, name="陈仓区", code="610304"), "别处小学")
    earn(enrol(post(other), programme, other))

    assert draw_up(programme, other, bureau_officer).items.count() == 1
    assert draw_up(programme, school, bureau_officer).items.count() == 5
    assert draw_up(programme, bureau, bureau_officer).items.count() == 6


def test_under_a_pack_that_is_not_in_force_nobody_is_due(due, programme, county, bureau_officer):
    old = programme.rule_packs.get()
    plant_rule_pack(programme, code="starter", version=2)

    batch = actions.create(rule_pack=old, place=county, by=bureau_officer)
    run_due()

    assert set(batch.items.values_list("reason", flat=True)) == {"other_pack"}


def test_who_drew_a_batch_up_cannot_approve_it(batch, bureau_officer, second_officer):
    with pytest.raises(actions.SamePerson):
        actions.approve(batch=batch, by=bureau_officer)

    approved = actions.approve(batch=batch, by=second_officer)

    assert (approved.status, approved.approved_by) == ("running", second_officer)
    assert [entry.action for entry in registry.get_logs_for_instance(batch).order_by("pk")] == [
        "batches.create",
        "batches.approve",
    ]
    assert Job.objects.filter(name="batches.run").count() == 2


def test_the_database_refuses_one_person_as_both(batch, bureau_officer):
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.update(status="running", approved_by=bureau_officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.update(status="running")


def test_a_batch_without_anybody_due_is_not_approved(
    programme, county, bureau_officer, second_officer, teacher
):
    batch = draw_up(programme, county, bureau_officer)

    with pytest.raises(actions.NothingToIssue):
        actions.approve(batch=batch, by=second_officer)


def test_an_approved_batch_is_printed_with_numbers_files_and_hashes(batch, second_officer):
    actions.approve(batch=batch, by=second_officer)

    run_due()

    batch.refresh_from_db()
    assert (batch.status, statuses(batch)) == ("done", {"done": 5})
    certificates = [item.certificate for item in batch.items.order_by("pk")]
    assert [row.number[19:25] for row in certificates] == [f"{serial:06}" for serial in range(1, 6)]
    assert all(files.read(row).startswith(b"%PDF-1.7") for row in certificates)
    assert [(event.after, event.by) for event in certificates[0].events.all()] == [
        ("approved", second_officer),
        ("issued", None),
    ]
    assert set(Job.objects.filter(name="batches.run").values_list("status", flat=True)) == {"done"}
    assert not Job.objects.filter(name="certificates.issue").exists()


def test_nothing_is_printed_before_approval(batch):
    assert not actions.print_some(batch=batch)

    assert statuses(batch) == {"waiting": 5}


def test_a_paused_batch_goes_on_later(batch, bureau_officer, second_officer, monkeypatch):
    monkeypatch.setattr(actions, "PRINTED_AT_ONCE", 2)
    actions.approve(batch=batch, by=second_officer)
    actions.print_some(batch=batch)

    actions.pause(batch=batch, by=bureau_officer)
    run_due()
    assert statuses(batch) == {"done": 2, "waiting": 3}

    actions.go_on(batch=batch, by=bureau_officer)
    run_due()
    batch.refresh_from_db()
    assert (batch.status, statuses(batch)) == ("done", {"done": 5})


def test_a_cancelled_batch_leaves_no_drafts(batch, bureau_officer, second_officer, monkeypatch):
    monkeypatch.setattr(actions, "PRINTED_AT_ONCE", 2)
    actions.approve(batch=batch, by=second_officer)
    actions.print_some(batch=batch)

    actions.cancel(batch=batch, by=bureau_officer)
    run_due()

    assert statuses(batch) == {"done": 2, "cancelled": 3}
    assert set(Certificate.objects.values_list("status", flat=True)) == {"issued"}
    with pytest.raises(actions.NotPossible):
        actions.go_on(batch=batch, by=bureau_officer)


def test_what_had_its_number_is_printed_all_the_same(batch, bureau_officer, second_officer, monkeypatch):
    monkeypatch.setattr(actions, "PRINTED_AT_ONCE", 2)
    actions.approve(batch=batch, by=second_officer)
    with monkeypatch.context() as patch:
        patch.setattr(actions.printing, "print_safely", _die)
        with pytest.raises(KeyboardInterrupt):
            actions.print_some(batch=batch)
    actions.cancel(batch=batch, by=bureau_officer)
    Item.objects.update(leased_until=timezone.now() - timedelta(seconds=1))

    run_due()

    assert statuses(batch) == {"done": 2, "cancelled": 3}


def _die(certificate):
    raise KeyboardInterrupt


def test_a_worker_that_dies_leaves_its_certificates_to_the_next(batch, second_officer, monkeypatch):
    actions.approve(batch=batch, by=second_officer)
    with monkeypatch.context() as patch:
        patch.setattr(actions.printing, "print_safely", _die)
        with pytest.raises(KeyboardInterrupt):
            actions.print_some(batch=batch)
    numbers = set(Certificate.objects.values_list("number", flat=True))
    print_all(batch)
    assert statuses(batch) == {"waiting": 5}, "they are leased to the dead"

    Item.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    print_all(batch)

    assert (batch.status, statuses(batch)) == ("done", {"done": 5})
    assert set(Certificate.objects.values_list("number", flat=True)) == numbers


def test_one_that_fails_holds_up_no_other_and_is_tried_again(batch, second_officer, monkeypatch):
    bad = batch.items.first()
    keep = files.keep

    def fail_once(certificate, content):
        if certificate.pk == bad.certificate_id:
            raise OSError(28, "No space left on device")
        return keep(certificate, content)

    actions.approve(batch=batch, by=second_officer)
    with monkeypatch.context() as patch:
        patch.setattr(files, "keep", fail_once)
        print_all(batch)
    bad.refresh_from_db()
    assert (batch.status, statuses(batch)) == ("done", {"done": 4, "failed": 1})
    assert bad.error == "OSError: [Errno 28] No space left on device"

    assert actions.retry_failed(batch=batch, by=second_officer) == 1
    run_due()

    batch.refresh_from_db()
    assert (batch.status, statuses(batch)) == ("done", {"done": 5})
    with pytest.raises(actions.NotPossible):
        actions.retry_failed(batch=batch, by=second_officer)


def test_what_is_revoked_in_a_workers_hands_fails(batch, bureau_officer, second_officer, monkeypatch):
    actions.approve(batch=batch, by=second_officer)
    print_safely = actions.printing.print_safely
    revoked = batch.items.first().certificate_id

    def revoke_meanwhile(certificate):
        result = print_safely(certificate)
        if certificate.pk == revoked:
            ledger.revoke(certificate=certificate, by=bureau_officer, reason="误发")
        return result

    monkeypatch.setattr(actions.printing, "print_safely", revoke_meanwhile)
    print_all(batch)

    assert statuses(batch) == {"done": 4, "failed": 1}
    assert Certificate.objects.get(pk=revoked).issued_at is None


def test_a_certificate_that_kills_its_worker_again_and_again_fails(batch, second_officer):
    actions.approve(batch=batch, by=second_officer)
    Item.objects.filter(pk=batch.items.first().pk).update(tries=actions.MOST_TRIES)

    print_all(batch)

    assert statuses(batch) == {"done": 4, "failed": 1}
    assert batch.items.get(status="failed").error == "The worker died at the last try."


def test_a_running_batch_whose_workers_are_gone_gets_new_ones(batch, second_officer):
    actions.approve(batch=batch, by=second_officer)
    assert actions.send_missing_workers() == 0

    Job.objects.filter(name="batches.run").update(status=Job.Status.FAILED)
    assert actions.send_missing_workers() == 1

    run_due()
    assert statuses(batch) == {"done": 5}


def test_a_draft_is_no_certificate_yet(batch, due, client):
    learner = due[0].learner

    assert list(Certificate.objects.public().filter(learner=learner)) == []
    client.force_login(learner)
    assert "Waiting for approval" not in client.get("/certificates/").content.decode()
