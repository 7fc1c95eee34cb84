"""What `manage.py check`, and so every start, says about making certificates on this machine."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from . import fonts
from .printing import authority, plain


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
    if not plain.is_slow():
        return []
    return [
        Warning(
            "libharfbuzz-subset cannot be loaded: a certificate takes eight seconds.",
            hint="apt-get install libharfbuzz-subset0, then start again.",
            id="certificates.W002",
        )
    ]


@register
def check_signing_key(**kwargs: Any) -> list[CheckMessage]:
    """There is a key to sign with: without one, certificates are issued all the same."""
    if authority.signer():
        return []
    return [
        Warning(
            "There is no key to sign certificates with: they are issued unsigned.",
            hint="manage.py make_certificate_authority; then keep a copy of the keys: see docs/operating.md.",
            id="certificates.W003",
        )
    ]


@register
def check_seal(**kwargs: Any) -> list[CheckMessage]:
    """The seal provider is one that we have, and has what it needs: a mistake would issue without a seal."""
    known = {"none", "preview", "external"}
    if settings.SEAL_PROVIDER not in known:
        return [Error(f"SEAL_PROVIDER is one of {', '.join(sorted(known))}.", id="certificates.E001")]
    if settings.SEAL_PROVIDER == "external" and not settings.SEAL_COMMAND:
        return [Error("SEAL_PROVIDER=external needs SEAL_COMMAND.", id="certificates.E002")]
    return []
