"""Quizzes: what a paper is made of, how long it takes, and what is said afterwards."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from courses.models import Capability, ModulePage
from organizations.models import Record, User

from .bank import Question, Tag


class QuizQuerySet(models.QuerySet):
    def live(self) -> QuizQuerySet:
        """Those without a module, and those whose module is published, each with it."""
        return self.filter(Q(module=None) | Q(module__live=True)).select_related("module")


class Quiz(ClusterableModel, Record):
    """A quiz. Its settings belong to the editors."""

    class Purpose(models.TextChoices):
        DIAGNOSTIC = "diagnostic", _("Diagnostic")
        LESSON = "lesson", _("Lesson")
        MODULE = "module", _("Module")
        FINAL = "final", _("Final")

    class Review(models.TextChoices):
        AFTERWARDS = "afterwards", _("as soon as it is handed in")
        FINISHED = "finished", _("when it is passed or no attempt is left")
        CLOSED = "closed", _("when the quiz has closed")
        NEVER = "never", _("never")

    code = models.SlugField(_("code"), max_length=40, unique=True, help_text=_("Part of its address."))
    module = models.OneToOneField(
        ModulePage,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="quiz",
        verbose_name=_("module that it closes"),
    )
    title = models.CharField(_("title"), max_length=80)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices, default=Purpose.MODULE)
    pass_share = models.DecimalField(
        _("share of all points to pass"), max_digits=3, decimal_places=2, default="0.75"
    )
    minutes = models.PositiveSmallIntegerField(_("minutes allowed"), default=30)
    attempts_allowed = models.PositiveSmallIntegerField(_("attempts allowed"), default=5)
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    review = models.CharField(
        _("right answers are shown"), max_length=10, choices=Review.choices, default=Review.FINISHED
    )

    objects = QuizQuerySet.as_manager()

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(opens_at=None) | Q(closes_at__gt=F("opens_at")),
                name="quiz_closes_after_it_opens",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def is_open(self, at: datetime | None = None) -> bool:
        """Whether an attempt may begin at this moment, now unless told."""
        at = at or timezone.now()
        return (self.opens_at is None or self.opens_at <= at) and (
            self.closes_at is None or at < self.closes_at
        )


class Section(Record):
    """A part of a quiz: questions named one by one, or so many drawn from the bank by what they are about."""

    sort_order_field = "position"
    """What the editors' form writes when sections change places."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(_("title"), max_length=80, blank=True)
    count = models.PositiveSmallIntegerField(
        _("questions to draw"), default=0, help_text=_("0: all the questions named below.")
    )
    module = models.ForeignKey(
        ModulePage,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("of module"),
    )
    capability = models.ForeignKey(
        Capability,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("of capability"),
    )
    dimension = models.CharField(
        _("of dimension"), max_length=40, blank=True, help_text=_("All capabilities that have it.")
    )
    tag = models.ForeignKey(
        Tag, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("with tag")
    )
    difficulty = models.CharField(
        _("of difficulty"), max_length=6, choices=Question.Difficulty.choices, blank=True
    )
    questions: models.ManyToManyField = models.ManyToManyField(
        Question, through="SectionQuestion", related_name="sections", verbose_name=_("questions")
    )

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title or str(self.position)


class SectionQuestion(Record):
    """A question named in a section."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="named")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="named_in")
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["section", "question"], name="question_named_once_per_section")
        ]


class Extension(Record):
    """More time or another attempt for one person at one quiz, and why."""

    quiz = models.ForeignKey(
        Quiz, on_delete=models.CASCADE, related_name="extensions", verbose_name=_("quiz")
    )
    learner = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="quiz_extensions", verbose_name=_("learner")
    )
    minutes = models.PositiveSmallIntegerField(_("further minutes"), default=0)
    attempts = models.PositiveSmallIntegerField(_("further attempts"), default=0)
    reason = models.CharField(_("reason"), max_length=200)
    granted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("granted by")
    )
    granted_at = models.DateTimeField(_("granted at"), default=timezone.now)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.UniqueConstraint(fields=["quiz", "learner"], name="one_extension_per_quiz_and_learner")
        ]

    def __str__(self) -> str:
        return f"{self.quiz} · {self.learner}"
