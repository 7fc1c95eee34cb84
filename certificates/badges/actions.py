"""Making, replacing and disowning keys; giving a certificate its badge."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from certificates.models import Certificate

from . import bitstrings, keys
from .models import Badge, SigningKey

FILLED = 100_000
"""Badges after which a further list is begun: in a full one, lots would be drawn for long."""

TRIES = 100
"""Even in the fullest list one draw in four finds a free place; a hundred all but surely do."""


class NoPlace(Exception):
    """No free place was drawn in the status lists."""


@transaction.atomic
def replace_keys() -> list[SigningKey]:
    """Make a key of each kind, and retire those that signed until now: what they signed stays good.

    Also how the first ones are made. The files are written before the rows are: a row always has its file.
    """
    before = SigningKey.objects.select_for_update().filter(pk__in=SigningKey.objects.current().values("pk"))
    for row in before:
        row.retired_at = timezone.now()
        row.save(update_fields=["retired_at"])
    made = []
    for kind in SigningKey.Kind.values:
        secret, row = keys.make(kind)
        keys.keep(secret, row)
        row.save()
        log(instance=row, action="badges.make_key", data={"identifier": row.identifier})
        made.append(row)
    return made


@transaction.atomic
def disown_key(*, key: SigningKey) -> SigningKey:
    """Say that others may have the secret half. Whatever it signed is refused from now on.

    Its dates prove nothing: whoever has the key writes any. Holders fetch their badges anew.
    """
    key = SigningKey.objects.select_for_update().get(pk=key.pk)
    if key.compromised_at is None:
        key.compromised_at = timezone.now()
        key.save(update_fields=["compromised_at"])
        log(instance=key, action="badges.disown_key", data={"identifier": key.identifier})
    return key


def badge_of(certificate: Certificate) -> Badge:
    """The certificate's badge, made now if nobody asked for it before. Raises NoPlace."""
    return Badge.objects.filter(certificate=certificate).first() or _make_badge(certificate)


def _make_badge(certificate: Certificate) -> Badge:
    """A row of the table is the claim to a place: it tells who draws one that is taken, or comes second."""
    list_number = Badge.objects.count() // FILLED + 1
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return Badge.objects.create(certificate=certificate, list_number=list_number, index=_lot())
        except IntegrityError:
            if badge := Badge.objects.filter(certificate=certificate).first():
                return badge
    raise NoPlace(f"List {list_number}")


def _lot() -> int:
    return secrets.randbelow(bitstrings.PLACES)
