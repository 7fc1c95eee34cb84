from __future__ import annotations

from typing import NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from organizations.files import CheckedFile, Refused, check, endings

from .actions import Verdict
from .models import EvidenceTask, Indicator, IndicatorMark
from .queries import TaskLine

YES, NO = "yes", "no"


class Row(NamedTuple):
    """A line of the rubric as an assessor fills it in."""

    indicator: Indicator
    met: forms.BoundField
    comment: forms.BoundField
    last: IndicatorMark | None


class UploadForm(forms.Form):
    """A file for one task, looked at before it is kept."""

    file = forms.FileField(label=_("File"))

    def __init__(self, *args, task: EvidenceTask, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.task = task
        self.fields["file"].widget.attrs["accept"] = endings(task.formats)

    def clean_file(self) -> CheckedFile:
        try:
            return check(self.cleaned_data["file"], formats=self.task.formats, max_mb=self.task.max_mb)
        except Refused as error:
            raise forms.ValidationError(str(error)) from error


class HandInForm(forms.Form):
    reflection = forms.CharField(
        label=_("What you did, and what came of it"),
        help_text=_("A few sentences: which class, what you tried, what you would change. No pupils' names."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    deidentified = forms.BooleanField(
        label=_("No pupil's name, face or number can be seen in the files, or I hold the guardians' consent.")
    )


class ReviewForm(forms.Form):
    """Yes or no on each indicator; a no needs a word, so that the author knows what to mend."""

    feedback = forms.CharField(
        label=_("To the author"), required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )
    round = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, indicators: list[Indicator], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.indicators = indicators
        for indicator in indicators:
            self.fields[f"met-{indicator.pk}"] = forms.ChoiceField(
                label=indicator.text, choices=[(YES, _("Yes")), (NO, _("No"))], widget=forms.RadioSelect
            )
            self.fields[f"comment-{indicator.pk}"] = forms.CharField(
                label=_("What is missing"), required=False, max_length=200
            )

    def clean(self) -> dict:
        data = super().clean() or {}
        for indicator in self.indicators:
            if data.get(f"met-{indicator.pk}") == NO and not data.get(f"comment-{indicator.pk}"):
                self.add_error(f"comment-{indicator.pk}", _("Say in a few words what is missing."))
        return data

    def rows(self, line: TaskLine) -> list[Row]:
        """The indicators of a task, each with its two fields and its mark of the last round."""
        return [Row(i, self[f"met-{i.pk}"], self[f"comment-{i.pk}"], mark) for i, mark in line.marked]

    def verdicts(self) -> dict[int, Verdict]:
        """Indicator's id to the assessor's answer."""
        data = self.cleaned_data
        return {
            indicator.pk: Verdict(data[f"met-{indicator.pk}"] == YES, data[f"comment-{indicator.pk}"])
            for indicator in self.indicators
        }
