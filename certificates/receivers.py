"""What happens here when somebody has got further."""

from django.dispatch import receiver

from courses.signals import learner_progressed
from organizations.models import User

from .actions import award_due


@receiver(learner_progressed, dispatch_uid="certificates.award_due")
def award(sender: object, learner: User, **kwargs: object) -> None:
    award_due(learner=learner)
