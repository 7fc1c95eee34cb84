"""Panels that say where a quiz's pass mark lies, who sits on them, and what each of them judged."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.diagnostics.models import CalibrationRun
from assessments.quizzes.models import QuestionVersion, Quiz
from organizations.models import Record, User
from organizations.roles import Permission

ROUNDS = 2


class PanelQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> PanelQuerySet:
        """All of them to those who analyse questions; to others those to which they are invited."""
        if user.paths_granting(Permission.ITEMS_ANALYSE):
            return self.all()
        return self.filter(pk__in=Panelist.objects.filter(person=user).values("panel"))


class Panel(Record):
    """People who judge the questions of a quiz, in two rounds. The questions are frozen when it opens.

    `share` is the cut that the last round gave, as a share of all points. It changes nothing until a second
    person adopts it.
    """

    class Method(models.TextChoices):
        ANGOFF = "angoff", _("Angoff: the chance of each question")
        BOOKMARK = "bookmark", _("Bookmark: a place in the ordered booklet")

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="panels")
    method = models.CharField(_("method"), max_length=8, choices=Method.choices)
    run = models.ForeignKey(
        CalibrationRun,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="By which a booklet is ordered.",
    )
    versions = models.JSONField(help_text="Ids of the versions judged, in the order in which they are shown.")
    round = models.PositiveSmallIntegerField(default=1)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    share = models.FloatField(null=True)
    se = models.FloatField(null=True)
    adopted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    adopted_at = models.DateTimeField(null=True)

    objects = PanelQuerySet.as_manager()

    class Meta:
        verbose_name = _("panel")
        verbose_name_plural = _("panels")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["quiz"], condition=Q(closed_at=None), name="one_open_panel_per_quiz"
            ),
            models.CheckConstraint(
                condition=Q(adopted_by=None) | ~Q(adopted_by=F("opened_by")), name="cut_adopted_by_another"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, share=None, adopted_at=None) | Q(closed_at__isnull=False),
                name="cut_known_once_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz} · {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Panelist(Record):
    """Somebody invited to a panel. `draft` is what they have judged and not handed in yet."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="panelists")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    draft = models.JSONField(default=dict, help_text="{id of the version: chance in percent}")
    invited_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("panelist")
        verbose_name_plural = _("panelists")
        constraints = [models.UniqueConstraint(fields=["panel", "person"], name="panelist_invited_once")]


class Rating(Record):
    """A judgement that was handed in. Never changed, says the database.

    Angoff: the chance, in percent, that a borderline teacher is right, for each question. Bookmark: one row,
    for the first question that such a teacher need not master; `chance` is null.
    """

    panelist = models.ForeignKey(Panelist, on_delete=models.PROTECT, related_name="ratings")
    round = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    chance = models.PositiveSmallIntegerField(null=True)
    rated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        constraints = [
            models.UniqueConstraint(
                fields=["panelist", "round", "version"], name="one_judgement_per_round_and_question"
            ),
            models.UniqueConstraint(
                fields=["panelist", "round"], condition=Q(chance=None), name="one_bookmark_per_round"
            ),
            models.CheckConstraint(condition=Q(chance=None) | Q(chance__lte=100), name="chance_in_percent"),
        ]
