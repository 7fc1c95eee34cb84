"""The one way news goes up the layers: somebody has got further. The lower layers hear it first."""

import logging
from functools import partial

from django.db import transaction
from django.dispatch import Signal

from organizations.models import User

learner_progressed = Signal()
"""Sent with `learner`, after commit. It says only who: a receiver asks for itself what is due now."""

logger = logging.getLogger(__name__)


def announce_progress(learner: User) -> None:
    """Say, once the transaction is safely in, that `learner` may now be due something."""
    transaction.on_commit(partial(_send, learner))


def _send(learner: User) -> None:
    # Robust: a fault in a higher layer must not turn a finished lesson into an error page.
    for receiver, result in learner_progressed.send_robust(sender=User, learner=learner):
        if isinstance(result, Exception):
            logger.error("%s failed for learner %s", receiver, learner.pk, exc_info=result)
