"""The diagnosis of a framework, how people see themselves, what was calibrated and estimated."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.quizzes.models import Attempt, QuestionVersion, Quiz
from courses.models import Framework
from organizations.models import Organization, Record, User

from .rules import Band

CONFIDENCES = [("high", _("high")), ("medium", _("medium")), ("low", _("low"))]


class BandChoices(models.TextChoices):
    """The words for a band."""

    LEARN = Band.LEARN, _("Learn this first")
    NEAR = Band.NEAR, _("Near the line")
    READY = Band.READY, _("Already there")


class Diagnostic(Record):
    """Which quiz diagnoses a framework, and in which form. Its sections are the dimensions."""

    class Form(models.TextChoices):
        LINEAR = "linear", _("The same number of questions for all")
        ADAPTIVE = "adaptive", _("Adaptive: each answer decides what is asked next")

    quiz = models.OneToOneField(
        Quiz, on_delete=models.PROTECT, related_name="diagnostic", verbose_name=_("quiz")
    )
    framework = models.OneToOneField(
        Framework, on_delete=models.PROTECT, related_name="diagnostic", verbose_name=_("framework")
    )
    form = models.CharField(
        _("form"),
        max_length=8,
        choices=Form.choices,
        default=Form.LINEAR,
        help_text=_(
            "Adaptive needs a calibration with enough questions in use; until then all get the other."
        ),
    )

    class Meta:
        verbose_name = _("diagnostic")
        verbose_name_plural = _("diagnostics")

    def __str__(self) -> str:
        return str(self.quiz)


class SelfAssessment(Record):
    """How somebody saw themselves before a sitting. `occasion` is the number of its attempt."""

    class Level(models.IntegerChoices):
        NEVER = 1, _("I have not tried it")
        TRIED = 2, _("I have tried it once or twice")
        SOMETIMES = 3, _("I do it now and then")
        OFTEN = 4, _("I do it regularly")
        HELPS = 5, _("I help colleagues with it")

    learner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="self_assessments")
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="+")
    occasion = models.PositiveSmallIntegerField()
    environment = models.CharField(_("environment"), max_length=1, choices=Organization.Environment.choices)
    ratings = models.JSONField(help_text="{dimension: level}")
    rated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("self-assessment")
        verbose_name_plural = _("self-assessments")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "quiz", "occasion"], name="one_self_assessment_per_sitting"
            )
        ]


class CalibrationRun(Record):
    """One calibration. Never changed, says the database; a run that did not converge is not used."""

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="calibration_runs")
    model = models.CharField(max_length=3)
    filters = models.JSONField(help_text="Which responses were taken.")
    people = models.PositiveIntegerField()
    responses = models.PositiveIntegerField()
    log_likelihood = models.FloatField()
    cycles = models.PositiveIntegerField()
    converged = models.BooleanField()
    code_version = models.CharField(max_length=64, help_text="SHA-256 of the code that calibrated.")
    input_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("calibration")
        verbose_name_plural = _("calibrations")

    def __str__(self) -> str:
        return f"{self.quiz} · {self.pk}"


class ItemParameter(Record):
    """What a calibration says of an item, on a scale where the first sitting is N(0, 1). Never changed.

    The chance of a right answer is c + (1 - c) / (1 + exp(-(a theta + d))).
    """

    run = models.ForeignKey(CalibrationRun, on_delete=models.PROTECT, related_name="parameters")
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=20, blank=True)
    dimension = models.CharField(max_length=40)
    a = models.FloatField()
    d = models.FloatField()
    c = models.FloatField()
    se_a = models.FloatField(null=True)
    se_d = models.FloatField(null=True)
    n = models.PositiveIntegerField(help_text="How many answers there were.")

    class Meta:
        verbose_name = _("item parameter")
        verbose_name_plural = _("item parameters")
        constraints = [
            models.UniqueConstraint(fields=["run", "version", "part"], name="one_parameter_per_run_and_item")
        ]


class AbilityEstimateQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> AbilityEstimateQuerySet:
        """Your own."""
        return self.filter(learner=user)


class AbilityEstimate(Record):
    """What one attempt says on one scale, by one rule and the calibration that was in force. Never changed.

    `scale` is a dimension, or empty for all questions together. `theta` is the mean of the posterior;
    where it is null, right answers were counted.
    """

    learner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="ability_estimates")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="estimates")
    scale = models.CharField(max_length=40, blank=True)
    run = models.ForeignKey(CalibrationRun, on_delete=models.PROTECT, null=True, related_name="estimates")
    rule = models.PositiveSmallIntegerField()
    questions = models.PositiveSmallIntegerField()
    points = models.FloatField()
    above = models.FloatField(help_text="Chance of being at or above the cut.")
    band = models.CharField(max_length=5, choices=BandChoices.choices)
    confidence = models.CharField(max_length=6, choices=CONFIDENCES)
    theta = models.FloatField(null=True)
    se = models.FloatField(null=True)
    wle = models.FloatField(null=True)
    wle_se = models.FloatField(null=True)
    posterior = models.BinaryField(null=True, max_length=82)
    estimated_at = models.DateTimeField(default=timezone.now)

    objects = AbilityEstimateQuerySet.as_manager()

    class Meta:
        verbose_name = _("estimate")
        verbose_name_plural = _("estimates")
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "scale", "rule", "run"], name="one_estimate_per_scale_rule_and_run"
            ),
            models.UniqueConstraint(
                fields=["attempt", "scale", "rule"],
                condition=Q(run=None),
                name="one_estimate_per_scale_and_rule_without_run",
            ),
        ]
        indexes = [models.Index(fields=["learner", "run", "rule"], name="estimates_of_learner")]


class SittingQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> SittingQuerySet:
        """Your own."""
        return self.filter(attempt__learner=user)

    def ended(self) -> SittingQuerySet:
        """Those that are over, first to last, each with its attempt and calibration."""
        over = self.filter(attempt__submitted_at__isnull=False)
        return over.select_related("attempt", "run").defer("attempt__answers").order_by("pk")


class Sitting(Record):
    """An attempt whose questions were chosen one by one, by which calibration and plan, and why it ended.

    `ending` is empty while it goes on, and when it was left lying until its time was up.
    """

    class Ending(models.TextChoices):
        PRECISE = "precise", _("the measurement was precise enough")
        DECIDED = "decided", _("every dimension was decided")
        LONG_ENOUGH = "long_enough", _("the most questions were asked")
        EXHAUSTED = "exhausted", _("there was no further question")

    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="sitting")
    run = models.ForeignKey(CalibrationRun, on_delete=models.PROTECT, related_name="sittings")
    plan = models.PositiveSmallIntegerField()
    ending = models.CharField(max_length=11, choices=Ending.choices, blank=True)

    objects = SittingQuerySet.as_manager()

    class Meta:
        verbose_name = _("adaptive sitting")
        verbose_name_plural = _("adaptive sittings")


class Step(Record):
    """A question that a sitting showed, and what was believed when it was chosen. Never changed.

    What was answered is on the attempt; its order of options too.
    """

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    theta = models.FloatField()
    se = models.FloatField()
    chosen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.UniqueConstraint(fields=["sitting", "position"], name="one_step_per_position"),
            models.UniqueConstraint(fields=["sitting", "version"], name="no_question_twice_in_a_sitting"),
        ]
