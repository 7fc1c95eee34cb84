"""The ledger of certificates: what was awarded, under which number, and how it stands."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization, Record, User
from organizations.roles import Permission
from organizations.storage import private_storage

from .packs import RulePack


class NumberSeries(Record):
    """The last serial given out in one series (prefix, year and area). Numbers are never given twice."""

    series = models.CharField(max_length=40, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.series


class CertificateQuerySet(models.QuerySet):
    def _of_people_in(self, permission: str, user: User) -> Q:
        schools = Organization.objects.granting(permission, to=user)
        return Q(learner__in=User.objects.in_organizations(schools))

    def visible_to(self, user: User) -> CertificateQuerySet:
        """Your own, and those of people in schools whose certificates you may see."""
        return self.filter(Q(learner=user) | self._of_people_in(Permission.CERTIFICATE_READ, user))

    def revocable_by(self, user: User) -> CertificateQuerySet:
        """Those of people in schools whose certificates you may revoke."""
        return self.filter(self._of_people_in(Permission.CERTIFICATE_REVOKE, user))

    def public(self) -> CertificateQuerySet:
        """Those that anyone may verify: everything that was ever issued, also what was revoked since."""
        return self.exclude(issued_at=None)


class Certificate(Record):
    """One certificate, as it stood when it was awarded. Names that change later change nothing here."""

    class Status(models.TextChoices):
        APPROVED = "approved", _("Being issued")
        HELD = "held", _("Held: cannot be printed")
        ISSUED = "issued", _("Valid")
        REVOKED = "revoked", _("Revoked")

    learner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="certificates")
    rule_pack = models.ForeignKey(RulePack, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(_("number"), max_length=40, unique=True)
    token = models.CharField(max_length=32, unique=True, help_text="128 random bits: the QR code's address")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.APPROVED)
    holder = models.CharField(_("holder"), max_length=40)
    holder_number = models.CharField(_("staff number"), max_length=30, blank=True)
    school = models.CharField(_("school"), max_length=80)
    county = models.CharField(_("county"), max_length=80)
    facts = models.JSONField(_("what it certifies"), help_text="As certificates.facts.facts_of writes them.")
    awarded_at = models.DateTimeField(default=timezone.now)
    issued_at = models.DateTimeField(null=True)
    pdf = models.FileField(storage=private_storage, max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    problem = models.CharField(
        max_length=200, blank=True, help_text="The characters that no font has, with U+XXXX"
    )
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "rule_pack"],
                condition=~Q(status="revoked"),
                name="one_live_certificate_per_pack",
            ),
            models.CheckConstraint(
                condition=~Q(status="issued") | (Q(issued_at__isnull=False) & ~Q(pdf="") & ~Q(sha256="")),
                name="issued_certificate_has_its_file",
            ),
            models.CheckConstraint(
                condition=Q(status="revoked", revoked_at__isnull=False)
                | (~Q(status="revoked") & Q(revoked_at__isnull=True)),
                name="revoked_certificate_has_its_date",
            ),
        ]
        indexes = [models.Index(fields=["rule_pack", "learner", "status"], name="certificates_of_pack")]

    def __str__(self) -> str:
        return self.number

    @property
    def dated(self) -> datetime.date:
        """The day written on it: that of the award, however late it could be printed."""
        return timezone.localdate(self.awarded_at)

    @property
    def is_downloadable(self) -> bool:
        return self.status == self.Status.ISSUED

    @property
    def shape(self) -> str:
        """The shape that stands with its status: a kind of `components/status.html`."""
        return SHAPES[self.status]


SHAPES: dict[str, str] = {
    Certificate.Status.APPROVED: "doing",
    Certificate.Status.HELD: "returned",
    Certificate.Status.ISSUED: "done",
    Certificate.Status.REVOKED: "revoked",
}
