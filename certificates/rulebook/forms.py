"""What people type and upload about rules. Forms read; they save nothing."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..loading import read_document
from ..messages import in_words
from ..rules import Kind, RulesError
from .actions import pack_to_try

MOST_BYTES = 64 * 1024


class TrialForm(forms.Form):
    """A rule pack to try out: typed, or as a file."""

    text = forms.CharField(
        label=_("Rule pack"),
        help_text=_("YAML or JSON. Begin from one that is there, and change it."),
        max_length=MOST_BYTES,
        required=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "code"}),
    )
    file = forms.FileField(
        label=_("or a file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,.json"}),
    )

    def clean_file(self) -> str:
        """The text of the file; "" without one."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This is too large for a rule pack."))
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("Save the file as UTF-8 and try again.")) from error

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        text = data.get("file") or data.get("text")
        if self.errors:
            return data
        if not text:
            raise forms.ValidationError(_("Write a rule pack, or choose a file."))
        field = "file" if data.get("file") else "text"
        try:
            data["document"] = read_document(text)
            if data["document"]["kind"] == Kind.HOURS:
                self.add_error(field, _("Statements of hours have nobody to be tried out on."))
            else:
                pack_to_try(data["document"])
        except RulesError as error:
            self.add_error(field, in_words(error))
        return data


class HoursForm(forms.Form):
    """From which day to which hours are to be stated."""

    first = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def clean_last(self) -> datetime.date:
        last = self.cleaned_data["last"]
        if last > timezone.localdate():
            raise forms.ValidationError(_("Today at the latest: more hours may come."))
        return last

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and first > last:
            self.add_error("last", _("This day is before the first."))
        return self.cleaned_data
