"""What somebody sends to have a badge checked."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from organizations.rules import normalise_number

from .reading import MOST_BYTES


class CheckForm(forms.Form):
    """A badge as a file. Nothing of it is kept."""

    file = forms.FileField(
        label=_("Badge"), widget=forms.FileInput(attrs={"accept": ".png,.svg,.json,.jwt,.jws"})
    )
    staff_number = forms.CharField(
        label=_("Staff number"),
        help_text=_("Fill this in if you want to know whether the badge belongs to this person."),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB. A badge has about 40 KB."))
        return file

    def clean_staff_number(self) -> str:
        return normalise_number(self.cleaned_data["staff_number"])
