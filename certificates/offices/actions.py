"""What happens to the tokens of offices."""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from organizations.models import User

from .models import VerificationToken


def digest(secret: str) -> str:
    """What is kept of a token. It holds 256 random bits, so a plain hash gives nothing away."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_token(*, office: str, expires_on: datetime.date, by: User | None) -> tuple[VerificationToken, str]:
    """A token for an office, and the secret itself, which cannot be had a second time."""
    secret = secrets.token_urlsafe(32)
    token = VerificationToken.objects.create(
        office=office, digest=digest(secret), expires_on=expires_on, created_by=by
    )
    log(instance=token, action="offices.make_token", user=by)
    return token, secret


@transaction.atomic
def revoke_token(*, token: VerificationToken, by: User | None) -> bool:
    """Let a token open nothing any more. Returns whether it was this call that did so."""
    unrevoked = VerificationToken.objects.filter(pk=token.pk, revoked_at=None)
    if not unrevoked.update(revoked_at=timezone.now(), revoked_by=by):
        return False
    log(instance=token, action="offices.revoke_token", user=by)
    return True


@transaction.atomic
def use_token(*, secret: str, count: int) -> VerificationToken | None:
    """The token that this secret belongs to, if it opens the door today; that it was used is written down.

    How many certificates were asked for is kept, not which.
    """
    known = VerificationToken.objects.filter(digest=digest(secret))
    # In one statement: whoever revokes it meanwhile holds the row, and it is looked at again after that.
    if not known.usable().update(last_used_at=timezone.now()):
        return None
    token = known.get()
    log(instance=token, action="offices.use_token", data={"count": count})
    return token
