"""How far people have got. Facts, written once; what they amount to is derived."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.models import Record, User

from .pages import LessonPage
from .programmes import Enrollment


class Bookmark(Record):
    """Where a learner last stood in a lesson."""

    learner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="bookmarks")
    lesson = models.ForeignKey(LessonPage, on_delete=models.CASCADE, related_name="bookmarks")
    section = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "lesson"], name="one_bookmark_per_lesson")]
        indexes = [models.Index(fields=["learner", "-at"], name="latest_bookmark")]


class SelfCheck(Record):
    """One go at a lesson's self-check, as answered and as marked then."""

    learner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="self_checks")
    lesson = models.ForeignKey(LessonPage, on_delete=models.PROTECT, related_name="self_checks")
    answers = models.JSONField()
    right = models.PositiveSmallIntegerField()
    total = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["learner", "lesson", "-at"], name="latest_self_check")]


class Completion(Record):
    """A learner finished a lesson, by passing its self-check. Written once, never changed."""

    learner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="completions")
    lesson = models.ForeignKey(LessonPage, on_delete=models.PROTECT, related_name="completions")
    completed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "lesson"], name="one_completion_per_lesson")
        ]


class HoursEntryQuerySet(models.QuerySet):
    def once_each(self) -> HoursEntryQuerySet:
        """Without lines that repeat, for a later enrolment, what counted for the same person before.

        For a programme all lines of its enrolment count. What somebody has learned altogether counts a lesson
        once, though they were enrolled anew after a transfer, or take part in two programmes that have it.
        """
        before = HoursEntry.objects.filter(
            enrollment__learner=OuterRef("enrollment__learner"),
            source=OuterRef("source"),
            pk__lt=OuterRef("pk"),
        )
        return self.filter(~Exists(before))


NOTE_LENGTH = 200
"""Holds what was learned elsewhere with its organiser and days, and why it was withdrawn, in full length."""


class HoursEntry(Record):
    """A line of the hours ledger: written once. A mistake is corrected by a further line.

    The database refuses to change or delete a line (`organizations.ledgers`).
    """

    class Kind(models.TextChoices):
        ONLINE = "online", _("Online study")
        PRACTICE = "practice", _("Practice at school")
        OUTSIDE = "outside", _("Training elsewhere")

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="hours_entries")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1)
    source = models.CharField(_("source"), max_length=60)
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True)
    at = models.DateTimeField(_("recorded at"), default=timezone.now)

    objects = HoursEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("hours entry")
        verbose_name_plural = _("hours entries")
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "source"], name="hours_counted_once_per_source"),
            models.CheckConstraint(condition=~Q(hours=0), name="hours_entry_counts_something"),
        ]
