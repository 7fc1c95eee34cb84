from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.files import CheckedFile, Refused, check, endings
from organizations.forms import DayInput

from . import rules
from .models import Cohort, Enrollment, OutsideTraining

DOCUMENTS = ("pdf", "jpg", "png")
DOCUMENT_MB = 10

LEAST = Decimal("0.5")
"""Hours of training."""


class BookmarkForm(forms.Form):
    section = forms.SlugField(max_length=40)


class SearchForm(forms.Form):
    words = forms.CharField(
        label=_("Search lessons"),
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "enterkeyhint": "search"}),
    )


class OutsideTrainingForm(forms.Form):
    """What somebody of a cohort learned elsewhere."""

    person = forms.CharField(
        label=_("Whose"),
        help_text=_("Staff number; or the full name, if nobody else here has it."),
        max_length=40,
    )
    kind = forms.ChoiceField(label=_("Kind of training"), choices=OutsideTraining.Kind.choices)
    title = forms.CharField(label=_("What it was about"), max_length=60)
    organiser = forms.CharField(label=_("Organised by"), max_length=60)
    first_day = forms.DateField(label=_("From"), widget=DayInput())
    last_day = forms.DateField(label=_("To"), widget=DayInput())
    hours = forms.DecimalField(
        label=_("Hours"), min_value=LEAST, max_digits=4, decimal_places=1, help_text=_("As the proof says.")
    )
    document = forms.FileField(
        label=_("Proof"),
        required=False,
        help_text=_("A PDF or a picture, up to 10 MB. Only this person and those who record hours see it."),
        widget=forms.FileInput(attrs={"accept": endings(DOCUMENTS)}),
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort

    def clean_person(self) -> Enrollment:
        words = self.cleaned_data["person"]
        people = Enrollment.objects.active().filter(cohort=self.cohort)
        same = people.filter(Q(learner__number=words) | Q(learner__name=words))
        found = list(same.select_related("learner")[:2])
        if not found:
            raise forms.ValidationError(_("Nobody who takes part here has this number or name."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several people here have this name: give the staff number."))
        found[0].cohort = self.cohort
        return found[0]

    def clean_last_day(self) -> Any:
        if self.cleaned_data["last_day"] > timezone.localdate():
            raise forms.ValidationError(_("Record it once it is over."))
        return self.cleaned_data["last_day"]

    def clean_document(self) -> CheckedFile | None:
        upload = self.cleaned_data["document"]
        if not upload:
            return None
        try:
            return check(upload, formats=DOCUMENTS, max_mb=DOCUMENT_MB)
        except Refused as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        first, last, hours = (data.get(name) for name in ("first_day", "last_day", "hours"))
        if first and last and first > last:
            self.add_error("last_day", _("The last day lies before the first."))
        elif first and last and (last - first).days >= rules.MOST_DAYS:
            self.add_error("first_day", _("More than a year lies between the days: look again."))
        elif first and last and hours and not rules.fit_into(hours, first, last):
            most = rules.MOST_HOURS_A_DAY
            self.add_error("hours", _("More than %(most)d hours a day: look again.") % {"most": most})
        return data


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It stands in the hours ledger, where the person reads it."),
        max_length=100,
    )
