"""No record lives here: only a rollup, which one command makes anew from the facts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from courses.models import Cohort, Enrollment
from organizations.models import Record


class StandingQuerySet(models.QuerySet):
    def of_cohort(self, cohort_id: int) -> StandingQuerySet:
        """Those who take part in a cohort now."""
        return self.filter(cohort=cohort_id, enrollment__left_at=None)

    def named(self, words: str) -> StandingQuerySet:
        """Those whose name or staff number contains `words`."""
        return self.filter(
            Q(enrollment__learner__name__icontains=words) | Q(enrollment__learner__number__icontains=words)
        )

    def by_risk(self) -> StandingQuerySet:
        """Who has most left to do comes first."""
        return self.order_by("-steps_left", "enrollment__learner__name", "pk")


class Standing(Record):
    """How far one enrolment has got: a rollup of the facts, kept up after each of them."""

    enrollment = models.OneToOneField(
        Enrollment, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+", verbose_name=_("cohort"))
    lessons_done = models.PositiveSmallIntegerField(_("lessons done"), default=0)
    lessons_total = models.PositiveSmallIntegerField(default=0)
    quizzes_passed = models.PositiveSmallIntegerField(_("quizzes passed"), default=0)
    quizzes_total = models.PositiveSmallIntegerField(default=0)
    capabilities_shown = models.PositiveSmallIntegerField(_("capabilities shown"), default=0)
    capabilities_waiting = models.PositiveSmallIntegerField(_("being marked"), default=0)
    capabilities_returned = models.PositiveSmallIntegerField(_("to revise"), default=0)
    online_hours = models.DecimalField(_("online hours"), max_digits=6, decimal_places=1, default=0)
    practice_hours = models.DecimalField(_("practice hours"), max_digits=6, decimal_places=1, default=0)
    steps_left = models.PositiveSmallIntegerField(_("steps left"), default=0)
    certificate = models.ForeignKey(
        Certificate, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("certificate")
    )
    progressed_at = models.DateTimeField(default=timezone.now)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        # Who has most left to do comes first: a page of fifty reads fifty rows, and not the whole school.
        indexes = [models.Index(fields=["cohort", "-steps_left"], name="standings_by_risk")]
