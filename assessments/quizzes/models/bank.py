"""Questions: an identity each, and a version for each wording."""

from __future__ import annotations

from functools import cached_property

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Capability, ModulePage
from organizations.models import Record, User

from ..items import stored
from ..items.kinds import Item
from ..rules import ASKED_OF_TEACHERS


class Tag(Record):
    """A word by which questions are found."""

    name = models.CharField(_("name"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class QuestionQuerySet(models.QuerySet):
    def in_use(self) -> QuestionQuerySet:
        """Those that a paper may hold."""
        return self.filter(status=Question.Status.OPERATIONAL, asked__isnull=False)

    def marked_at_once(self) -> QuestionQuerySet:
        """Those that no person has to mark."""
        return self.exclude(asked__needs_marker=True)


class Question(Record):
    """A question's identity. What it asks is in its versions.

    `current` is the newest of them, `asked` the one that was passed last, which papers hold while the
    question is on trial or in use: an older one, or none, while the newest waits for a second person.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        PILOT = "pilot", _("On trial")
        OPERATIONAL = "operational", _("In use")
        RETIRED = "retired", _("Retired")

    class Difficulty(models.TextChoices):
        EASY = "easy", _("Easy")
        MEDIUM = "medium", _("Medium")
        HARD = "hard", _("Hard")

    key = models.CharField(_("key"), max_length=40, unique=True)
    module = models.ForeignKey(
        ModulePage,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("module"),
    )
    capability = models.ForeignKey(
        Capability,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("capability"),
    )
    difficulty = models.CharField(_("difficulty"), max_length=6, choices=Difficulty.choices, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="questions", verbose_name=_("tags"))
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.DRAFT)
    current = models.ForeignKey(
        "QuestionVersion",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("newest version"),
    )
    asked = models.ForeignKey("QuestionVersion", on_delete=models.PROTECT, null=True, related_name="+")

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="operational") | Q(current__isnull=False),
                name="question_in_use_asks_something",
            )
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def has_waiting_wording(self) -> bool:
        """Whether it is asked in an older wording until a second person lets the newest one go on."""
        return self.status in ASKED_OF_TEACHERS and self.asked_id != self.current_id


class QuestionVersionQuerySet(models.QuerySet):
    def to_be_passed(self) -> QuestionVersionQuerySet:
        """The newest of each question, and all since the one that was passed last: written by somebody."""
        newest = Q(question__current=F("pk"))
        since = Q(question__asked=None) | Q(number__gt=F("question__asked__number"))
        return self.filter(newest | since, created_by__isnull=False)


class QuestionVersion(Record):
    """One wording of a question. Never changed, says the database: a change is a further version."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=10)
    stem = models.TextField(_("question"))
    content = models.JSONField(help_text="As assessments.quizzes.items.stored.dump writes it.")
    needs_marker = models.BooleanField(default=False, help_text="A person marks it, or a part of it.")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = QuestionVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a question")
        verbose_name_plural = _("versions of questions")
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.number}"

    @cached_property
    def item(self) -> Item:
        return stored.load(self.content)
