"""Who may do what: one table, read by `visible_to` and by the guards of views alike."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a posting makes of a person in an organization and all below it."""

    TEACHER = "teacher", _("Teacher")
    SCHOOL_LEAD = "school_lead", _("School lead")
    ASSESSOR = "assessor", _("Assessor")
    COUNTY_LEAD = "county_lead", _("County lead")
    BUREAU_OFFICER = "bureau_officer", _("Bureau officer")


class Permission(models.TextChoices):
    """What may be done, as `resource:action`."""

    PROGRESS_READ = "progress:read", _("See how far people have got")
    COHORT_ENROL = "cohort:enrol", _("Enrol people")
    EVIDENCE_REVIEW = "evidence:review", _("Mark evidence")
    ROSTER_IMPORT = "roster:import", _("Import rosters")
    CODES_ISSUE = "codes:issue", _("Issue activation codes")
    CERTIFICATE_READ = "certificate:read", _("See certificates")
    CERTIFICATE_ISSUE = "certificate:issue", _("Draw up and approve batches of certificates")
    CERTIFICATE_REVOKE = "certificate:revoke", _("Revoke certificates")
    COHORT_SIGN_OFF = "cohort:sign_off", _("Confirm what rules ask of a school")
    RULES_SIMULATE = "rules:simulate", _("Try out rules for certificates")
    HOURS_RECORD = "hours:record", _("Record hours of training elsewhere")
    TOKENS_ISSUE = "tokens:issue", _("Let offices verify certificates in bulk")
    ITEMS_ANALYSE = "items:analyse", _("See how questions work")
    ITEMS_REPAIR = "items:repair", _("Correct keys of questions")


GRANTS: dict[str, frozenset[str]] = {
    Role.TEACHER: frozenset(),
    Role.SCHOOL_LEAD: frozenset(
        {
            Permission.PROGRESS_READ,
            Permission.COHORT_ENROL,
            Permission.COHORT_SIGN_OFF,
            Permission.HOURS_RECORD,
            Permission.CODES_ISSUE,
            Permission.CERTIFICATE_READ,
        }
    ),
    Role.ASSESSOR: frozenset({Permission.EVIDENCE_REVIEW}),
    Role.COUNTY_LEAD: frozenset(
        {
            Permission.PROGRESS_READ,
            Permission.COHORT_ENROL,
            Permission.ROSTER_IMPORT,
            Permission.COHORT_SIGN_OFF,
            Permission.HOURS_RECORD,
            Permission.CODES_ISSUE,
            Permission.CERTIFICATE_READ,
        }
    ),
    Role.BUREAU_OFFICER: frozenset(
        {
            Permission.PROGRESS_READ,
            Permission.COHORT_ENROL,
            Permission.ROSTER_IMPORT,
            Permission.CODES_ISSUE,
            Permission.CERTIFICATE_READ,
            Permission.CERTIFICATE_ISSUE,
            Permission.CERTIFICATE_REVOKE,
            Permission.COHORT_SIGN_OFF,
            Permission.HOURS_RECORD,
            Permission.RULES_SIMULATE,
            Permission.TOKENS_ISSUE,
            Permission.ITEMS_ANALYSE,
            Permission.ITEMS_REPAIR,
        }
    ),
}
"""What each role may do in the organization of the posting and in all below it."""


def roles_granting(permission: str) -> frozenset[str]:
    """The roles that hold `permission`."""
    return frozenset(role for role, granted in GRANTS.items() if permission in granted)
