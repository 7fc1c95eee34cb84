"""What a leader and a judge type."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.quizzes.models import Quiz
from organizations.models import User

from .actions import STEP
from .models import Panel

MOST_INVITED = 50


class OpenForm(forms.Form):
    """Which quiz, and how it is judged."""

    quiz = forms.ModelChoiceField(Quiz.objects.none(), label=gettext_lazy("quiz"))
    method = forms.ChoiceField(
        label=gettext_lazy("Method"), choices=Panel.Method.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quiz"].queryset = Quiz.objects.live()  # type: ignore[attr-defined]


class InviteForm(forms.Form):
    """Staff numbers or phones, one in a line."""

    people = forms.CharField(
        label=gettext_lazy("Staff numbers or phones, one in a line"),
        help_text=gettext_lazy("People who mark evidence: the assessors."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )

    def clean_people(self) -> list[User]:
        typed = [text for text in re.split(r"[\s,，、;；]+", self.cleaned_data["people"]) if text]
        found = {text: User.objects.with_login(text) for text in typed[: MOST_INVITED + 1]}
        if len(typed) > MOST_INVITED:
            raise forms.ValidationError(_("Invite at most {most} at once.").format(most=MOST_INVITED))
        if unknown := [text for text, person in found.items() if person is None]:
            raise forms.ValidationError(
                _("Nobody has this number: {numbers}").format(numbers=", ".join(unknown))
            )
        return list({person.pk: person for person in found.values() if person}.values())


class AngoffForm(forms.Form):
    """A chance for each question. With gaps it can be kept, and not handed in."""

    use_required_attribute = False

    def __init__(self, *args, versions: Sequence[int], draft: Mapping[str, int], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        is_kept_only = self.is_bound and "hand_in" not in self.data
        for number, version in enumerate(versions, start=1):
            self.fields[f"chance-{version}"] = forms.IntegerField(
                label=_("Question {number}: of 100 teachers who just pass, how many are right?").format(
                    number=number
                ),
                min_value=0,
                max_value=100,
                step_size=STEP,
                required=not is_kept_only,
                initial=draft.get(str(version)),
            )

    def chances(self) -> dict[int, int]:
        """By version; questions without an answer, or with a wrong one, are left out."""
        given = {int(name.partition("-")[2]): value for name, value in self.cleaned_data.items()}
        return {version: value for version, value in given.items() if value is not None}


class BookmarkForm(forms.Form):
    """The first question that a teacher who just passes need not master."""

    page = forms.TypedChoiceField(label=gettext_lazy("Bookmark at question"), coerce=int)

    def __init__(self, *args, versions: Sequence[int], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        choices = [(version, str(number)) for number, version in enumerate(versions, start=1)]
        self.fields["page"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    def chances(self) -> dict[int, None]:
        return {self.cleaned_data["page"]: None} if "page" in self.cleaned_data else {}
