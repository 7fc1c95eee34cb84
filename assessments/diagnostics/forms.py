from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization

from .models import SelfAssessment

NAMES_SHOWN = 4
"""Of capabilities, to say what a dimension is about."""


class SelfAssessmentForm(forms.Form):
    """How a teacher sees themselves in each dimension, and in which classroom they mostly teach."""

    environment = forms.ChoiceField(
        label=_("The classroom you mostly teach in"),
        choices=Organization.Environment.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, scales: Sequence[str], about: Mapping[str, Sequence[str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.scales = scales
        for number, scale in enumerate(scales):
            self.fields[f"level-{number}"] = forms.TypedChoiceField(
                label=scale,
                help_text=" · ".join(about.get(scale, ())[:NAMES_SHOWN]),
                choices=SelfAssessment.Level.choices,
                coerce=int,
                widget=forms.RadioSelect,
            )

    def ratings(self) -> dict[str, int]:
        """Dimension to the level chosen."""
        return {scale: self.cleaned_data[f"level-{number}"] for number, scale in enumerate(self.scales)}
