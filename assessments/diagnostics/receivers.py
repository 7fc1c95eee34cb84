"""What happens here when somebody has got further."""

from django.dispatch import receiver

from courses.signals import learner_progressed
from organizations.models import User

from .actions import estimate_due


@receiver(learner_progressed, dispatch_uid="diagnostics.estimate_due")
def estimate(sender: object, learner: User, **kwargs: object) -> None:
    """Work out what a sitting says as soon as it is handed in."""
    estimate_due(learner=learner)
