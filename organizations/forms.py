"""What people type and upload. Forms read; they save nothing."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from .models import Organization, User
from .roles import Permission
from .roster.messages import message
from .tables import MOST_BYTES

ENDINGS = (".xlsx", ".csv", ".txt")


class DayInput(forms.DateInput):
    """A day, chosen from the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class RosterForm(forms.Form):
    """A roster to check. Organizations are those whose rosters `user` may import."""

    organization = forms.ModelChoiceField(
        label=_("Organization"),
        queryset=Organization.objects.none(),
        help_text=_("Schools outside it are refused."),
    )
    file = forms.FileField(
        label=_("Roster"), widget=forms.ClearableFileInput(attrs={"accept": ",".join(ENDINGS)})
    )
    is_complete = forms.BooleanField(
        label=_("This file is complete for its schools"),
        help_text=_("Then whoever is missing from it has left, and their posting ends."),
        required=False,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Organization.objects.granting(Permission.ROSTER_IMPORT, to=user)
        field = cast(forms.ModelChoiceField, self.fields["organization"])
        field.queryset = mine.exclude(kind=Organization.Kind.GROUP).order_by("path")
        field.initial = field.queryset.first()

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(message("too_big", {"limit": MOST_BYTES // 1024 // 1024}))
        if not file.name.lower().endswith(ENDINGS):
            raise forms.ValidationError(_("Send an Excel workbook (.xlsx) or a CSV file."))
        return file


class ActivationForm(forms.Form):
    """A person's number or phone, the code they were given, and the password they choose."""

    login = forms.CharField(
        label=_("Staff number or phone"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "characters"}),
    )
    code = forms.CharField(
        label=_("Activation code"),
        help_text=_("Twelve letters and digits. Your school has it."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )
    password = forms.CharField(
        label=_("New password"),
        help_text=password_validators_help_text_html,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("New password again"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        """Only what can be said of anybody's password; the rest is looked at once the code was right."""
        validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]

    def clean(self) -> dict[str, Any]:
        password, again = self.cleaned_data.get("password"), self.cleaned_data.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", _("The two passwords differ. Type the same one twice."))
        return self.cleaned_data
