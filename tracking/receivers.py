from django.dispatch import receiver

from courses.models import Enrollment
from courses.signals import learner_progressed
from organizations.models import User

from .actions import refresh_standings


@receiver(learner_progressed, dispatch_uid="tracking.refresh")
def refresh(sender, learner: User, **kwargs) -> None:
    refresh_standings(enrollments=Enrollment.objects.of(learner))
