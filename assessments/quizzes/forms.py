"""What a page sends besides answers."""

from django import forms


class SaveForm(forms.Form):
    """Which page it is, and the number of its message."""

    lease = forms.CharField(max_length=22)
    sequence = forms.IntegerField(min_value=1, max_value=2_000_000_000)
