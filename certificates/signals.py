"""News from the ledger: of these people another certificate stands by now, or none."""

import logging
from collections.abc import Collection
from functools import partial

from django.db import transaction
from django.dispatch import Signal

from organizations.models import User

certificates_changed = Signal()
"""Sent with `learners`, after commit: many at once, as batches change many. It says only who."""

logger = logging.getLogger(__name__)


def announce_certificates(learners: Collection[User]) -> None:
    """Say, once the transaction is safely in, that what these people hold has changed."""
    if learners:
        transaction.on_commit(partial(_send, learners))


def _send(learners: Collection[User]) -> None:
    # Robust: a fault in a higher layer must not keep a certificate from being issued.
    for hearer, result in certificates_changed.send_robust(sender=User, learners=learners):
        if isinstance(result, Exception):
            logger.error("%s failed for %d learners", hearer, len(learners), exc_info=result)
