"""What is wrong with a rule pack, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext

from .rules import RulesError


def in_words(error: Exception) -> str:
    """The text of an error: translated, where it is about rules."""
    if not isinstance(error, RulesError):
        return str(error)
    text = gettext(error.message)
    return text % error.values if error.values else text
