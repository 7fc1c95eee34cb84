"""Who in a batch gets a certificate, and why somebody does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from certificates import fonts
from certificates.lifecycle import ENDED, Status
from certificates.models import Certificate
from certificates.rules import Missing

from .models import Batch, Item
from .sources import Case


def judge(batch: Batch, case: Case) -> tuple[Case, Item]:
    """The case with its row in the batch, not saved yet: waiting, or excluded for a reason."""
    item = Item(
        batch=batch,
        learner=case.learner,
        school=case.school,
        subject=case.claim.subject if case.claim else "",
        status=Item.Status.WAITING,
    )
    return case, _excluded(item, *_why_not(batch, case))


def once_each(judged: Sequence[tuple[Case, Item]]) -> list[tuple[Case, Item]]:
    """The same, but whoever is in twice, by two enrolments perhaps, gets one certificate."""
    seen = set()
    for _case, item in judged:
        holder = (item.learner_id, None if item.learner_id else item.school_id, item.subject)
        if not item.reason and holder in seen:
            _excluded(item, Item.Reason.ELSEWHERE, [])
        seen.add(holder)
    return list(judged)


def _excluded(item: Item, reason: str, details: list[Any]) -> Item:
    item.reason, item.details = reason, details
    if reason:
        item.status = Item.Status.EXCLUDED
    return item


def _why_not(batch: Batch, case: Case) -> tuple[str, list[Any]]:
    """Why this case gets no certificate, with details; "" and nothing if it does."""
    claim = case.claim
    if claim is None or claim.pack != batch.rule_pack:
        return Item.Reason.OTHER_PACK, []
    if reason := _given_before(claim.certificates):
        return reason, []
    if claim.missing:
        return Item.Reason.MISSING, [_line(missing) for missing in claim.missing]
    holder = claim.learner or claim.school
    problem = fonts.problem_with(name=holder.name, texts=[claim.school.name])
    return (Item.Reason.UNPRINTABLE, [problem]) if problem else ("", [])


def _given_before(certificates: Iterable[Certificate]) -> str:
    """Why a holder of these certificates gets no further one; "" if they may."""
    states = {certificate.status for certificate in certificates}
    if Status.DRAFT in states:
        return Item.Reason.ELSEWHERE
    if states - ENDED:
        return Item.Reason.GIVEN
    return Item.Reason.REVOKED if states else ""


def _line(missing: Missing) -> dict[str, Any]:
    """As JSON keeps it."""
    return {**asdict(missing), "have": str(missing.have), "need": str(missing.need)}
