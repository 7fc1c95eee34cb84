"""Keys that badges are signed with, and which place in the status lists each badge has."""

from __future__ import annotations

import secrets
import uuid

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from joserfc.jwk import RSAKey

from certificates.models import Certificate
from organizations.models import Record

from .multibase import multikey


class SigningKeyQuerySet(models.QuerySet):
    def public(self) -> SigningKeyQuerySet:
        """Those that anyone may check a badge with: all but those that came into wrong hands."""
        return self.filter(compromised_at=None)

    def current(self) -> SigningKeyQuerySet:
        """Those that badges are signed with from now on: one of each kind at most."""
        return self.filter(compromised_at=None, retired_at=None)


class SigningKey(Record):
    """The public half of a key. It is kept for good, so that old badges can be checked."""

    class Kind(models.TextChoices):
        EMBEDDED = "ed25519", "Ed25519"
        TOKEN = "rsa", "RSA"

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    identifier = models.CharField(
        max_length=60,
        unique=True,
        help_text="The Multikey, or the thumbprint (RFC 7638); names the key's file",
    )
    public_pem = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, help_text="Signs nothing since; what it signed stays good")
    compromised_at = models.DateTimeField(null=True, help_text="Nothing that it signed is believed any more")

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(retired_at=None, compromised_at=None),
                name="one_current_signing_key_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return self.identifier

    @property
    def ed25519(self) -> Ed25519PublicKey:
        key = load_pem_public_key(self.public_pem.encode())
        if not isinstance(key, Ed25519PublicKey):
            raise TypeError(f"{self}: not an Ed25519 key")
        return key

    @property
    def rsa(self) -> RSAKey:
        return RSAKey.import_key(self.public_pem)

    @property
    def multikey(self) -> str:
        return multikey(self.ed25519)


def new_salt() -> str:
    return secrets.token_hex(16)


class Badge(Record):
    """A certificate's second form. Written once: what it says is the certificate's, how it stands as well."""

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="badge")
    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    salt = models.CharField(max_length=32, default=new_salt)
    list_number = models.PositiveSmallIntegerField(help_text="Which list of each purpose")
    index = models.PositiveIntegerField(help_text="Drawn by lot, so that it tells nothing of the order")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("badge")
        verbose_name_plural = _("badges")
        constraints = [
            models.UniqueConstraint(fields=["list_number", "index"], name="one_badge_per_place_in_a_list")
        ]

    def __str__(self) -> str:
        return f"urn:uuid:{self.uuid}"
