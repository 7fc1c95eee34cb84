"""Attempts: the paper that was served, what was answered, what came of it."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization, Record, User
from organizations.prepared import Given
from organizations.roles import Permission

from .bank import QuestionVersion
from .papers import Quiz

GRACE = timedelta(minutes=2)
"""How long after time is up a paper may still come in: slow lines are not the teacher's fault."""


class AttemptQuerySet(models.QuerySet):
    def visible_to(self, user: User | Given) -> AttemptQuerySet:
        """Your own."""
        return self.filter(learner=user)

    def overdue(self) -> AttemptQuerySet:
        """Not handed in while there was time."""
        return self.filter(submitted_at=None, due_at__lt=timezone.now() - GRACE)


class Attempt(Record):
    """One sitting. The paper names versions, which never change; the clock is the server's.

    While it is open, answers come in one by one. `lease` names the page that may send them: the one opened
    last. `sequence` is the number of the last message taken from it, so that nothing old overwrites.

    Where questions come `one_by_one`, the paper grows while it is answered, and whoever began it chooses what
    comes next and takes the answers; nothing goes back.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    learner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="quiz_attempts")
    school = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Where the learner was then.",
    )
    number = models.PositiveSmallIntegerField()
    one_by_one = models.BooleanField(default=False)
    paper = models.JSONField(help_text="[[id of the version, [option ids as shown]], …]")
    pass_share = models.DecimalField(max_digits=3, decimal_places=2)
    started_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    answers = models.JSONField(default=dict, help_text="{id of the version: answer}, as items.kinds.Answer")
    seconds = models.JSONField(default=dict, help_text="{id of the version: seconds it was before the eyes}")
    lease = models.CharField(max_length=22, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    score = models.DecimalField(
        _("points"), max_digits=7, decimal_places=4, null=True, help_text="Each question counts one."
    )
    total = models.PositiveSmallIntegerField(_("points possible"))
    passed = models.BooleanField(null=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(fields=["quiz", "learner", "number"], name="one_attempt_per_number"),
            models.UniqueConstraint(
                fields=["quiz", "learner"], condition=Q(submitted_at=None), name="one_open_attempt_per_quiz"
            ),
        ]
        indexes = [
            models.Index(fields=["learner", "quiz", "passed"], name="attempts_of_learner"),
            models.Index(fields=["quiz", "school"], name="attempts_of_school"),
            models.Index(fields=["due_at"], condition=Q(submitted_at=None), name="attempts_open"),
        ]

    def __str__(self) -> str:
        return f"{self.quiz} · {self.learner} · {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be handed in."""
        return self.submitted_at is None and not self.is_overdue

    @property
    def is_overdue(self) -> bool:
        """Whether it was not handed in while there was time: what was saved counts."""
        return self.submitted_at is None and timezone.now() > self.due_at + GRACE

    @property
    def receipt(self) -> str:
        """What proves that it was handed in: the same each time it is asked for."""
        return salted_hmac("quizzes.receipt", f"{self.pk}:{self.submitted_at}").hexdigest()[:10].upper()

    @property
    def seconds_left(self) -> int:
        return max(int((self.due_at - timezone.now()).total_seconds()), 0)


class ResponseQuerySet(models.QuerySet):
    def reviewable_by(self, user: User) -> ResponseQuerySet:
        """Given by people of the schools where you mark; never your own."""
        schools = Organization.objects.granting(Permission.EVIDENCE_REVIEW, to=user)
        people = User.objects.in_organizations(schools)
        return self.filter(attempt__learner__in=people).exclude(attempt__learner=user)

    def marked_by_people(self) -> ResponseQuerySet:
        """Those that nothing but a person could mark."""
        return self.filter(score=None)

    def waiting(self) -> ResponseQuerySet:
        """Those that nobody has marked yet, the longest waiting first."""
        return self.marked_by_people().filter(rescoring=None).order_by("attempt__submitted_at", "pk")


class Response(Record):
    """What somebody answered to one question, or to one part of a passage. Never changed, says the database.

    A score that a person gives, or that a corrected key changes, is a further row of `rescoring`: this one
    stays as it was given.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="responses")
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="responses")
    part = models.CharField(max_length=20, blank=True, help_text="Of a passage: the part's id.")
    position = models.PositiveSmallIntegerField()
    answer = models.JSONField(null=True)
    is_answered = models.BooleanField()
    score = models.DecimalField(
        max_digits=5, decimal_places=4, null=True, help_text="0 to 1; null: not marked yet"
    )
    seconds = models.PositiveIntegerField(null=True)
    answered_at = models.DateTimeField(default=timezone.now)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position", "part"], name="one_response_per_place")
        ]
        indexes = [models.Index(fields=["version", "attempt"], name="responses_of_version")]
