"""What a school's lead confirms of somebody, or of the school, because a rule pack asks for it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Cohort, Enrollment
from organizations.models import Record, User

from ..schema import LONGEST_NAME


class SignOff(Record):
    """One word of a school's lead, written once: the latest on the same matter holds.

    The database refuses to change or delete a line (`organizations.ledgers`): what was wrong is withdrawn
    by a further one.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="sign_offs")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, null=True, related_name="sign_offs")
    """Null: it is about the school itself."""
    name = models.CharField(_("what is confirmed"), max_length=LONGEST_NAME)
    is_given = models.BooleanField(_("given"), default=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("recorded at"), default=timezone.now)

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        indexes = [models.Index(fields=["cohort", "name"], name="sign_offs_of_cohort")]

    def __str__(self) -> str:
        return f"{self.name} · {self.enrollment or self.cohort}"
