"""Questions over several tables."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from .jobs.models import Job
from .models import Organization, Posting, RosterImport, RosterRow, User
from .roles import Permission

STEPS = {
    RosterImport.Status.CHECKING: "roster.check",
    RosterImport.Status.APPLYING: "roster.apply",
    RosterImport.Status.UNDOING: "roster.undo",
}
"""Which kind of job each busy status waits for."""

WARNING = "warning"
WARNING_LABEL = _("To look at")
"""A side of an import's page beside the kinds of rows: those imported that raise a question."""


def job_key(roster_import: RosterImport) -> str:
    """The key of the job that works on an import now."""
    return f"{STEPS[RosterImport.Status(roster_import.status)]}:{roster_import.pk}:{roster_import.turn}"


def has_stopped(roster_import: RosterImport) -> bool:
    """Whether the job working on an import has given up. It wrote nothing: each writes all or nothing."""
    if not roster_import.is_busy:
        return False
    return Job.objects.filter(key=job_key(roster_import), status=Job.Status.FAILED).exists()


def people_to_activate(organization: Organization, by: User) -> QuerySet[User]:
    """People posted in `organization` without a password, for whom `by` may issue codes, by number.

    Who also has a posting where `by` may issue none is left out: a code opens all that the person may do.
    """
    within = Organization.objects.granting(Permission.CODES_ISSUE, to=by)
    elsewhere = Posting.objects.current().filter(person=OuterRef("pk")).exclude(organization__in=within)
    people = User.objects.in_organizations(Organization.objects.filter(pk=organization.pk))
    return people.to_activate().exclude(Exists(elsewhere)).order_by("number", "pk")


def rows_of_kind(roster_import: RosterImport, kind: str) -> models.QuerySet[RosterRow]:
    """The kept rows of one kind; under WARNING, those that a person should look at."""
    if kind == WARNING:
        return roster_import.rows.filter(has_warning=True).exclude(kind=RosterRow.Kind.REFUSE)
    return roster_import.rows.filter(kind=kind)


def same_file_applied(roster_import: RosterImport) -> RosterImport | None:
    """The last import of the very same file into the same organization that is in force."""
    return (
        RosterImport.objects.filter(
            organization=roster_import.organization_id,
            sha256=roster_import.sha256,
            status=RosterImport.Status.APPLIED,
        )
        .exclude(pk=roster_import.pk)
        .order_by("-pk")
        .first()
    )
