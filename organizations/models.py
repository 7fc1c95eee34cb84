"""People, the tree of organizations, and who is posted where."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from . import rules
from .prepared import Given, Prepared
from .roles import Permission, Role, roles_granting
from .roster.messages import FIELDS, message
from .storage import private_storage

if TYPE_CHECKING:
    import datetime


class Record(models.Model):
    """A row of record. Wagtail keeps no index of what it points at: that costs writes on each save."""

    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True


class OrganizationQuerySet(MP_NodeQuerySet):
    def below(self, paths: Iterable[str]) -> OrganizationQuerySet:
        """The organizations at these tree paths and all below them; none for no path."""
        within = Q(pk__in=[])
        for path in paths:
            within |= Q(path__startswith=path)
        return self.filter(within)

    def granting(self, permission: str, *, to: User) -> OrganizationQuerySet:
        """Those in which `to` holds `permission`."""
        return self.below(to.paths_granting(permission))

    def visible_to(self, user: User) -> OrganizationQuerySet:
        """Those in which `user` is posted, and all below them."""
        return self.below(posting.organization.path for posting in user.current_postings)

    def schools(self) -> OrganizationQuerySet:
        return self.filter(kind=Organization.Kind.SCHOOL)


class OrganizationManager(MP_NodeManager.from_queryset(OrganizationQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> OrganizationQuerySet:
        """Treebeard's manager makes its own kind of queryset, whatever it was made from."""
        return OrganizationQuerySet(self.model, using=self._db).order_by("path")


class Organization(MP_Node, Record):
    """A place in the tree: bureau, county, school, group."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", _("Bureau")
        COUNTY = "county", _("County")
        SCHOOL = "school", _("School")
        GROUP = "group", _("Group")

    class Environment(models.TextChoices):
        MULTIMEDIA = "A", _("Multimedia")
        BLENDED = "B", _("Blended learning")
        SMART = "C", _("Smart learning")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=80)
    code = models.CharField(_("code"), max_length=20, unique=True, null=True, blank=True)
    environment = models.CharField(
        _("environment"), max_length=1, choices=Environment.choices, default=Environment.MULTIMEDIA
    )
    effective_from = models.DateField(_("effective from"), default=timezone.localdate)
    effective_to = models.DateField(_("effective to"), null=True, blank=True)

    objects = OrganizationManager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
                name="organization_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.name


class UserQuerySet(models.QuerySet["User"]):
    def in_organizations(self, organizations: models.QuerySet) -> UserQuerySet:
        """People now posted in one of `organizations`."""
        postings = Posting.objects.current().filter(person=OuterRef("pk"), organization__in=organizations)
        return self.filter(Exists(postings))

    def with_login(self, text: str) -> User | None:
        """The person whose staff number, or else whose phone, somebody typed."""
        number, phone = rules.normalise_number(text), rules.normalise_phone(text)
        return (self.filter(number=number).first() if number else None) or (
            self.filter(phone=phone).first() if phone else None
        )

    def to_activate(self) -> UserQuerySet:
        """People who may sign in but have never set a password."""
        return self.filter(is_active=True, is_superuser=False, password__startswith=UNUSABLE_PASSWORD_PREFIX)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, number: str | None = None, password: str | None = None, **fields) -> User:
        """Make a person. Without a password nobody can sign in until they activate."""
        user = self.model(number=number or None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, number: str, password: str | None = None, **fields) -> User:
        return self.create_user(number, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin, Record):
    """A person, known by staff number or phone. Where they work is a posting, not part of them."""

    name = models.CharField(_("name"), max_length=40)
    number = models.CharField(_("staff number"), max_length=30, unique=True, null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=16, unique=True, null=True, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    USERNAME_FIELD = "number"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=Q(number__isnull=False) | Q(phone__isnull=False),
                name="person_has_a_number_or_a_phone",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @cached_property
    def current_postings(self) -> list[Posting]:
        """This person's postings of today, each with its organization. Read once per request."""
        postings = _postings.rows(person=self.pk, today=timezone.localdate())
        for posting in postings:
            posting.person = self
        return postings

    def paths_granting(self, permission: str) -> list[str]:
        """Tree paths of the organizations in which this person holds `permission`."""
        roles = roles_granting(permission)
        return [posting.organization.path for posting in self.current_postings if posting.role in roles]

    @property
    def school(self) -> Organization | None:
        """The school this person is posted in today: the first, should there be several."""
        for posting in self.current_postings:
            if posting.organization.kind == Organization.Kind.SCHOOL:
                return posting.organization
        return None


class PostingQuerySet(models.QuerySet):
    def current(self, on: datetime.date | Given | None = None) -> PostingQuerySet:
        """Postings in force on a day: today, unless told."""
        day = on or timezone.localdate()
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day), started_on__lte=day)


class Posting(Record):
    """A person holds a role in an organization, from a day until the day on which it ended."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="postings")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="postings")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.TEACHER)
    title = models.CharField(_("post"), max_length=30, blank=True)
    subject = models.CharField(_("subject"), max_length=30, blank=True)
    stage = models.CharField(_("stage"), max_length=20, blank=True)
    started_on = models.DateField(_("started on"), default=timezone.localdate)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organization", "role"],
                condition=Q(ended_on=None),
                name="one_open_posting_per_role",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="posting_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["organization", "ended_on", "person"], name="posting_by_place")]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()} · {self.organization}"


_postings: Prepared[Posting] = Prepared(
    lambda: (
        Posting.objects.current(on=Given("today", models.DateField()))
        .filter(person=Given("person"))
        .select_related("organization")
        .order_by("pk")
    )
)
"""Asked by every page of somebody signed in."""


class ActivationCode(Record):
    """A one-time code with which a person from the roster sets a first password. Kept only as a hash."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="activation_code")
    digest = models.CharField(max_length=64)
    issued_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.person)


def roster_path(_roster_import: RosterImport, file_name: str) -> str:
    """Where an uploaded roster is kept: under a name that tells nothing."""
    ending = ".xlsx" if file_name.lower().endswith(".xlsx") else ".csv"
    return f"rosters/{uuid.uuid4().hex}{ending}"


class RosterImportQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> RosterImportQuerySet:
        """Imports into organizations whose rosters `user` may import."""
        return self.filter(organization__in=Organization.objects.granting(Permission.ROSTER_IMPORT, to=user))


class RosterImport(Record):
    """A roster that was handed in: what it would change, and once applied, what it changed."""

    class Status(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        FAILED = "failed", _("Unreadable")
        APPLYING = "applying", _("Being applied")
        APPLIED = "applied", _("Applied")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="roster_imports")
    file = models.FileField(upload_to=roster_path, storage=private_storage)
    file_name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(max_length=64, db_index=True)
    is_complete = models.BooleanField(_("this file is complete for its schools"), default=False)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.CHECKING)
    percent = models.PositiveSmallIntegerField(default=0)
    turn = models.PositiveSmallIntegerField(default=0)
    """How many jobs were queued for this import: makes the key of each its own."""
    notice = models.JSONField(default=dict)
    """Code and details of the sentence (roster/messages.py) that says why something was not done."""
    counts = models.JSONField(default=dict)
    plan_digest = models.CharField(max_length=64, blank=True)
    added_organizations = models.JSONField(default=list)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("handed in at"), auto_now_add=True)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = RosterImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("roster import")
        verbose_name_plural = _("roster imports")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.file_name} · {self.organization}"

    @property
    def is_busy(self) -> bool:
        """Whether a job works on it, so that its page should be looked at again."""
        return self.status in {self.Status.CHECKING, self.Status.APPLYING, self.Status.UNDOING}


class RosterRow(Record):
    """What one row of a roster does to one person. Rows that do nothing and raise no question are not kept.

    It notes what undoing needs: each field as it was and became, postings opened, postings ended.
    """

    class Kind(models.TextChoices):
        ADD = "add", _("Added")
        CHANGE = "change", _("Changed")
        MOVE = "move", _("Moved")
        LEAVE = "leave", _("Leaving")
        REFUSE = "refuse", _("Refused")
        SAME = "same", _("Unchanged")

    roster_import = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="rows")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    line = models.PositiveIntegerField(null=True)
    name = models.CharField(_("name"), max_length=80)
    number = models.CharField(_("staff number"), max_length=30)
    school = models.CharField(_("school"), max_length=80)
    problems = models.JSONField(default=list)
    has_warning = models.BooleanField(default=False)
    person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="roster_rows")
    is_new_person = models.BooleanField(default=False)
    changes = models.JSONField(default=dict)
    """Field to what it was and what it became: what undo puts back."""
    posting_id = models.BigIntegerField(null=True)
    """The posting whose title, subject or stage changed."""
    opened = models.JSONField(default=list)
    ended = models.JSONField(default=list)
    """Postings opened; and postings ended, each with the day it had been going to end on."""

    class Meta:
        verbose_name = _("roster row")
        verbose_name_plural = _("roster rows")
        ordering = ["pk"]
        indexes = [models.Index(fields=["roster_import", "kind"], name="roster_rows_by_kind")]

    def __str__(self) -> str:
        return f"{self.line or ''} {self.name}"

    @property
    def told_changes(self) -> list[tuple[str, str, str]]:
        """What changes: the field as people call it, what it was, what it becomes."""
        return [(str(FIELDS[name]), old, new) for name, (old, new) in self.changes.items()]

    @property
    def told_problems(self) -> list[tuple[str, str, str]]:
        """What is wrong: the column as the file calls it, what stands there, what to do."""
        return [
            (column, value, message(code, kept)) for column, value, code, _severity, kept in self.problems
        ]
