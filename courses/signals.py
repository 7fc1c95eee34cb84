"""The one way news goes up the layers: somebody has got further. The lower layers hear it first."""

import logging
from functools import partial
from threading import local

from django.core.signals import request_finished, request_started
from django.db import transaction
from django.dispatch import Signal, receiver

from organizations.models import User

learner_progressed = Signal()
"""Sent with `learner`, after commit. It says only who: a receiver asks for itself what is due now."""

logger = logging.getLogger(__name__)


class _Waiting(local):
    """Learners by id, of whom this thread tells once its answer is out; None outside a request."""

    learners: dict[int, User] | None = None


_waiting = _Waiting()


def announce_progress(learner: User, *, may_wait: bool = False) -> None:
    """Say, once the transaction is safely in, that `learner` may now be due something.

    `may_wait`: the page that follows shows nothing that the news brings about, so it is told when the answer
    is on its way, by the same thread. Outside a request it is told at once.
    """
    transaction.on_commit(partial(_put_off if may_wait else _send, learner))


def _put_off(learner: User) -> None:
    if _waiting.learners is None:
        _send(learner)
    else:
        _waiting.learners[learner.pk] = learner


@receiver(request_started, dispatch_uid="courses.wait_for_news")
def _wait_for_news(sender: object, **kwargs: object) -> None:
    _waiting.learners = {}


@receiver(request_finished, dispatch_uid="courses.tell_what_waited")
def _tell_what_waited(sender: object, **kwargs: object) -> None:
    """The web server closes an answer after it has sent it; that is when Django says "finished"."""
    learners, _waiting.learners = _waiting.learners or {}, None
    for learner in learners.values():
        _send(learner)


def _send(learner: User) -> None:
    # Robust: a fault in a higher layer must not turn a finished lesson into an error page.
    for hearer, result in learner_progressed.send_robust(sender=User, learner=learner):
        if isinstance(result, Exception):
            logger.error("%s failed for learner %s", hearer, learner.pk, exc_info=result)
