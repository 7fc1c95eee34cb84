"""What happens here when somebody has got further."""

from django.dispatch import receiver

from courses.signals import announce_progress, learner_progressed
from organizations.models import User

from .actions import credit_practice


@receiver(learner_progressed, dispatch_uid="evidence.credit_practice")
def credit(sender: object, learner: User, **kwargs: object) -> None:
    """Credit what was shown before an enrolment: capabilities count in every programme that asks for them."""
    if credit_practice(learner=learner):
        announce_progress(learner)
