"""How far a batch has got, who is in it, and what can be handed out of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.db.models import Count
from django.db.models.functions import Length

from certificates.models import Certificate
from organizations.models import Organization

from .models import Batch, Item


@dataclass(frozen=True)
class Progress:
    """People in a batch by what became of them."""

    waiting: int = 0
    done: int = 0
    failed: int = 0
    cancelled: int = 0
    excluded: int = 0

    @property
    def included(self) -> int:
        """How many certificates the batch is about."""
        return self.waiting + self.done + self.failed + self.cancelled

    @property
    def settled(self) -> int:
        """Those of them that no worker has to look at any more."""
        return self.included - self.waiting


@dataclass(frozen=True)
class Left:
    """One reason to be left out, with how many it holds for."""

    reason: str
    label: str
    people: int


@dataclass(frozen=True)
class Share:
    """What a school gets out of a batch."""

    school: Organization
    certificates: int


def progress(batch: Batch) -> Progress:
    """One query."""
    rows = batch.items.values_list("status").order_by().annotate(people=Count("pk"))
    return Progress(**dict(rows))


def left_out(batch: Batch) -> list[Left]:
    """Why people are not in the batch, the commonest reason first. One query."""
    rows = batch.items.exclude(reason="").values_list("reason").order_by().annotate(people=Count("pk"))
    return [
        Left(reason, str(Item.Reason(reason).label), people)
        for reason, people in sorted(rows, key=lambda row: (-row[1], row[0]))
    ]


def people(batch: Batch, *, status: str = "", reason: str = "", words: str = "") -> models.QuerySet[Item]:
    """Who is in the batch, or left out of it, school by school."""
    items = batch.items.select_related("learner", "school", "certificate")
    if status:
        items = items.filter(status=status)
    if reason:
        items = items.filter(reason=reason)
    if words:
        items = items.filter(learner__name__icontains=words)
    return items.order_by("school__path", "learner__name", "pk")


def samples(batch: Batch) -> list[Certificate]:
    """Those hardest to set, three at most: the longest name, the longest school, the most to say."""
    rows = Certificate.objects.filter(batch_item__batch=batch).select_related("rule_pack")
    hardest = [
        rows.order_by(Length("holder").desc(), "pk").first(),
        rows.order_by(Length("school").desc(), "pk").first(),
        rows.order_by(Length(models.functions.Cast("facts", models.TextField())).desc(), "pk").first(),
    ]
    return list({row.pk: row for row in hardest if row}.values())


def shares(batch: Batch) -> list[Share]:
    """The schools with certificates issued in this batch. Two queries."""
    counted = dict(
        batch.items.filter(status=Item.Status.DONE)
        .values_list("certificate__organization")
        .order_by()
        .annotate(people=Count("pk"))
    )
    return [Share(school, counted[school.pk]) for school in Organization.objects.filter(pk__in=counted)]


def issued_at(batch: Batch, school: Organization) -> list[Certificate]:
    """The certificates of one school that this batch issued and that still stand, by name and number."""
    rows = Certificate.objects.filter(batch_item__batch=batch, organization=school)
    return list(rows.filter(status=Certificate.Status.ISSUED).order_by("holder", "number"))
