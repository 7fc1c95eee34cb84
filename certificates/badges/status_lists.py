"""The signed lists of which badges count for nothing now: read from the ledger, kept in the cache."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Max
from django.utils import timezone

from certificates.lifecycle import Status

from . import addresses, bitstrings, keys, proofs
from .canonical import CREDENTIALS
from .models import Badge, SigningKey
from .times import written

PURPOSE = "revocation"
"""The one purpose that every reader of badges looks at; a badge may name one list only."""

RAISED = frozenset({Status.REVOKED, Status.SUPERSEDED, Status.SUSPENDED})
"""Statuses of certificates whose bit is set. That of a suspended one may be taken back."""

TTL = timedelta(minutes=5)
"""For how long a reader may keep a list without asking again."""

VALID_FOR = timedelta(days=1)
"""After its making a list is signed anew within this time, and a reader believes it no longer."""

RENEWED_EVERY = timedelta(hours=12)


def exists(number: int) -> bool:
    """Whether there is such a list: the first one always is, empty if need be."""
    last = Badge.objects.aggregate(last=Max("list_number"))["last"] or 1
    return 1 <= number <= last


def signed_list(number: int) -> str:
    """The list as JSON, as the ledger stands now. One query for that; signing is done once for each state.

    The cache's key is made of what the list says, so a change of status needs nobody to empty anything.
    Raises NoKey.
    """
    raised = _raised(number)
    key = keys.current(SigningKey.Kind.EMBEDDED)
    since = _renewal(timezone.now())
    told = hashlib.sha256(json.dumps([raised, key.identifier, since.isoformat()]).encode()).hexdigest()
    name = f"badges.list:{number}:{told}"
    kept = cache.get(name)
    if kept is None:
        kept = json.dumps(_sign(number, raised, key, since))
        cache.set(name, kept, RENEWED_EVERY.total_seconds())
    return kept


def _raised(number: int) -> list[int]:
    """The places of a list whose bit is set."""
    told = Badge.objects.filter(list_number=number, certificate__status__in=RAISED)
    return sorted(told.values_list("index", flat=True))


def _renewal(now: datetime) -> datetime:
    """The last moment at which all lists were due to be signed anew."""
    return now - timedelta(seconds=now.timestamp() % RENEWED_EVERY.total_seconds())


def _sign(number: int, raised: list[int], key: SigningKey, since: datetime) -> dict[str, Any]:
    address = addresses.status_list(number)
    credential = {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": addresses.issuer(),
        "validFrom": written(since),
        "validUntil": written(since + VALID_FOR),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": PURPOSE,
            "encodedList": bitstrings.encode(raised),
            "ttl": int(TTL.total_seconds() * 1000),
        },
    }
    return proofs.secured(
        credential, key=keys.embedded_secret(key), method=addresses.method(key), at=timezone.now()
    )
