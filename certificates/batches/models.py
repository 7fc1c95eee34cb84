"""Batches of certificates and what became of each person in them. The rows say how far the work has got."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate, RulePack
from organizations.models import Organization, Record, User
from organizations.roles import Permission


class BatchQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> BatchQuerySet:
        """Those of places in which `user` may draw up certificates."""
        return self.filter(place__in=Organization.objects.granting(Permission.CERTIFICATE_ISSUE, to=user))


class Batch(Record):
    """One run of certificates under a rule pack, for the people of one place."""

    class Status(models.TextChoices):
        PREPARING = "preparing", _("Being drawn up")
        READY = "ready", _("Waiting for approval")
        RUNNING = "running", _("Being printed")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    rule_pack = models.ForeignKey(
        RulePack, on_delete=models.PROTECT, related_name="batches", verbose_name=_("rule pack")
    )
    place = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("city, county or school")
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PREPARING)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    seen_through = models.BigIntegerField(
        default=0, help_text="The last row of its source that was looked at"
    )
    rounds = models.PositiveSmallIntegerField(default=0, help_text="How often workers were sent for")

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch of certificates")
        verbose_name_plural = _("batches of certificates")
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("created_by")),
                name="a_batch_is_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=False) | ~Q(status__in=["running", "paused", "done"]),
                name="a_batch_is_printed_after_approval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_pack.title} · {self.place.name}"


class Item(Record):
    """One person in a batch: excluded for a reason, or with a certificate on its way."""

    class Status(models.TextChoices):
        EXCLUDED = "excluded", _("Excluded")
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Has been issued")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Reason(models.TextChoices):
        MISSING = "missing", _("Something is missing")
        GIVEN = "given", _("Has this certificate already")
        REVOKED = "revoked", _("Had it, and it was revoked")
        ELSEWHERE = "elsewhere", _("Drawn up already, and waits for approval")
        OTHER_PACK = "other_pack", _("Another rule pack is in force there")
        UNPRINTABLE = "unprintable", _("The name cannot be printed")

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="items")
    learner = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="None where a school is the holder",
    )
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60, blank=True, help_text="As of the certificate")
    certificate = models.OneToOneField(
        Certificate, on_delete=models.SET_NULL, null=True, related_name="batch_item"
    )
    status = models.CharField(max_length=10, choices=Status.choices)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    details = models.JSONField(
        default=list, help_text="What is missing, as lines of kind, have, need and grade; or characters"
    )
    tries = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("person in a batch")
        verbose_name_plural = _("people in a batch")
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "learner", "school", "subject"], name="one_item_per_person_and_batch"
            ),
            models.CheckConstraint(
                condition=Q(status="excluded") ^ Q(reason=""), name="excluded_for_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["batch", "status", "id"], name="items_by_status")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.name}"

    @property
    def name(self) -> str:
        """Whose certificate it is about."""
        return (self.learner or self.school).name

    @property
    def about(self) -> str:
        """Of a statement about one capability, which: who has several is in a batch several times."""
        shown = self.certificate.facts.get("capability") if self.certificate else None
        return f"{shown['code']} {shown['name']}" if shown else ""

    @property
    def shape(self) -> str:
        """The shape that stands with its status: a kind of `components/status.html`."""
        return SHAPES[self.status]


SHAPES: dict[str, str] = {
    Item.Status.EXCLUDED: "returned",
    Item.Status.WAITING: "todo",
    Item.Status.DONE: "done",
    Item.Status.FAILED: "late",
    Item.Status.CANCELLED: "revoked",
}
