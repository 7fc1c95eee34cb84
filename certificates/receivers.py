"""What happens here when somebody has got further."""

from collections.abc import Collection

from django.dispatch import receiver

from assessments.quizzes.signals import passes_at_stake
from courses.signals import learner_progressed
from organizations.models import User

from .actions import award_due
from .queries import certificates_resting_on


@receiver(learner_progressed, dispatch_uid="certificates.award_due")
def award(sender: object, learner: User, **kwargs: object) -> None:
    award_due(learner=learner)


@receiver(passes_at_stake, dispatch_uid="certificates.passes_at_stake")
def count(sender: object, losses: Collection[tuple[int, int]], **kwargs: object) -> dict[str, int]:
    return {"certificates": certificates_resting_on(losses)}
