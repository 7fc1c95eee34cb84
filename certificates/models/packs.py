"""Rule packs: what must be shown to earn a certificate."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import Programme
from organizations.models import Record

from ..rules import Rules, RulesError, parse_rules


class RulePack(Record):
    """What must be shown to earn a certificate in a programme. A change is a further version."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rule_packs")
    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title of the certificate"), max_length=20)
    rules = models.JSONField(_("rules"), help_text="As certificates.rules.parse_rules reads them.")
    effective_from = models.DateField(_("effective from"))

    class Meta:
        verbose_name = _("rule pack")
        verbose_name_plural = _("rule packs")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code", "version"], name="one_rule_pack_per_programme_and_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    def clean(self) -> None:
        try:
            self.parsed  # noqa: B018
        except RulesError as error:
            raise ValidationError({"rules": str(error)}) from error

    @property
    def parsed(self) -> Rules:
        """The rules as `certificates.rules` takes them. Raises RulesError."""
        return parse_rules(self.rules)
