"""Background work. The row is the truth; threads and brokers only wake somebody up to look at it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..models import Record


class Job(Record):
    """One piece of work, written in the transaction that wants it done.

    Whoever claims it holds it until `leased_until`; if they die, the lease runs out and another takes it.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    name = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    arguments = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    run_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        indexes = [models.Index(fields=["status", "run_at"], name="job_due")]

    def __str__(self) -> str:
        return f"{self.name} ({self.key})"
