"""Rule packs: what must be shown to earn a certificate."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Programme
from organizations.models import Organization, Record, User
from organizations.prepared import Given
from organizations.roles import Permission, Role

from .. import rules as plain
from ..lifecycle import months_later
from ..messages import in_words
from ..schema import parse_rules
from .designs import Design, DesignVersion

NEEDS_PROGRAMME = [plain.Kind.SCHOOL.value, plain.Kind.TEACHER.value]
"""Kinds of rule packs that speak of those who take part in a programme."""


class RulePackQuerySet(models.QuerySet["RulePack"]):
    def visible_to(self, user: User) -> RulePackQuerySet:
        """All, drafts too, to whoever may try out rules; else none."""
        return self if user.paths_granting(Permission.RULES_SIMULATE) else self.none()

    def numbered(self, text: str) -> RulePack | None:
        """That whose id stands in an address; None for whatever else stands there."""
        return self.filter(pk=int(text)).first() if text.isascii() and text.isdigit() else None

    def in_force(self, on: datetime.date | Given | None = None) -> RulePackQuerySet:
        """Those that hold on a day: today, unless told. Each comes with its county."""
        day = on or timezone.localdate()
        ended = Q(effective_until__lt=day)
        return self.filter(is_draft=False, effective_from__lte=day).exclude(ended).select_related("county")

    def automatic(self, on: datetime.date | Given | None = None) -> RulePackQuerySet:
        """Those in force on a day under which nobody need ask for a certificate."""
        return self.in_force(on).filter(awards=RulePack.Awards.AT_ONCE)


class RulePack(Record):
    """What must be shown to earn a certificate. Once it is no draft it never changes: a change is a
    further version. Only the day on which it ends may still be set.
    """

    class Kind(models.TextChoices):
        TEACHER = plain.Kind.TEACHER.value, _("Programme's certificate")
        CAPABILITY = plain.Kind.CAPABILITY.value, _("Statement of a capability")
        HOURS = plain.Kind.HOURS.value, _("Statement of hours")
        SCHOOL = plain.Kind.SCHOOL.value, _("School's completion")
        TEAM = plain.Kind.TEAM.value, _("Member of a training team")

    class Awards(models.TextChoices):
        AT_ONCE = "at once", _("As soon as it is earned")
        ON_REQUEST = "on request", _("When its holder asks for it")
        IN_BATCHES = "in batches", _("Only in batches that two people approved")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.TEACHER)
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rule_packs",
        verbose_name=_("programme"),
    )
    county = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rule_packs",
        limit_choices_to={"kind": Organization.Kind.COUNTY},
        verbose_name=_("county"),
        help_text=_("For this county alone: there it wins over the city's. Empty for the whole city."),
    )
    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title of the certificate"), max_length=20)
    rules = models.JSONField(_("rules"), help_text=_("As docs/rule-packs.md describes them."))
    effective_from = models.DateField(_("effective from"))
    effective_until = models.DateField(
        _("effective until"), null=True, blank=True, help_text=_("The last day on which it holds.")
    )
    awards = models.CharField(_("awarded"), max_length=12, choices=Awards.choices, default=Awards.AT_ONCE)
    valid_months = models.PositiveSmallIntegerField(
        _("months of validity"), null=True, blank=True, help_text=_("Empty: for good.")
    )
    renewal_months = models.PositiveSmallIntegerField(
        _("months before its end in which it may be renewed"), default=0
    )
    is_draft = models.BooleanField(
        _("draft"), default=False, help_text=_("Drafts hold nowhere and may be changed.")
    )
    design = models.ForeignKey(
        Design, on_delete=models.PROTECT, null=True, blank=True, related_name="rule_packs",
        verbose_name=_("design"), help_text=_("Empty: the standard design."),
    )  # fmt: skip

    objects = RulePackQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule pack")
        verbose_name_plural = _("rule packs")
        constraints = [
            models.UniqueConstraint(
                Coalesce("programme", 0),
                Coalesce("county", 0),
                "code",
                "version",
                name="one_rule_pack_per_version",
                violation_error_message=_("There is such a version already: take the next number."),
            ),
            models.CheckConstraint(
                condition=Q(effective_until=None) | Q(effective_until__gte=F("effective_from")),
                name="rule_pack_ends_after_it_begins",
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(programme__isnull=False) | ~Q(kind__in=NEEDS_PROGRAMME),
                name="rule_pack_has_the_programme_it_needs",
                violation_error_message=_("A rule pack of this kind belongs to a programme."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    def clean(self) -> None:
        try:
            parse_rules(self.rules, self.kind, roles=tuple(Role.values))
        except plain.RulesError as error:
            raise ValidationError({"rules": in_words(error)}) from error
        if self.kind == plain.Kind.HOURS and self.awards == self.Awards.AT_ONCE:
            raise ValidationError({"awards": _("Statements of hours are for days that somebody chooses.")})

    def last_day(self, first: datetime.date) -> datetime.date | None:
        """Until when a certificate given on this day is valid; None for good."""
        if not self.valid_months:
            return None
        return months_later(first, self.valid_months) - datetime.timedelta(days=1)

    @property
    def design_version(self) -> DesignVersion | None:
        """The frozen design that prints what is awarded now; None for the standard one."""
        return self.design.versions.last() if self.design else None

    @property
    def may_be_requested(self) -> bool:
        """Whether somebody who has earned its certificate may ask for it."""
        return self.awards == self.Awards.ON_REQUEST

    @property
    def family(self) -> tuple[int | None, str]:
        """What packs have in common of which at most one holds at a place: the programme, and for kinds
        that need none, the code.
        """
        return self.programme_id, "" if self.kind in NEEDS_PROGRAMME else self.code

    @cached_property
    def parsed(self) -> plain.Rules:
        """The rules as `certificates.rules` takes them; read once. Raises RulesError."""
        return parse_rules(self.rules, self.kind)


def chosen(packs: Iterable[RulePack], path: str) -> RulePack | None:
    """Which of the packs in force holds at this place of the tree, if any.

    A county's wins over the city's; then the one that began last, then the highest version.
    """
    fitting = [pack for pack in packs if pack.county is None or path.startswith(pack.county.path)]
    return max(
        fitting,
        key=lambda pack: (pack.county_id is not None, pack.effective_from, pack.version, pack.pk),
        default=None,
    )
