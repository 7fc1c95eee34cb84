"""Who learns what by when: a programme, a school's cohort in it, a person's enrolment in that."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization, Record, User
from organizations.roles import Permission

from .framework import Capability, Framework
from .pages import ModulePage


class Programme(Record):
    """A round of training: its modules, its dates, the hours it asks for."""

    slug = models.SlugField(_("slug"), unique=True, max_length=40)
    title = models.CharField(_("title"), max_length=80)
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="programmes")
    modules = models.ManyToManyField(ModulePage, related_name="programmes", verbose_name=_("modules"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    online_hours = models.DecimalField(_("online hours asked for"), max_digits=5, decimal_places=1)
    practice_hours = models.DecimalField(_("practice hours asked for"), max_digits=5, decimal_places=1)
    hours_per_capability = models.DecimalField(
        _("practice hours credited for each capability shown"), max_digits=4, decimal_places=1, default=5
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="programme_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return self.title


class CohortQuerySet(models.QuerySet):
    def tracked_by(self, user: User) -> CohortQuerySet:
        """Cohorts of the schools whose progress you may see."""
        return self.filter(school__in=Organization.objects.granting(Permission.PROGRESS_READ, to=user))

    def visible_to(self, user: User) -> CohortQuerySet:
        """Those, and the cohorts of the places where you are posted yourself."""
        own = [posting.organization_id for posting in user.current_postings]
        return self.filter(Q(school__in=own) | Q(pk__in=self.tracked_by(user).values("pk")))


class Cohort(Record):
    """One school in one programme: 一校一案."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="cohorts")
    plan = models.TextField(_("the school's plan"), blank=True)
    environment = models.CharField(
        _("environment"),
        max_length=1,
        choices=Organization.Environment.choices,
        default=Organization.Environment.MULTIMEDIA,
    )
    capabilities = models.ManyToManyField(
        Capability, blank=True, related_name="cohorts", verbose_name=_("capabilities the school works on")
    )
    due_on = models.DateField(_("due on"))

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "school"], name="one_cohort_per_school_and_programme"
            )
        ]

    def __str__(self) -> str:
        return f"{self.school} · {self.programme}"

    @property
    def due_at(self) -> datetime.datetime:
        """The last minute that is still in time, by the city's clock."""
        return datetime.datetime.combine(
            self.due_on, datetime.time(23, 59), tzinfo=timezone.get_default_timezone()
        )

    @property
    def days_left(self) -> int:
        """Whole days until the due date; 0 on the day itself, negative after it."""
        return (self.due_on - timezone.localdate()).days


class EnrollmentQuerySet(models.QuerySet):
    def active(self) -> EnrollmentQuerySet:
        """Those who have not left their cohort."""
        return self.filter(left_at=None)

    def of(self, *learners: User) -> EnrollmentQuerySet:
        return self.active().filter(learner__in=learners).with_places()

    def with_places(self) -> EnrollmentQuerySet:
        """Each with its learner, and its cohort with programme and school."""
        return self.select_related("learner", "cohort__programme", "cohort__school")


class Enrollment(Record):
    """A person takes part in a cohort. Leaving it closes the row; nothing the person did is lost."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrollments")
    learner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="enrollments")
    enrolled_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [models.UniqueConstraint(fields=["cohort", "learner"], name="enrolled_once_per_cohort")]

    def __str__(self) -> str:
        return f"{self.learner} · {self.cohort}"
