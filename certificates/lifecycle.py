"""How a certificate may change its status, and what that asks for. No database, no Django."""

import calendar
from datetime import date
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


def months_later(day: date, months: int) -> date:
    """The same day some months later, or earlier if there are less than none; the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
