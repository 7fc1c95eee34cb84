"""What an officer can do with a certificate, in words: the steps, and which are possible now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import actions, lifecycle, succession
from .lifecycle import Status
from .models import Certificate


@dataclass(frozen=True)
class Step:
    """One verb of `actions`, with what it is called and what comes of it."""

    slug: str
    take: Callable[..., Certificate]
    """Raises NoSuchStep; renewing also NotEarned."""
    is_possible: Callable[[Certificate], bool]
    title: Promise
    verb: Promise
    """On the button."""
    effect: Promise
    done: Promise
    is_final: bool = False


def _may_become(after: Status, certificate: Certificate) -> bool:
    return lifecycle.may_follow(certificate.status, after)


STEPS = {
    step.slug: step
    for step in [
        Step(
            "suspend",
            actions.suspend,
            partial(_may_become, Status.SUSPENDED),
            _("Suspend a certificate"),
            _("Suspend"),
            _(
                "Until it is reinstated it does not count and cannot be downloaded. Whoever verifies it is "
                "told that it is suspended, and since when."
            ),
            _("Suspended. The public page says so from now on."),
        ),
        Step(
            "reinstate",
            actions.reinstate,
            lambda certificate: certificate.status == Status.SUSPENDED,
            _("Reinstate a certificate"),
            _("Reinstate"),
            _("It counts again from now on, with its number and its file; unless its last day has passed."),
            _("Reinstated. The public page says so from now on."),
        ),
        Step(
            "correct",
            succession.correct,
            succession.may_be_replaced,
            _("Correct a certificate"),
            _("Issue a corrected certificate"),
            _(
                "A further certificate with a number of its own is printed, with the names of the holder "
                "and of the school as they are now: correct those first. Once printed, it stands in this "
                "one's place."
            ),
            _("The corrected certificate is being printed."),
        ),
        Step(
            "renew",
            succession.renew,
            succession.may_be_renewed,
            _("Renew a certificate"),
            _("Renew"),
            _(
                "A further certificate is printed under the rules of today, for what the holder has shown by "
                "now. Once printed, it stands in this one's place."
            ),
            _("The renewed certificate is being printed."),
        ),
        Step(
            "revoke",
            actions.revoke,
            partial(_may_become, Status.REVOKED),
            _("Revoke a certificate"),
            _("Revoke"),
            _(
                "Whoever verifies it from now on is told that it is revoked. The number is never given "
                "again, and the holder is not awarded this certificate again by itself."
            ),
            _("Revoked. The public page says so from now on."),
            is_final=True,
        ),
    ]
}


def possible(certificate: Certificate) -> list[Step]:
    """The steps that this certificate allows now. At most one query."""
    return [step for step in STEPS.values() if step.is_possible(certificate)]
