"""Award everything that is due, in case news of it was lost: beat calls this every night."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import QuerySet

from certificates import actions
from certificates.claims import automatic_claims
from certificates.models import RulePack
from certificates.queries import Claim, claims_of
from certificates.rules import Kind
from courses.models import Cohort, Enrollment
from organizations.models import User

LOT = 500
"""Looked at together: a constant number of queries for each lot."""


class Command(BaseCommand):
    help = "Award all certificates that are due, and issue those whose job failed."

    def handle(self, *args: Any, **options: Any) -> None:
        awarded = sum(len(actions.award_due(learner=learner)) for learner in self.learners())
        awarded += sum(bool(actions.award_claim(claim=claim)) for claim in self.others())
        stuck = actions.issue_stuck()
        self.stdout.write(f"{awarded} awarded, {stuck} issued again")

    def learners(self) -> Iterator[User]:
        """Learners with something due, in lots: so that a night's run does not ask for each alone."""
        active = Enrollment.objects.active().select_related("learner", "cohort__programme", "cohort__school")
        for lot in self.lots(active):
            due = [claim for claim in claims_of(lot) if claim.is_due]
            yield from {
                claim.learner
                for claim in due
                if claim.learner and claim.pack.awards == RulePack.Awards.AT_ONCE
            }

    def others(self) -> Iterator[Claim]:
        """What is due of the other kinds, if any is awarded without being asked for."""
        if not RulePack.objects.automatic().exclude(kind=Kind.TEACHER).exists():
            return
        for people in self.lots(User.objects.filter(is_active=True)):
            yield from automatic_claims(people, [])
        for cohorts in self.lots(Cohort.objects.select_related("school")):
            yield from automatic_claims([], cohorts)

    def lots(self, rows: QuerySet) -> Iterator[list]:
        last = 0
        while lot := list(rows.filter(pk__gt=last).order_by("pk")[:LOT]):
            yield lot
            last = lot[-1].pk
