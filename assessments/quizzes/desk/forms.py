from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..items import stored
from ..items.kinds import Item
from . import keys


class KeyForm(forms.Form):
    """What is right, and why it was not so far."""

    reason = forms.CharField(
        label=_("Why the key is wrong"),
        help_text=_("Whoever approves it, and whoever asks later, reads this."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    takes_passes = forms.BooleanField(
        label=_("Take back passes that the right key does not give"),
        help_text=_(
            "Leave this open: who was told of a pass keeps it. Take it back only for a grave reason."
        ),
        required=False,
    )

    def __init__(self, *args, item: Item, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        self.fields = keys.fields(item) | self.fields

    def clean(self) -> dict[str, Any]:
        super().clean()
        for lines in keys.places(self.item):
            given = [self.cleaned_data[name] for name in lines if name in self.cleaned_data]
            if len(set(given)) < len(given):
                self.add_error(None, _("Two lines have the same place. Give each a place of its own."))
        return self.cleaned_data

    @property
    def has_key(self) -> bool:
        """Whether there is anything to correct: what a person marks has no key."""
        return len(self.fields) > len(self.base_fields)

    def content(self) -> dict[str, Any]:
        """The item with the key that was filled in, as the bank keeps it."""
        return stored.dump(keys.corrected(self.item, self.cleaned_data))


class MarkForm(forms.Form):
    """What an answer is worth, against its guide."""

    score = forms.TypedChoiceField(
        label=_("It earns"),
        choices=[
            ("0", _("nothing")),
            ("0.3333", _("a third")),
            ("0.6667", _("two thirds")),
            ("1", _("all")),
        ],
        coerce=Decimal,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("To the author"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
