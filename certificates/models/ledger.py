"""The ledger of certificates: what was awarded, under which number, how it stands and why."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization, Record, User
from organizations.roles import Permission
from organizations.rules import mask_name
from organizations.storage import private_storage

from .. import lifecycle
from .designs import DesignVersion
from .packs import RulePack

EXPIRED = "expired"
"""No status: a certificate that is issued, and whose last day has passed. What is suspended says so first."""

LIVE = ~Q(status__in=sorted(status.value for status in lifecycle.ENDED))
"""Certificates that nothing has taken the place of, and that were not taken back for good."""


class NumberSeries(Record):
    """The last serial given out in one series (prefix, year and area). Numbers are never given twice."""

    series = models.CharField(max_length=40, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.series


def _has_expired() -> Q:
    # The date is asked for: of a row without one, "not before today" would be neither true nor false.
    today = timezone.localdate()
    return Q(status=lifecycle.Status.ISSUED, expires_on__isnull=False, expires_on__lt=today)


def _in_state(state: str) -> Q:
    return _has_expired() if state == EXPIRED else Q(~_has_expired(), status=state)


def _of(places: models.QuerySet[Organization]) -> Q:
    """Certificates of these schools, and of people who work in one of these places today."""
    of_schools = Q(learner=None, organization__in=places)
    return Q(learner__in=User.objects.in_organizations(places)) | of_schools


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> CertificateQuerySet:
        """Your own, and those of the schools, and of people in schools, whose certificates you may see."""
        places = Organization.objects.granting(Permission.CERTIFICATE_READ, to=user)
        return self.filter(Q(learner=user) | _of(places))

    def overseen_by(self, user: User) -> CertificateQuerySet:
        """Those whose history you may read: of schools, and of people in schools, under your care."""
        return self.filter(_of(Organization.objects.granting(Permission.CERTIFICATE_READ, to=user)))

    def revocable_by(self, user: User) -> CertificateQuerySet:
        """Those whose status you may change: suspend, reinstate, correct, revoke."""
        return self.filter(_of(Organization.objects.granting(Permission.CERTIFICATE_REVOKE, to=user)))

    def at(self, place: Organization) -> CertificateQuerySet:
        """Those of the schools, and of people who work today, in this place or below it."""
        return self.filter(_of(Organization.objects.below([place.path])))

    def public(self) -> CertificateQuerySet:
        """Those that anyone may verify: everything that was ever issued, whatever became of it since."""
        return self.exclude(issued_at=None)

    def live(self) -> CertificateQuerySet:
        """Those that nothing has taken the place of, and that were not revoked; expired ones too."""
        return self.filter(LIVE)

    def expired(self) -> CertificateQuerySet:
        """Those that would stand today but for their date."""
        return self.filter(_has_expired())

    def in_state(self, state: str) -> CertificateQuerySet:
        """Those whose `state` is this one: a status, or "expired"."""
        return self.filter(_in_state(state))

    def totals(self) -> dict[str, int]:
        """How many are in each state that occurs. One query."""
        counts = {state: Count("pk", filter=_in_state(state)) for state in STATES}
        return {state: count for state, count in self.aggregate(**counts).items() if count}

    def ending(self, day: datetime.date) -> CertificateQuerySet:
        """Those that are valid today, and will have expired by the end of that day or may be renewed already.

        What stands in another's place, or is on its way there, is seen to. One query, for the windows of
        rule packs.
        """
        today = timezone.localdate()
        ends = Q(expires_on__lte=day)
        for months in RulePack.objects.exclude(renewal_months=0).values_list("renewal_months").distinct():
            last = lifecycle.months_later(today, *months)
            ends |= Q(rule_pack__renewal_months=months[0], expires_on__lte=last)
        successors = Certificate.objects.live().filter(replaces=OuterRef("pk"))
        standing = self.filter(~Exists(successors), status=lifecycle.Status.ISSUED, expires_on__gte=today)
        return standing.filter(ends)

    def with_replaced_at(self) -> CertificateQuerySet:
        """Each with `replaced_at`: when the one that stands in its place was awarded, if there is one."""
        successors = Certificate.objects.public().filter(replaces=OuterRef("pk")).order_by("-pk")
        return self.annotate(replaced_at=Subquery(successors.values("awarded_at")[:1]))

    def with_reason(self) -> CertificateQuerySet:
        """Each with `reason`: why it is where it is, in the words of whoever took the last step."""
        steps = CertificateEvent.objects.filter(certificate=OuterRef("pk")).order_by("-pk")
        return self.annotate(reason=Subquery(steps.values("reason")[:1]))


class Certificate(Record):
    """One certificate, as it stood when it was approved. What changes later elsewhere changes nothing here.

    The database itself keeps it so: see migration 0002.
    """

    class Status(models.TextChoices):
        DRAFT = lifecycle.Status.DRAFT.value, _("Waiting for approval")
        APPROVED = lifecycle.Status.APPROVED.value, _("Being issued")
        HELD = lifecycle.Status.HELD.value, _("Held: cannot be printed")
        ISSUED = lifecycle.Status.ISSUED.value, _("Valid")
        SUSPENDED = lifecycle.Status.SUSPENDED.value, _("Suspended")
        SUPERSEDED = lifecycle.Status.SUPERSEDED.value, _("Superseded")
        REVOKED = lifecycle.Status.REVOKED.value, _("Revoked")

    learner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="certificates",
        help_text="None where a school is the holder",
    )  # fmt: skip
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="certificates",
        help_text="The school it was awarded in, or that holds it",
    )  # fmt: skip
    rule_pack = models.ForeignKey(RulePack, on_delete=models.PROTECT, related_name="certificates")
    subject = models.CharField(
        max_length=60, blank=True,
        help_text="What sets it apart from another one under its pack: a capability's code, or days",
    )  # fmt: skip
    number = models.CharField(  # noqa: DJ001 - of drafts, any number may be without one
        _("number"), max_length=40, unique=True, null=True, help_text="A draft has none yet"
    )
    token = models.CharField(max_length=32, unique=True, help_text="128 random bits: the QR code's address")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.APPROVED)
    status_since = models.DateTimeField(default=timezone.now)
    holder = models.CharField(_("holder"), max_length=80)
    holder_number = models.CharField(_("staff number"), max_length=30, blank=True)
    school = models.CharField(_("school"), max_length=80)
    county = models.CharField(_("county"), max_length=80)
    facts = models.JSONField(_("what it certifies"), help_text="As certificates.facts.facts_of writes them.")
    design_version = models.ForeignKey(
        DesignVersion, on_delete=models.PROTECT, null=True, related_name="certificates",
        help_text="The frozen design that prints it; the standard one if there is none.",
    )  # fmt: skip
    awarded_at = models.DateTimeField(default=timezone.now)
    issued_at = models.DateTimeField(null=True)
    expires_on = models.DateField(
        _("valid until"), null=True, help_text="The last day; none for as long as it stands"
    )
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="successors",
        help_text="What this one corrects or renews",
    )  # fmt: skip
    pdf = models.FileField(storage=private_storage, max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    problem = models.CharField(
        max_length=200, blank=True, help_text="The characters that no font has, with U+XXXX"
    )

    replaced_at: datetime.datetime | None
    """Where `with_replaced_at` was asked for."""

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "rule_pack", "subject"],
                condition=LIVE & Q(replaces=None),
                name="one_live_certificate_per_pack",
            ),
            models.UniqueConstraint(
                fields=["organization", "rule_pack", "subject"],
                condition=LIVE & Q(learner=None, replaces=None),
                name="one_live_certificate_per_school",
            ),
            models.UniqueConstraint(
                fields=["replaces"], condition=~Q(status="revoked"), name="one_successor_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", number=None) | (~Q(status="draft") & Q(number__isnull=False)),
                name="all_but_drafts_have_a_number",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "approved", "held", "revoked"])
                | (Q(issued_at__isnull=False) & ~Q(pdf="") & ~Q(sha256="")),
                name="issued_certificate_has_its_file",
            ),
        ]
        indexes = [
            models.Index(fields=["rule_pack", "learner", "status"], name="certificates_of_pack"),
            models.Index(
                fields=["expires_on"], condition=Q(expires_on__isnull=False), name="certificates_expiring"
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.holder

    @property
    def state(self) -> str:
        """Its status, or "expired" if only its date keeps it from standing."""
        has_expired = self.expires_on is not None and self.expires_on < timezone.localdate()
        return EXPIRED if has_expired and self.status == self.Status.ISSUED else self.status

    def get_state_display(self) -> str:
        """The state in words."""
        return str(STATES[self.state])

    @property
    def dated(self) -> datetime.date:
        """The day written on it: that of the award, however late it could be printed."""
        return timezone.localdate(self.awarded_at)

    @property
    def is_downloadable(self) -> bool:
        """Whether its file is handed out. Also when it has expired: the last day is printed on it."""
        return self.status == self.Status.ISSUED

    @property
    def public_holder(self) -> str:
        """The holder as everybody may read it: a person's name masked, a school's whole."""
        return mask_name(self.holder) if self.learner_id else self.holder

    @property
    def shape(self) -> str:
        """The shape that stands with its state: a kind of `components/status.html`."""
        return SHAPES[self.state]


class CertificateEvent(Record):
    """One step of a certificate: when, by whom and why. Written once; the database refuses to change it."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="events")
    before = models.CharField(max_length=10, choices=Certificate.Status.choices, blank=True)
    after = models.CharField(_("status"), max_length=10, choices=Certificate.Status.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="None: the system"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("step of a certificate")
        verbose_name_plural = _("steps of a certificate")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.certificate}: {self.before} → {self.after}"


STATES = {**dict(Certificate.Status.choices), EXPIRED: _("Expired")}

SHAPES: dict[str, str] = {
    Certificate.Status.DRAFT: "todo",
    Certificate.Status.APPROVED: "doing",
    Certificate.Status.HELD: "returned",
    Certificate.Status.ISSUED: "done",
    Certificate.Status.SUSPENDED: "returned",
    Certificate.Status.SUPERSEDED: "revoked",
    Certificate.Status.REVOKED: "revoked",
    EXPIRED: "late",
}
