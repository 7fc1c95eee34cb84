"""What people type into the register, the verification page and the pages around them."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import Programme
from organizations.forms import DayInput
from organizations.models import Organization, User
from organizations.roles import Permission

from .models import STATES, Certificate, RulePack
from .numbers import parse_number
from .registers import EXPIRING


class PeriodForm(forms.Form):
    """From the first day to the last, both included."""

    first = forms.DateField(label=_("From"), widget=DayInput())
    last = forms.DateField(label=_("To"), widget=DayInput())

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and first > last:
            self.add_error("last", _("The last day lies before the first."))
        return self.cleaned_data


class PackField(forms.ModelChoiceField):
    def label_from_instance(self, pack: RulePack) -> str:
        return f"{pack} · {pack.programme}" if pack.programme else str(pack)


class RegisterForm(PeriodForm):
    """What narrows the register of `user`."""

    words = forms.CharField(label=_("Name or certificate number"), max_length=60, required=False)
    state = forms.ChoiceField(
        label=_("Status"),
        choices=[
            ("", _("All")),
            *[(state, label) for state, label in STATES.items() if state != Certificate.Status.DRAFT],
            (EXPIRING, _("Expiring soon")),
        ],
        required=False,
    )
    place = forms.ModelChoiceField(
        label=_("Place"), queryset=Organization.objects.none(), empty_label=_("All"), required=False
    )
    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.none(), empty_label=_("All"), required=False
    )
    pack = PackField(
        label=_("Rule pack"), queryset=RulePack.objects.none(), empty_label=_("All"), required=False
    )
    field_order = ["words", "state", "place", "programme", "pack", "first", "last"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in [("first", _("Awarded from")), ("last", _("Awarded until"))]:
            self.fields[name].required, self.fields[name].label = False, label
        self._offer("place", places(user, self.data.get("place", "")))
        certified = Programme.objects.exclude(rule_packs=None).distinct()
        self._offer("programme", certified.order_by("-starts_on", "pk"))
        self._offer("pack", RulePack.objects.select_related("programme").order_by("title", "version", "pk"))

    def _offer(self, name: str, rows: Any) -> None:
        cast(forms.ModelChoiceField, self.fields[name]).queryset = rows


def places(user: User, chosen: str = "") -> Any:
    """The places whose certificates `user` may see, to choose among.

    Where there are counties, their schools are offered once the county, or one of them, was chosen: a list
    of all schools of a city would weigh more than the rest of the page.
    """
    seen = Organization.objects.granting(Permission.CERTIFICATE_READ, to=user)
    seen = seen.exclude(kind=Organization.Kind.GROUP).order_by("path")
    counties = list(seen.filter(kind=Organization.Kind.COUNTY).values_list("path", flat=True))
    if len(counties) < 2:
        return seen
    is_chosen = chosen.isascii() and chosen.isdigit()
    path = seen.filter(pk=chosen).values_list("path", flat=True).first() if is_chosen else None
    open_county = [county for county in counties if path and path.startswith(county)]
    within = Q(pk__in=Organization.objects.below(open_county))
    return seen.filter(within | ~Q(kind=Organization.Kind.SCHOOL))


class ReasonForm(forms.Form):
    """Why a certificate takes a step."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_(
            "Kept in the certificate's history with your name; its holder can read it. "
            "The public page does not show it."
        ),
        max_length=200,
    )


class VerifyForm(forms.Form):
    """A number as it stands on the paper, however it was typed."""

    number = forms.CharField(
        label=_("Certificate number"),
        help_text=_("As printed on the certificate, such as BJXJ20-2026-610323-000123-X."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    @property
    def parsed(self) -> str:
        """The number in its printed form; "" if it was mistyped, or nothing was sent."""
        return parse_number(self.cleaned_data["number"]) if self.is_valid() else ""
