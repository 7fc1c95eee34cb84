"""What `manage.py check`, and so every start, says about making certificates on this machine."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Warning, register

from . import fonts, pdf


@register
def check_fonts(**kwargs: Any) -> list[CheckMessage]:
    """The fonts are there: without them every certificate would be held."""
    return [
        Warning(
            f"The font {family} is not installed: certificates are held until it is.",
            hint="apt-get install fonts-noto-cjk fonts-lxgw-wenkai fontconfig, then start again.",
            id="certificates.W001",
        )
        for family in fonts.missing_families()
    ]


@register
def check_subsetter(**kwargs: Any) -> list[CheckMessage]:
    """HarfBuzz's subsetter is there: nothing depends on it, and without it WeasyPrint says only little."""
    if not pdf.is_slow():
        return []
    return [
        Warning(
            "libharfbuzz-subset cannot be loaded: a certificate takes eight seconds.",
            hint="apt-get install libharfbuzz-subset0, then start again.",
            id="certificates.W002",
        )
    ]
