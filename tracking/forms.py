from django import forms
from django.utils.translation import gettext_lazy as _


class StaffFilterForm(forms.Form):
    """Whom of a cohort to show."""

    words = forms.CharField(label=_("Name or number"), required=False, max_length=40)
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("Everybody")), ("behind", _("Not yet certified")), ("certified", _("Certified"))],
    )
