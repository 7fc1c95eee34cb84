"""May this person mark this?"""

from __future__ import annotations

from organizations.models import User
from organizations.roles import Permission

from .models import Submission


def may_review(person: User) -> bool:
    """Whether `person` marks evidence anywhere."""
    return bool(person.paths_granting(Permission.EVIDENCE_REVIEW))


def may_review_submission(person: User, submission: Submission) -> bool:
    """Whether `person` may mark this evidence: nobody marks their own."""
    return Submission.objects.reviewable_by(person).filter(pk=submission.pk).exists()
