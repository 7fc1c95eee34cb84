"""What people type into the register and the verification page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Certificate
from .numbers import parse_number


class RegisterForm(forms.Form):
    """What narrows the register."""

    words = forms.CharField(label=_("Name or certificate number"), max_length=60, required=False)
    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("All")), *Certificate.Status.choices], required=False
    )


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept in the log with your name. The public page shows only the day of revocation."),
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
