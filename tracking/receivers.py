"""What happens here when somebody has got further, or holds another certificate."""

from collections.abc import Collection

from django.dispatch import receiver

from certificates.signals import certificates_changed
from courses.models import Enrollment
from courses.queries import enrollments_of
from courses.signals import learner_progressed
from organizations.models import User

from .actions import refresh_standings


@receiver(learner_progressed, dispatch_uid="tracking.refresh")
def refresh(sender: object, learner: User, **kwargs: object) -> None:
    refresh_standings(enrollments=enrollments_of(learner))


@receiver(certificates_changed, dispatch_uid="tracking.refresh_all")
def refresh_all(sender: object, learners: Collection[User], **kwargs: object) -> None:
    refresh_standings(enrollments=Enrollment.objects.of(*learners))
