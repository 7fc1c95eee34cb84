"""How a certificate may change its status, and what that asks for. No database, no Django."""

import calendar
from datetime import date, timedelta
from enum import StrEnum


class Status(StrEnum):
    """Where a certificate stands. That it has expired is no status: its own date says so."""

    DRAFT = "draft"
    APPROVED = "approved"
    HELD = "held"
    ISSUED = "issued"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


STEPS: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.APPROVED}),
    Status.APPROVED: frozenset({Status.HELD, Status.ISSUED, Status.REVOKED}),
    Status.HELD: frozenset({Status.APPROVED, Status.REVOKED}),
    Status.ISSUED: frozenset({Status.SUSPENDED, Status.SUPERSEDED, Status.REVOKED}),
    Status.SUSPENDED: frozenset({Status.ISSUED, Status.SUPERSEDED, Status.REVOKED}),
    Status.SUPERSEDED: frozenset(),
    Status.REVOKED: frozenset(),
}
"""From each status where it may go. Source: docs/certification.md, "The life of a certificate"."""

ENDED = frozenset({Status.SUPERSEDED, Status.REVOKED})
"""Where nothing follows: another certificate may stand in this one's place."""


def may_follow(before: str, after: str) -> bool:
    """Whether a certificate may go from the one status to the other."""
    return Status(after) in STEPS[Status(before)]


def may_be_renewed(last_day: date, *, months: int, on: date) -> bool:
    """Whether the window in which a certificate may be renewed, some months before its last day, is open."""
    return last_day <= months_later(on, months)


def is_ending(last_day: date, *, months: int, days: int, on: date) -> bool:
    """Whether its holder is told that it ends: in these last days, in that window, and as many days after it.

    Source: docs/certification.md, "The life of a certificate".
    """
    if last_day < on - timedelta(days=days):
        return False
    return last_day <= on + timedelta(days=days) or may_be_renewed(last_day, months=months, on=on)


def months_later(day: date, months: int) -> date:
    """The same day some months later, or the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
