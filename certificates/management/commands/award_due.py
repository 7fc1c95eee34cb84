"""Award everything that is due, in case news of it was lost: beat calls this every night."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from certificates import actions
from certificates.queries import claims_of
from courses.models import Enrollment

AT_ONCE = 500
"""Enrolments looked at together: a constant number of queries for each lot."""


class Command(BaseCommand):
    help = "Award all certificates that are due, and issue those whose job failed."

    def handle(self, *args: Any, **options: Any) -> None:
        awarded = sum(len(actions.award_due(learner=learner)) for learner in self.learners())
        stuck = actions.issue_stuck()
        self.stdout.write(f"{awarded} awarded, {stuck} issued again")

    def learners(self):
        """Learners with something due, in lots: so that a night's run does not ask for each alone."""
        active = Enrollment.objects.active().order_by("pk").select_related("learner", "cohort__programme")
        last = 0
        while lot := list(active.filter(pk__gt=last)[:AT_ONCE]):
            yield from {claim.enrollment.learner for claim in claims_of(lot) if claim.is_due}
            last = lot[-1].pk
