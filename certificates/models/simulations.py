"""What a change of a rule pack would do to everybody, counted once and kept to be read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization, Record, User
from organizations.roles import Permission


class SimulationQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> SimulationQuerySet:
        """All of them, to whoever tries out rules for some whole bureau; else none."""
        bureaus = Organization.objects.granting(Permission.RULES_SIMULATE, to=user)
        return self.filter(bureau__in=bureaus)


class Simulation(Record):
    """A rule pack that was tried out on everybody. Nothing of it is in force, or in the ledger."""

    class Status(models.TextChoices):
        COUNTING = "counting", _("Being counted")
        DONE = "done", _("Counted")

    bureau = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    document = models.JSONField(help_text="The pack, as certificates.loading.read_pack takes it.")
    title = models.CharField(_("rule pack"), max_length=80)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.COUNTING)
    percent = models.PositiveSmallIntegerField(default=0)
    counts = models.JSONField(default=list)
    """For each county its name and how many there are of each kind of line."""
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("begun at"), auto_now_add=True)

    objects = SimulationQuerySet.as_manager()

    class Meta:
        verbose_name = _("trial of rules")
        verbose_name_plural = _("trials of rules")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def job_key(self) -> str:
        return f"certificates.simulate:{self.pk}"


class SimulationLine(Record):
    """Somebody, or a school, for whom a simulated pack would change something."""

    class Kind(models.TextChoices):
        GAINS = "gains", _("Would earn it")
        LOSES = "loses", _("Would not earn it again; the certificate stays")
        FORFEITS = "forfeits", _("Earned, not given yet, and would earn it no longer")

    simulation = models.ForeignKey(Simulation, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    county = models.CharField(_("county"), max_length=80)
    school = models.CharField(_("school"), max_length=80)
    holder = models.CharField(_("holder"), max_length=80)
    number = models.CharField(_("staff number"), max_length=30)
    subject = models.CharField(max_length=60, blank=True)
    missing = models.JSONField(default=list)
    """The fields of `rules.Missing` of what the simulated pack asks for beyond what is there."""

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["simulation", "kind"], name="simulated_by_kind")]
