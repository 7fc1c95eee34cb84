"""Trying out rules, confirming what they ask of a school, and asking for a statement."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop
from wagtail.log_actions import log

from courses.models import Cohort, Enrollment
from courses.signals import announce_progress
from organizations.jobs.actions import enqueue
from organizations.models import Organization, User

from ..loading import packs_of
from ..models import RulePack, SignOff, Simulation, SimulationLine
from ..rules import RulesError
from ..simulating import KINDS, Outcome, rows_of, simulate

BATCH = 2000


class OwnSignOff(Exception):
    """Nobody confirms anything of themselves."""


def pack_to_try(document: dict[str, Any]) -> RulePack:
    """The one pack that a document stands for. Raises RulesError, also for none or several."""
    packs = packs_of(document)
    if len(packs) != 1:
        raise RulesError(
            gettext_noop("programmes, counties: exactly one programme that is there, and one county at most")
        )
    return packs[0]


@transaction.atomic
def begin_trial(
    *, document: dict[str, Any], bureau: Organization, by: User, in_background: bool = True
) -> Simulation:
    """Keep a pack that is to be tried out, and have that done: by a job, or by the caller.

    Raises RulesError for a document that does not stand for one pack.
    """
    pack = pack_to_try(document)
    simulation = Simulation.objects.create(
        bureau=bureau, document=document, title=f"{pack} · {pack.programme or pack.get_kind_display()}"[:80],
        created_by=by,
    )  # fmt: skip
    log(instance=simulation, action="certificates.simulate", user=by, data={"pack": document["code"]})
    if in_background:
        enqueue("certificates.simulate", key=simulation.job_key, simulation_id=simulation.pk)
    return simulation


def run_trial(*, simulation: Simulation, tell: Callable[[float], None]) -> Simulation:
    """Count what the pack would change. Does nothing if that is done already.

    A worker that died left lines behind: they are written anew.
    """
    if simulation.status == Simulation.Status.DONE:
        return simulation
    outcome = Outcome()

    def show(share: float) -> None:
        tell(share)
        Simulation.objects.filter(pk=simulation.pk).update(percent=int(share * 100))

    simulation.lines.all().delete()
    pack = pack_to_try(simulation.document)
    for lines in simulate(pack, outcome, tell=show):
        SimulationLine.objects.bulk_create(rows_of(lines, simulation), batch_size=BATCH)
    simulation.counts = [
        {"county": county, **{kind: outcome.counts[county][kind] for kind in KINDS}}
        for county in sorted(outcome.counts)
    ]
    simulation.status, simulation.percent = Simulation.Status.DONE, 100
    simulation.save(update_fields=["counts", "status", "percent"])
    return simulation


@transaction.atomic
def sign_off(
    *,
    cohort: Cohort,
    name: str,
    by: User,
    enrollments: Sequence[Enrollment] = (),
    is_given: bool = True,
) -> list[SignOff]:
    """Confirm something of some people of a cohort, or of its school (no `enrollments`); or withdraw that.

    What is so already is not written again. Raises OwnSignOff.
    """
    if any(enrollment.learner_id == by.pk for enrollment in enrollments):
        raise OwnSignOff
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    standing = standing_of(cohort, name)
    about: Collection[Enrollment | None] = enrollments or [None]
    written = SignOff.objects.bulk_create(
        SignOff(cohort=cohort, enrollment=one, name=name, is_given=is_given, by=by)
        for one in about
        if standing.get(one.pk if one else None, False) != is_given
    )
    if written:
        log(
            instance=cohort,
            action="certificates.sign_off" if is_given else "certificates.withdraw_sign_off",
            user=by,
            data={"name": name, "people": len(enrollments)},
        )
    for row in written:
        if row.enrollment:
            announce_progress(row.enrollment.learner)
    return written


def standing_of(cohort: Cohort, name: str) -> dict[int | None, bool]:
    """Enrolment's id (None: the school) to the last word on whether this is confirmed. One query."""
    rows = SignOff.objects.filter(cohort=cohort, name=name).order_by("pk")
    return dict(rows.values_list("enrollment", "is_given"))
