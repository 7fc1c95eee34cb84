"""May this person do this to that certificate?"""

from __future__ import annotations

from organizations.models import User
from organizations.roles import Permission

from .models import Certificate


def may_read_register(person: User) -> bool:
    """Whether there are schools whose certificates `person` may see."""
    return bool(person.paths_granting(Permission.CERTIFICATE_READ))


def may_oversee(person: User, certificate: Certificate) -> bool:
    """Whether `person` may read this certificate's history: to its holder alone it is not shown."""
    return Certificate.objects.overseen_by(person).filter(pk=certificate.pk).exists()


def may_issue(person: User) -> bool:
    """Whether there are places in which `person` may draw up and approve certificates."""
    return bool(person.paths_granting(Permission.CERTIFICATE_ISSUE))


def may_revoke(person: User, certificate: Certificate) -> bool:
    """Whether `person` may revoke this certificate, suspend it, reinstate it or have it corrected."""
    return Certificate.objects.revocable_by(person).filter(pk=certificate.pk).exists()


def may_issue_tokens(person: User) -> bool:
    """Whether `person` may let offices verify certificates in bulk."""
    return bool(person.paths_granting(Permission.TOKENS_ISSUE))
