"""Looks at the whole ledger for what should never be: files, numbers, history, successors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from django.db.models import Exists, OuterRef

from . import files
from .lifecycle import Status
from .models import Certificate, CertificateEvent, NumberSeries
from .numbers import parse_number

AT_ONCE = 500
"""Certificates in memory at the same time."""

BEGINNINGS = {"", Status.DRAFT.value}
"""What the first step of a certificate leads away from."""

IN_PLACE = [Status.ISSUED, Status.SUSPENDED, Status.SUPERSEDED]
"""A successor that stands here has taken the other one's place."""


def problems() -> Iterator[str]:
    """What is wrong, a line for each fault. In lots, so that memory stays flat."""
    yield from _files()
    yield from _numbers()
    yield from _histories()
    yield from _successors()


def _files() -> Iterator[str]:
    """Each file is there and is the one that was issued."""
    issued = Certificate.objects.exclude(pdf="").only("number", "pdf", "sha256").order_by("pk")
    for certificate in issued.iterator(AT_ONCE):
        try:
            files.read(certificate)
        except files.Damaged as error:
            yield f"file: {error}"


def _numbers() -> Iterator[str]:
    """Each series was given out from 1 to its last number, without a gap."""
    last = dict(NumberSeries.objects.values_list("series", "last"))
    given: dict[str, set[int]] = defaultdict(set)
    numbers = Certificate.objects.exclude(number=None).order_by("pk").values_list("number", flat=True)
    for number in numbers.iterator(AT_ONCE):
        if not number or parse_number(number) != number:
            yield f"number: {number} is none"
            continue
        series, serial, _check = number.rsplit("-", 2)
        given[series].add(int(serial))
    for series in sorted(last.keys() | given.keys()):
        until = last.get(series, 0)
        if missing := sorted(set(range(1, until + 1)) - given[series]):
            yield f"number: {series} lacks {_some(missing)}"
        if beyond := sorted(serial for serial in given[series] if not 1 <= serial <= until):
            yield f"number: {series} ends with {until}, but there is {_some(beyond)}"


def _some(serials: list[int]) -> str:
    rest = f" and {len(serials) - 5} more" if len(serials) > 5 else ""
    return ", ".join(map(str, serials[:5])) + rest


def _histories() -> Iterator[str]:
    """The steps of each certificate join, and the last one leads to where it stands."""
    last = 0
    rows = Certificate.objects.order_by("pk").values_list("pk", "number", "status")
    while lot := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        steps: dict[int, list[tuple[str, str]]] = defaultdict(list)
        events = CertificateEvent.objects.filter(certificate__in=[pk for pk, *_rest in lot]).order_by("pk")
        for pk, before, after in events.values_list("certificate_id", "before", "after"):
            steps[pk].append((before, after))
        for pk, number, status in lot:
            if fault := _fault_of(steps[pk], status):
                yield f"history: {number or pk}: {fault}"
        last = lot[-1][0]


def _fault_of(steps: list[tuple[str, str]], status: str) -> str:
    if not steps:
        return "" if status == Status.DRAFT else f"is {status}, without a step that led there"
    if steps[0][0] not in BEGINNINGS:
        return f"begins as {steps[0][0]}"
    for (_before, after), (before, _after) in pairwise(steps):
        if after != before:
            return f"went to {after}, then on from {before}"
    return "" if steps[-1][1] == status else f"is {status}, but its last step led to {steps[-1][1]}"


def _successors() -> Iterator[str]:
    """What was replaced does not stand beside what replaced it, and what is superseded was replaced."""
    replaced = Certificate.objects.filter(replaces__isnull=False).order_by("pk")
    fields = ("number", "status", "learner", "replaces__number", "replaces__status", "replaces__learner")
    for number, status, learner, before, its_status, its_learner in replaced.values_list(*fields).iterator():
        if learner != its_learner:
            yield f"successor: {number or 'a draft'} replaces {before}, which is somebody else's"
        if status in IN_PLACE and its_status not in {Status.SUPERSEDED, Status.REVOKED}:
            yield f"successor: {number} replaces {before}, which is still {its_status}"
    taken = Certificate.objects.filter(replaces=OuterRef("pk"), issued_at__isnull=False)
    alone = Certificate.objects.filter(~Exists(taken), status=Status.SUPERSEDED).order_by("pk")
    for number in alone.values_list("number", flat=True):
        yield f"successor: {number} is superseded, by nothing"
