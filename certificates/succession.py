"""One certificate in another's place: corrected, or renewed."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone

from organizations.models import User

from . import lifecycle
from .actions import NoSuchStep, approve, counties_of, draft, locked
from .claims import claim_behind
from .lifecycle import Status
from .models import Certificate
from .rules import Missing


class NotEarned(Exception):
    """Under the rules of today the holder would not get it: `missing` says why."""

    def __init__(self, missing: list[Missing]) -> None:
        super().__init__(missing)
        self.missing = missing


def may_be_replaced(certificate: Certificate) -> bool:
    """Whether another certificate may be drawn up in this one's place. A query, if its status allows it."""
    allows = lifecycle.may_follow(certificate.status, Status.SUPERSEDED)
    return allows and not certificate.successors.exclude(status=Status.REVOKED).exists()


def may_be_renewed(certificate: Certificate) -> bool:
    """Whether its window is open: some months before its last day, as its rules say, and ever after."""
    if certificate.expires_on is None:
        return False
    months, today = certificate.rule_pack.renewal_months, timezone.localdate()
    is_open = lifecycle.may_be_renewed(certificate.expires_on, months=months, on=today)
    return is_open and may_be_replaced(certificate)


@transaction.atomic
def correct(*, certificate: Certificate, by: User, reason: str) -> Certificate:
    """A new certificate in this one's place, with the holder's and the school's names as they are now.

    It says the same otherwise, and has a number of its own. This one is superseded once the new one is
    printed. Raises NoSuchStep, also if another one is under way.
    """
    certificate = locked(certificate)
    if not may_be_replaced(certificate):
        raise NoSuchStep
    school, learner = certificate.organization, certificate.learner
    holder = learner or school
    successor = Certificate.objects.create(
        learner=learner,
        organization=school,
        rule_pack=certificate.rule_pack,
        subject=certificate.subject,
        token=secrets.token_urlsafe(16),
        status=Status.DRAFT,
        holder=holder.name if holder else certificate.holder,
        holder_number=(learner.number or "") if learner else "",
        school=school.name if school else certificate.school,
        county=counties_of([school])[school.pk] if school else certificate.county,
        facts=certificate.facts,
        expires_on=certificate.expires_on,
        design_version=certificate.design_version,
        replaces=certificate,
    )
    [approved] = approve(certificates=[successor], by=by, reason=reason)
    return approved


@transaction.atomic
def renew(*, certificate: Certificate, by: User, reason: str) -> Certificate:
    """A new certificate in this one's place, for what the holder has shown by today, under today's rules.

    This one is superseded once the new one is printed. Raises NoSuchStep outside its window, and NotEarned.
    """
    certificate = locked(certificate)
    if not may_be_renewed(certificate):
        raise NoSuchStep
    claim = claim_behind(certificate)
    if claim is None or claim.missing:
        raise NotEarned(claim.missing if claim else [])
    [approved] = approve(certificates=draft(claims=[claim], replaces=certificate), by=by, reason=reason)
    return approved
