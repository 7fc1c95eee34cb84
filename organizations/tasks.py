"""Background work on rosters. Each asks whether its work is done, so that running it twice is harmless."""

from __future__ import annotations

from . import actions
from .jobs.actions import extend_lease
from .jobs.registry import job
from .models import RosterImport, User

LEASE_SECONDS = 900
"""Longer than one transaction takes for the whole city: inside it no lease can be extended."""


def _alive(_share: float) -> None:
    extend_lease()


@job("roster.check", lease_seconds=LEASE_SECONDS)
def check_roster(*, import_id: int) -> None:
    """Read a roster and plan what it would change."""
    actions.check_roster(roster_import=RosterImport.objects.get(pk=import_id), tell=_alive)


@job("roster.apply", lease_seconds=LEASE_SECONDS)
def apply_roster(*, import_id: int, by: int) -> None:
    """Write what the check planned."""
    actor = User.objects.get(pk=by)
    actions.apply_roster(roster_import=RosterImport.objects.get(pk=import_id), by=actor, tell=_alive)


@job("roster.undo", lease_seconds=LEASE_SECONDS)
def undo_roster(*, import_id: int, by: int) -> None:
    """Take an import back."""
    extend_lease()
    actions.undo_roster(roster_import=RosterImport.objects.get(pk=import_id), by=User.objects.get(pk=by))
