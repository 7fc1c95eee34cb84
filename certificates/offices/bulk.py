"""What an office asks in bulk, and what it is told. JSON in, JSON out; nothing here knows of requests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ..lifecycle import Status
from ..models import Certificate
from ..numbers import parse_number

MOST = 500
"""Numbers in one question."""

UNKNOWN = "unknown"
VALID = "valid"


class BadQuestion(ValueError):
    """The message says what belongs there."""


def numbers_in(body: bytes) -> list[str]:
    """The numbers of `{"numbers": ["BJXJ20-…", …]}`, as they were typed. Raises BadQuestion."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as error:  # lists in lists, a hundred thousand deep
        raise BadQuestion(_("Send JSON in UTF-8.")) from error
    numbers = asked.get("numbers") if isinstance(asked, dict) else None
    if not isinstance(numbers, list) or not all(isinstance(number, str) for number in numbers):
        raise BadQuestion(_('Send an object with "numbers": a list of texts.'))
    if not 1 <= len(numbers) <= MOST:
        raise BadQuestion(_("Send 1 to %(most)d numbers at a time.") % {"most": MOST})
    return numbers


def answers(numbers: Sequence[str]) -> list[dict[str, Any]]:
    """What the public page says of each number, in the same order. One query.

    What was never issued is unknown; an answer of any kind has the same fields.
    """
    parsed = [parse_number(number) for number in numbers]
    found = Certificate.objects.public().with_replaced_at().filter(number__in={*parsed} - {""})
    known = {certificate.number: certificate for certificate in found}
    return [{"asked": number} | _answer(known.get(key)) for number, key in zip(numbers, parsed, strict=True)]


def _answer(certificate: Certificate | None) -> dict[str, Any]:
    if certificate is None:
        names = ["number", "state", "holder", "title", "awarded_on", "expires_on", "since", "replaced_on"]
        return dict.fromkeys(names) | {"state": UNKNOWN}
    replaced_at = certificate.replaced_at if certificate.status == Status.SUPERSEDED else None
    return {
        "number": certificate.number,
        "state": VALID if certificate.state == Status.ISSUED else str(certificate.state),
        "holder": certificate.public_holder,
        "title": certificate.facts["title"],
        "awarded_on": certificate.dated.isoformat(),
        "expires_on": certificate.expires_on and certificate.expires_on.isoformat(),
        "since": timezone.localdate(certificate.status_since).isoformat(),
        "replaced_on": replaced_at and timezone.localdate(replaced_at).isoformat(),
    }
