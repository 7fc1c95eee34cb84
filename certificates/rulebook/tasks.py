"""Background work on rules."""

from __future__ import annotations

from organizations.jobs.actions import extend_lease
from organizations.jobs.registry import job

from ..models import Simulation
from . import actions


def _alive(_share: float) -> None:
    extend_lease()


@job("certificates.simulate", lease_seconds=300)
def run_trial(*, simulation_id: int) -> None:
    """Count what a pack would change, unless that is done: running this twice is harmless."""
    actions.run_trial(simulation=Simulation.objects.get(pk=simulation_id), tell=_alive)
