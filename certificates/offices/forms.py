from __future__ import annotations

import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.forms import DayInput

LONGEST = datetime.timedelta(days=366)


def in_a_year() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=365)


class TokenForm(forms.Form):
    """Which office is to have a token, and for how long."""

    office = forms.CharField(
        label=_("Office"), help_text=_("Such as the personnel office of a school or county."), max_length=80
    )
    expires_on = forms.DateField(
        label=_("Valid until"), help_text=_("A year at most."), initial=in_a_year, widget=DayInput()
    )

    def clean_expires_on(self) -> datetime.date:
        day, today = self.cleaned_data["expires_on"], timezone.localdate()
        if not today <= day <= today + LONGEST:
            raise forms.ValidationError(_("Choose a day from today to a year from now."))
        return day
