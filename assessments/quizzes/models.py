"""The bank, a quiz for each module, and people's attempts."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet

from courses.models import Capability, ModulePage
from organizations.models import Record, User

GRACE = timedelta(minutes=2)
"""How long after time is up a paper may still come in: slow lines are not the teacher's fault."""


class Question(Record):
    """A question's identity. What it asks is in its versions."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPERATIONAL = "operational", _("In use")
        RETIRED = "retired", _("Retired")

    key = models.CharField(_("key"), max_length=40, unique=True)
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="questions")
    capability = models.ForeignKey(Capability, on_delete=models.PROTECT, null=True, related_name="questions")
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.OPERATIONAL)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class QuestionVersion(Record):
    """One wording of a question. Never changed: a change is a further version."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("One answer")
        MULTIPLE = "multiple", _("Several answers")

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    stem = models.TextField()
    options = models.JSONField(help_text="[{id, text, correct, feedback}]")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="one_version_per_number")]


class QuizQuerySet(models.QuerySet):
    def live(self) -> QuizQuerySet:
        """Those whose module is published, each with it."""
        return self.filter(module__live=True).select_related("module")


@register_snippet
class Quiz(Record):
    """The quiz that closes a module. Its settings belong to the editors."""

    module = models.OneToOneField(ModulePage, on_delete=models.PROTECT, related_name="quiz")
    title = models.CharField(_("title"), max_length=80)
    size = models.PositiveSmallIntegerField(_("questions on a paper"), default=8)
    pass_share = models.DecimalField(
        _("share of right answers to pass"), max_digits=3, decimal_places=2, default="0.75"
    )
    minutes = models.PositiveSmallIntegerField(_("minutes allowed"), default=30)
    attempts_allowed = models.PositiveSmallIntegerField(_("attempts allowed"), default=5)

    objects = QuizQuerySet.as_manager()

    panels = [
        FieldPanel("title"),
        FieldPanel("size"),
        FieldPanel("pass_share"),
        FieldPanel("minutes"),
        FieldPanel("attempts_allowed"),
    ]

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")

    def __str__(self) -> str:
        return self.title


class AttemptQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> AttemptQuerySet:
        """Your own."""
        return self.filter(learner=user)


class Attempt(Record):
    """One sitting: the paper as it was served, and what was answered. The clock is the server's."""

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    learner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="quiz_attempts")
    number = models.PositiveSmallIntegerField()
    paper = models.JSONField(
        help_text="[{id: of the version, kind, stem, options: [{id, text, correct, feedback}]}] as served"
    )
    pass_share = models.DecimalField(max_digits=3, decimal_places=2)
    started_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    answers = models.JSONField(default=dict, help_text="{id of the version: [option ids]}")
    submitted_at = models.DateTimeField(null=True)
    right = models.PositiveSmallIntegerField(null=True)
    total = models.PositiveSmallIntegerField()
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
        indexes = [models.Index(fields=["learner", "quiz", "passed"], name="attempts_of_learner")]

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
