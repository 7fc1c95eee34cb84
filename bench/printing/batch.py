"""A whole batch, as two workers of Celery print it: python -m bench.printing.batch COUNT"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import django

django.setup()

from django.utils import timezone  # noqa: E402 - Django first

from certificates.batches import actions  # noqa: E402
from certificates.batches.models import Batch, Item  # noqa: E402
from certificates.models import Certificate  # noqa: E402
from organizations.models import User  # noqa: E402

from . import plant  # noqa: E402

WORKERS = 2
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """What the workers have taken up to a moment, each of them."""

    done: int
    at: float
    cpu: float
    megabytes: float


def main() -> None:
    count = int(sys.argv[1])
    batch = _drawn_up(count)
    command = [sys.executable, "-m", "celery", "-A", "training_site", "worker", "-Q", "default"]
    with subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--concurrency", str(WORKERS), "-l", "ERROR"], stdout=subprocess.DEVNULL
    ) as celery:
        try:
            _report(_watched(batch, celery.pid), count)
        finally:
            celery.terminate()


def _drawn_up(count: int) -> Batch:
    """A batch that waits for approval, and is approved now."""
    plant.plant(count, status="draft")
    drafts = list(Certificate.objects.filter(status="draft").select_related("organization", "rule_pack"))
    first, second = User.objects.bulk_create(
        User(number=number, name="办证人", password="!")  # noqa: S106
        for number in ("first", "second")
    )
    batch = Batch.objects.create(
        rule_pack=drafts[0].rule_pack, place=drafts[0].organization, created_by=first, status="ready"
    )
    Item.objects.bulk_create(
        Item(
            batch=batch, learner_id=one.learner_id, school=one.organization, certificate=one, status="waiting"
        )
        for one in drafts
    )
    return actions.approve(batch=batch, by=second)


def _watched(batch: Batch, celery: int) -> list[Usage]:
    """From the first that is done to the last."""
    seen: list[Usage] = []
    while not seen or Batch.objects.get(pk=batch.pk).status == "running":
        time.sleep(1)
        done = batch.items.filter(status="done").count()
        if done:
            seen.append(_usage(done, celery))
    if batch.items.filter(status="done").count() != batch.items.count():
        raise ValueError("some were not printed")
    return [*seen, _usage(batch.items.count(), celery)]


def _usage(done: int, celery: int) -> Usage:
    children = Path(f"/proc/{celery}/task/{celery}/children").read_text().split()
    times = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in children]
    cpu = sum(int(fields[11]) + int(fields[12]) for fields in times) / TICKS
    memory = [_anonymous(pid) for pid in children]
    return Usage(done, timezone.now().timestamp(), cpu, sum(memory) / len(memory))


def _anonymous(pid: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon"))


def _report(seen: list[Usage], count: int) -> None:
    first, last = seen[0], seen[-1]
    made = last.done - first.done
    early = next(one for one in seen if one.done >= min(400, count))
    print(
        f"{'a batch, two workers':36}{made / (last.at - first.at):10.1f}"
        f"{(last.cpu - first.cpu) / made * 1000:9.2f}{'':7}{early.megabytes:11.0f}{last.megabytes:11.0f}"
    )


if __name__ == "__main__":
    main()
