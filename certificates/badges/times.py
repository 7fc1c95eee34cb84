"""Moments as credentials write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)


def written(moment: datetime) -> str:
    """A moment to the second, in UTC: 2026-11-25T08:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(text: object) -> datetime:
    """A moment of XML Schema that says its time zone. Raises ValueError."""
    if not isinstance(text, str) or not MOMENT.fullmatch(text):
        raise ValueError(f"not a moment with its time zone: {text}")
    fraction = re.search(r"\.\d+", text)
    return datetime.fromisoformat(text.replace(fraction.group(), "") if fraction else text)
