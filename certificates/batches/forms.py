"""What a bureau officer types to draw up a batch, and to look for somebody in it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import RulePack
from certificates.queries import packs_in_force
from organizations.models import Organization, User
from organizations.roles import Permission

from .models import Item


class PackChoice(forms.ModelChoiceField):
    def label_from_instance(self, pack: RulePack) -> str:
        return f"{pack.programme.title} · {pack}"


class BatchForm(forms.Form):
    """Under which pack, and for whom."""

    rule_pack = PackChoice(label=_("Rule pack"), queryset=RulePack.objects.none())
    place = forms.CharField(
        label=_("City, county or school"),
        help_text=_("Its name or code, as in the roster. Everybody posted there or below is looked at."),
        max_length=80,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = Organization.objects.granting(Permission.CERTIFICATE_ISSUE, to=user)
        self.fields["rule_pack"].queryset = packs_in_force().select_related("programme")

    def clean_place(self) -> Organization:
        words = self.cleaned_data["place"].strip()
        found = list(self.places.filter(code=words)) or list(self.places.filter(name=words)[:2])
        if not found:
            raise forms.ValidationError(_("No such place. Write its whole name, or its code."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several places have this name. Write the code of the one you mean."))
        return found[0]


class PeopleForm(forms.Form):
    """What narrows the list of people in a batch."""

    words = forms.CharField(label=_("Name"), max_length=40, required=False)
    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("All")), *Item.Status.choices], required=False
    )
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("All")), *Item.Reason.choices], required=False
    )
