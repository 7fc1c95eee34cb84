"""May this person do this to that certificate?"""

from __future__ import annotations

from organizations.models import User
from organizations.roles import Permission

from .models import Certificate


def may_read_register(person: User) -> bool:
    """Whether there are schools whose certificates `person` may see."""
    return bool(person.paths_granting(Permission.CERTIFICATE_READ))


def may_revoke_some(person: User) -> bool:
    """Whether there are schools whose certificates `person` may revoke."""
    return bool(person.paths_granting(Permission.CERTIFICATE_REVOKE))


def may_issue(person: User) -> bool:
    """Whether there are places in which `person` may draw up and approve certificates."""
    return bool(person.paths_granting(Permission.CERTIFICATE_ISSUE))


def may_revoke(person: User, certificate: Certificate) -> bool:
    """Whether `person` may revoke this certificate."""
    return Certificate.objects.revocable_by(person).filter(pk=certificate.pk).exists()
