"""What is asked for as evidence of a capability, what was handed in, and how it was marked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Capability
from organizations.models import Organization, Record, User
from organizations.roles import Permission
from organizations.storage import private_storage


class Grade(models.TextChoices):
    """The three grades of the national standard, for a piece of evidence and for a capability."""

    EXCELLENT = "excellent", _("Excellent")
    PASS = "pass", _("Pass")
    FAIL = "fail", _("Not yet")


class EvidenceTask(Record):
    """One thing to hand in for a capability. Retired, not deleted, once it is asked for no longer."""

    capability = models.ForeignKey(Capability, on_delete=models.CASCADE, related_name="evidence_tasks")
    key = models.SlugField(max_length=30)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=80)
    instructions = models.TextField(_("instructions"))
    formats = models.JSONField(_("formats"), default=list)
    max_mb = models.PositiveSmallIntegerField(_("largest file in MB"))
    graded = models.BooleanField(_("graded"), default=True)
    retired = models.BooleanField(default=False)

    live_indicators: list[Indicator]
    """Those not retired: read along by `queries.tasks_of`."""

    class Meta:
        verbose_name = _("evidence task")
        verbose_name_plural = _("evidence tasks")
        ordering = ["capability", "position"]
        constraints = [
            models.UniqueConstraint(fields=["capability", "key"], name="one_evidence_task_per_key")
        ]

    def __str__(self) -> str:
        return f"{self.capability.code} {self.title}"


class Indicator(Record):
    """One yes-or-no line of a rubric. Retired, not deleted, once it has been marked."""

    class Level(models.TextChoices):
        PASS = Grade.PASS.value, Grade.PASS.label
        EXCELLENT = Grade.EXCELLENT.value, Grade.EXCELLENT.label

    task = models.ForeignKey(EvidenceTask, on_delete=models.CASCADE, related_name="indicators")
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("text"), max_length=200)
    retired = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["task", "position"]

    def __str__(self) -> str:
        return self.text


class SubmissionQuerySet(models.QuerySet):
    def reviewable_by(self, user: User) -> SubmissionQuerySet:
        """Handed in by people of the schools where you mark evidence; never your own."""
        schools = Organization.objects.granting(Permission.EVIDENCE_REVIEW, to=user)
        people = User.objects.in_organizations(schools)
        return self.filter(learner__in=people).exclude(learner=user).exclude(status=Submission.Status.DRAFT)

    def waiting(self) -> SubmissionQuerySet:
        """Those to be marked, the longest waiting first."""
        waiting = self.filter(status=Submission.Status.SUBMITTED)
        return waiting.select_related("learner", "capability").order_by("submitted_at", "pk")

    def visible_to(self, user: User) -> SubmissionQuerySet:
        """Your own, and those you may mark."""
        return self.filter(Q(learner=user) | Q(pk__in=self.reviewable_by(user).values("pk")))


class Submission(Record):
    """A teacher's evidence of one capability, from draft to verdict."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Handed in")
        RETURNED = "returned", _("Returned")
        GRADED = "graded", _("Graded")

    learner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="submissions")
    capability = models.ForeignKey(Capability, on_delete=models.PROTECT, related_name="submissions")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    grade = models.CharField(_("grade"), max_length=10, choices=Grade.choices, blank=True)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    reflection = models.TextField(_("what you did and what came of it"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    graded_at = models.DateTimeField(null=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [
            models.UniqueConstraint(fields=["learner", "capability"], name="one_submission_per_capability")
        ]
        indexes = [models.Index(fields=["status", "submitted_at"], name="review_queue")]

    def __str__(self) -> str:
        return f"{self.learner} · {self.capability}"

    @property
    def is_open(self) -> bool:
        """Whether its author may change it now."""
        return self.status in {Submission.Status.DRAFT, Submission.Status.RETURNED}


class EvidenceFileQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> EvidenceFileQuerySet:
        """Those of submissions you may see."""
        return self.filter(submission__in=Submission.objects.visible_to(user))


class EvidenceFile(Record):
    """A file handed in for a task in a round. Found by its hash."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="files")
    task = models.ForeignKey(EvidenceTask, on_delete=models.PROTECT, related_name="files")
    round = models.PositiveSmallIntegerField()
    file = models.FileField(storage=private_storage, max_length=200)
    name = models.CharField(_("name"), max_length=150)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "task", "round"], name="one_file_per_task_and_round"
            )
        ]


class Review(Record):
    """An assessor's verdict on one round. Written once."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reviews")
    grade = models.CharField(_("grade"), max_length=10, choices=Grade.choices)
    feedback = models.TextField(_("feedback"), blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "round"], name="one_review_per_round")]


class IndicatorMark(Record):
    """Yes or no on one indicator, with a word on each no."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="marks")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="marks")
    met = models.BooleanField()
    comment = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "indicator"], name="indicator_marked_once_per_review")
        ]
