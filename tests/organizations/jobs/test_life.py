"""A job's life, without any worker process: written, claimed, done or tried again."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

import pytest
from django.core.management import call_command, get_commands
from django.db import transaction
from django.utils import timezone

from organizations.jobs import actions, registry, tasks, wake, worker
from organizations.jobs.actions import LeaseLost, claim, enqueue, extend_lease, run
from organizations.jobs.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def notes(monkeypatch):
    """What the job "tests.note" was called with; "tests.fail" fails."""
    kept: list[dict] = []
    monkeypatch.setattr(registry, "KINDS", dict(registry.KINDS))

    @registry.job("tests.note")
    def note(**arguments) -> None:
        kept.append(arguments)

    @registry.job("tests.fail")
    def fail(**arguments) -> None:
        kept.append(arguments)
        raise OSError("the disk is full")

    return kept


def let_lease_run_out(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))


def let_wait_pass() -> None:
    Job.objects.update(run_at=timezone.now())


def test_a_job_is_done_with_its_arguments(notes):
    job = enqueue("tests.note", key="note:1", pk=1, name_of_file="甲.pdf")

    assert worker.run_due() == 1
    assert notes == [{"pk": 1, "name_of_file": "甲.pdf"}]
    job.refresh_from_db()
    assert (job.status, job.tries, job.leased_until, job.error) == (Job.Status.DONE, 1, None, "")
    assert job.finished_at is not None
    assert worker.run_due() == 0


def test_a_job_goes_down_with_the_transaction_that_wanted_it(notes):
    with transaction.atomic():
        enqueue("tests.note", key="note:1")
        transaction.set_rollback(True)

    assert not Job.objects.exists()


def test_a_key_that_is_known_adds_nothing(notes):
    first = enqueue("tests.note", key="note:1", pk=1)
    assert enqueue("tests.note", key="note:1", pk=2) == first

    worker.run_due()
    assert enqueue("tests.note", key="note:1", pk=3) == first
    worker.run_due()

    assert notes == [{"pk": 1}]


def test_jobs_are_done_in_the_order_in_which_they_were_due(notes):
    for number in (1, 2, 3):
        enqueue("tests.note", key=f"note:{number}", pk=number)
    Job.objects.filter(key="note:3").update(run_at=timezone.now() - timedelta(hours=1))

    assert worker.run_due() == 3
    assert notes == [{"pk": 3}, {"pk": 1}, {"pk": 2}]


def test_a_claimed_job_cannot_be_claimed_again(notes):
    job = enqueue("tests.note", key="note:1")

    assert claim().tries == 1
    assert claim() is None
    assert claim(job.pk) is None


def test_only_the_job_asked_for_is_claimed(notes):
    enqueue("tests.note", key="note:1")
    second = enqueue("tests.note", key="note:2")

    assert claim(second.pk) == second
    assert claim(second.pk) is None


def test_a_job_whose_worker_went_silent_is_claimed_by_another(notes):
    enqueue("tests.note", key="note:1")
    let_lease_run_out(claim())

    again = claim()

    assert again.tries == 2
    assert again.leased_until > timezone.now()


def test_the_lease_is_as_long_as_the_kind_says(notes, settings):
    registry.job("tests.long", lease_seconds=300)(lambda: None)
    enqueue("tests.note", key="short")
    enqueue("tests.long", key="long")

    leases = {(job := claim()).key: job.leased_until - timezone.now() for _ in range(2)}

    assert (
        leases["short"]
        <= timedelta(seconds=settings.JOB_LEASE_SECONDS)
        < timedelta(seconds=290)
        < leases["long"]
    )


@pytest.mark.parametrize("is_broken", [False, True], ids=["done", "failed"])
def test_a_worker_that_lost_its_job_cannot_say_how_it_ended(notes, is_broken):
    enqueue("tests.fail" if is_broken else "tests.note", key="note:1")
    zombie = claim()
    let_lease_run_out(zombie)
    holder = claim()

    run(zombie)

    holder.refresh_from_db()
    assert (holder.status, holder.tries, holder.error) == (Job.Status.RUNNING, 2, "")


def test_without_the_count_of_tries_the_lost_worker_would_overwrite(notes, monkeypatch):
    monkeypatch.setattr(
        actions, "_held", lambda job: Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING)
    )
    enqueue("tests.note", key="note:1")
    zombie = claim()
    let_lease_run_out(zombie)
    holder = claim()

    run(zombie)

    holder.refresh_from_db()
    assert holder.status == Job.Status.DONE


def test_a_late_worker_may_finish_while_nobody_took_its_job(notes):
    enqueue("tests.note", key="note:1")
    late = claim()
    let_lease_run_out(late)

    run(late)

    late.refresh_from_db()
    assert late.status == Job.Status.DONE


def test_a_job_that_fails_waits_longer_each_time_and_is_given_up(notes):
    job = enqueue("tests.fail", key="fail:1", pk=1)
    waits = []
    for _ in range(actions.MOST_TRIES):
        assert worker.run_due() == 1
        job.refresh_from_db()
        waits.append(round((job.run_at - timezone.now()).total_seconds()))
        let_wait_pass()

    assert waits[:-1] == [5, 10, 20, 40]
    assert (job.status, job.tries) == (Job.Status.FAILED, actions.MOST_TRIES)
    assert job.error == "OSError: the disk is full"
    assert worker.run_due() == 0
    assert len(notes) == actions.MOST_TRIES


def test_a_job_that_waits_for_its_next_try_is_not_due(notes):
    job = enqueue("tests.fail", key="fail:1")
    worker.run_due()

    assert claim(job.pk) is None


def test_a_job_done_after_a_failure_keeps_no_error(notes):
    job = enqueue("tests.fail", key="fail:1")
    worker.run_due()
    registry.job("tests.fail")(lambda: None)
    let_wait_pass()

    assert worker.run_due() == 1
    job.refresh_from_db()
    assert (job.status, job.tries, job.error) == (Job.Status.DONE, 2, "")


def test_a_job_that_kills_each_worker_is_given_up(notes):
    job = enqueue("tests.note", key="note:1")
    for _ in range(actions.MOST_TRIES):
        let_lease_run_out(claim())

    assert worker.run_due() == 1
    job.refresh_from_db()
    assert (job.status, job.tries) == (Job.Status.FAILED, actions.MOST_TRIES)
    assert job.error == "The worker died at the last try."
    assert notes == []


def test_a_name_that_nobody_knows_fails_and_stops_nothing(notes):
    stranger = enqueue("tests.nobody_knows", key="stranger")
    enqueue("tests.note", key="note:1")

    assert worker.run_due() == 2
    stranger.refresh_from_db()
    assert stranger.status == Job.Status.WAITING
    assert stranger.error == "LookupError: no job of this name in the version that runs here"
    assert notes == [{}]


def test_a_failed_job_gets_one_more_try_when_asked_for(notes, capsys):
    job = enqueue("tests.fail", key="fail:1")
    Job.objects.update(status=Job.Status.FAILED, tries=actions.MOST_TRIES, finished_at=timezone.now())

    call_command("wake_jobs", "--failed")

    assert capsys.readouterr().out == "1 failed jobs to be tried again\n1 jobs called for\n"
    assert worker.run_due() == 1
    job.refresh_from_db()
    assert (job.status, job.tries) == (Job.Status.FAILED, actions.MOST_TRIES + 1)


def test_a_long_job_keeps_its_lease_by_showing_that_it_is_alive(notes, settings):
    @registry.job("tests.long")
    def long() -> None:
        let_lease_run_out(actions.current_job.get())
        extend_lease()
        notes.append({"claimable": claim()})

    enqueue("tests.long", key="long:1")

    worker.run_due()
    assert notes == [{"claimable": None}]


def test_a_long_job_stops_when_another_has_taken_it(notes):
    @registry.job("tests.long")
    def long() -> None:
        let_lease_run_out(actions.current_job.get())
        claim()
        extend_lease()
        notes.append({})

    job = enqueue("tests.long", key="long:1")

    run(claim())

    assert notes == []
    job.refresh_from_db()
    assert (job.status, job.tries) == (Job.Status.RUNNING, 2)


def test_lost_leases_are_told_by_an_error(notes):
    enqueue("tests.note", key="note:1")
    job = claim()
    Job.objects.update(tries=2)
    token = actions.current_job.set(job)
    try:
        with pytest.raises(LeaseLost):
            extend_lease()
    finally:
        actions.current_job.reset(token)


def test_extending_the_lease_outside_a_job_does_nothing():
    extend_lease()


def test_jobs_are_done_by_hand_until_none_is_due(notes, capsys):
    enqueue("tests.note", key="note:1")

    call_command("run_jobs", "--once")

    assert capsys.readouterr().out == "1 jobs done\n"


def test_a_worker_is_woken_only_after_the_commit(notes, django_capture_on_commit_callbacks, monkeypatch):
    woken: list[int] = []
    monkeypatch.setattr(actions, "wake", woken.append)

    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue("tests.note", key="note:1")
        enqueue("tests.note", key="note:1")
        assert woken == []

    assert woken == [job.pk]


def test_a_broker_that_is_down_hardly_delays_the_page(use_broker, caplog):
    use_broker("redis://127.0.0.1:1/0")
    began = monotonic()

    wake.wake(1)

    assert monotonic() - began < 3  # without CELERY_BROKER_TRANSPORT_OPTIONS: more than six
    assert "The broker did not answer" in caplog.text


def test_beat_calls_only_commands_that_are_there(settings):
    called = [(entry["task"], *entry["args"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()]

    assert {task for task, _ in called} == {tasks.call.name}
    assert {command for _, command in called} <= get_commands().keys()


def test_the_message_of_a_job_carries_its_number_only(notes):
    job = enqueue("tests.note", key="note:1")

    tasks.run_job(job.pk)
    tasks.run_job(job.pk)

    assert notes == [{}]
