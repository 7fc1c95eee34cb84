"""May this person do this here?"""

from __future__ import annotations

from .models import Organization, User
from .roles import Permission


def may_import_rosters(person: User) -> bool:
    """Whether `person` may import rosters anywhere."""
    return bool(person.paths_granting(Permission.ROSTER_IMPORT))


def may_import_into(person: User, organization: Organization) -> bool:
    """Whether `person` may import rosters of `organization`."""
    return _holds(person, Permission.ROSTER_IMPORT, organization)


def may_issue_codes(person: User, organization: Organization) -> bool:
    """Whether `person` may give out activation codes in `organization`."""
    return _holds(person, Permission.CODES_ISSUE, organization)


def may_record_hours(person: User, organization: Organization) -> bool:
    """Whether `person` may record hours of training elsewhere for the people of `organization`."""
    return _holds(person, Permission.HOURS_RECORD, organization)


def _holds(person: User, permission: str, organization: Organization) -> bool:
    return any(organization.path.startswith(path) for path in person.paths_granting(permission))
