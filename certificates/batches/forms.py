"""What a bureau officer types to draw up a batch, and to look for somebody in it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import RulePack
from organizations.models import Organization, User
from organizations.roles import Permission

from .models import Item


class PackChoice(forms.ModelChoiceField):
    """Rule packs, each with the programme and the county it is for."""

    def label_from_instance(self, pack: RulePack) -> str:
        parts = [
            pack.programme.title if pack.programme else "",
            str(pack),
            pack.county.name if pack.county else "",
        ]
        return " · ".join(part for part in parts if part)


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
        packs = RulePack.objects.in_force().exclude(kind=RulePack.Kind.HOURS)
        choice = cast(PackChoice, self.fields["rule_pack"])
        choice.queryset = packs.select_related("programme", "county").order_by("kind", "pk")

    def clean_place(self) -> Organization:
        words = self.cleaned_data["place"].strip()
        found = list(self.places.filter(code=words)) or list(self.places.filter(name=words)[:2])
        if not found:
            raise forms.ValidationError(_("No such place. Write its whole name, or its code."))
        if len(found) > 1:
            raise forms.ValidationError(
                _("Several places have this name. Write the code of the one you mean.")
            )
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
