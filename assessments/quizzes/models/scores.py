"""Scores that came after the paper was marked: of a corrected key, and of people who mark."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.models import Record, User
from organizations.roles import Permission

from .attempts import Response
from .bank import Question, QuestionVersion


class RepairQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> RepairQuerySet:
        """All of them to those who analyse questions, none to others."""
        return self.all() if user.paths_granting(Permission.ITEMS_ANALYSE) else self.none()

    def waiting(self) -> RepairQuerySet:
        """Proposed, and neither approved nor declined."""
        return self.filter(approved_at=None, declined_at=None)


class Repair(Record):
    """A corrected key: proposed by one person, approved by another, who then see all scores computed anew.

    It holds for every version of the question that asks the same (`covers`), the added one included.
    """

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="repairs")
    version = models.ForeignKey(
        QuestionVersion, on_delete=models.PROTECT, related_name="repairs", help_text="The one looked at."
    )
    content = models.JSONField(help_text="Of the version, with another key.")
    reason = models.TextField(_("reason"))
    takes_passes = models.BooleanField(_("take back passes"), default=False)
    effects = models.JSONField(
        default=dict, help_text="{what: how many}: foreseen while it waits, then what came about."
    )
    covers = models.ManyToManyField(QuestionVersion, related_name="repaired_by")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approving_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    """Who approved it while the job that puts it in force has yet to do so."""
    turn = models.PositiveSmallIntegerField(default=0)
    """How many jobs were queued for it: makes the key of each its own."""
    declined_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    declined_at = models.DateTimeField(null=True)

    objects = RepairQuerySet.as_manager()

    class Meta:
        verbose_name = _("corrected key")
        verbose_name_plural = _("corrected keys")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(approved_at=None, declined_at=None),
                name="one_waiting_repair_per_question",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")),
                name="repair_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None) | Q(declined_at=None), name="repair_approved_or_declined"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} · {self.pk}"

    @property
    def is_waiting(self) -> bool:
        """Neither in force nor put aside; a job may be about to put it in force."""
        return self.approved_at is None and self.declined_at is None


class ResponseScore(Record):
    """A later score of a response: the newest counts, all stay readable. Never changed, says the database."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="rescoring")
    repair = models.ForeignKey(Repair, on_delete=models.PROTECT, null=True, related_name="scores")
    marked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    score = models.DecimalField(max_digits=5, decimal_places=4, help_text="0 to 1")
    comment = models.TextField(_("comment"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("later score")
        verbose_name_plural = _("later scores")
        constraints = [
            models.UniqueConstraint(fields=["response", "repair"], name="one_score_per_repair"),
            models.UniqueConstraint(
                fields=["response"], condition=Q(repair=None), name="response_marked_once"
            ),
            models.CheckConstraint(
                condition=Q(repair=None, marked_by__isnull=False) | Q(repair__isnull=False, marked_by=None),
                name="score_of_a_repair_or_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.score}"
