"""Training elsewhere: what stands behind such lines of the hours ledger. Rows are written once."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization, Record, User
from organizations.roles import Permission
from organizations.storage import private_storage

from .programmes import Enrollment


class OutsideTrainingQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> OutsideTrainingQuerySet:
        """Your own, and those recorded in schools where you may record hours."""
        schools = Organization.objects.granting(Permission.HOURS_RECORD, to=user)
        return self.filter(Q(enrollment__learner=user) | Q(enrollment__cohort__school__in=schools))

    def standing(self) -> OutsideTrainingQuerySet:
        """Those that were not withdrawn."""
        return self.filter(withdrawal=None)

    def counting_for(self, enrollment: Enrollment) -> OutsideTrainingQuerySet:
        """Those of the same person in the same programme, in whatever school they were recorded."""
        cohort = enrollment.cohort
        return self.filter(
            enrollment__learner=enrollment.learner_id, enrollment__cohort__programme=cohort.programme_id
        )


class OutsideTraining(Record):
    """Training that somebody had elsewhere, as their school recorded it.

    The database refuses to change or delete it: what was wrong is withdrawn, and recorded anew.
    """

    class Kind(models.TextChoices):
        NATIONAL = "national", _("National training")
        PROVINCE = "province", _("Training of the province")
        CITY = "city", _("Training of the city")
        COUNTY = "county", _("Training of the county")
        OTHER = "other", _("Other training")

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="outside_trainings")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=60)
    organiser = models.CharField(_("organiser"), max_length=60)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=1)
    document = models.FileField(storage=private_storage, max_length=200, blank=True)
    document_name = models.CharField(max_length=150, blank=True)
    document_sha256 = models.CharField(max_length=64, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = OutsideTrainingQuerySet.as_manager()

    class Meta:
        verbose_name = _("training elsewhere")
        verbose_name_plural = _("trainings elsewhere")
        constraints = [
            models.CheckConstraint(condition=Q(hours__gt=0), name="outside_training_has_hours"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="outside_training_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.organiser}"

    @property
    def source(self) -> str:
        """Of its lines in the hours ledger; theirs who take it back have `:withdrawn` behind it."""
        return f"outside:{self.pk}"


class OutsideWithdrawal(Record):
    """That a training elsewhere was recorded by mistake: its hours are taken back by further lines."""

    training = models.OneToOneField(OutsideTraining, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(_("reason"), max_length=100)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("withdrawal of a training elsewhere")
        verbose_name_plural = _("withdrawals of trainings elsewhere")

    def __str__(self) -> str:
        return f"{self.training}: {self.reason}"
