"""Offices outside that verify certificates in bulk, each with a token of its own."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.models import Record, User
from organizations.roles import Permission


class VerificationTokenQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> VerificationTokenQuerySet:
        """All to who may issue some; none to others."""
        return self.all() if user.paths_granting(Permission.TOKENS_ISSUE) else self.none()

    def usable(self) -> VerificationTokenQuerySet:
        """Those that open the door today."""
        return self.filter(revoked_at=None, expires_on__gte=timezone.localdate())


class VerificationToken(Record):
    """What an office shows to verify many certificates at once. Kept only as a hash."""

    office = models.CharField(_("office"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="None: an operator, by command"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField(_("valid until"))
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    objects = VerificationTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token of an office")
        verbose_name_plural = _("tokens of offices")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.office

    @property
    def is_usable(self) -> bool:
        """Whether it opens the door today."""
        return self.revoked_at is None and self.expires_on >= timezone.localdate()
