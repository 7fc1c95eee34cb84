"""One of the two processes: print so many certificates one way, and say in JSON what that took.

python -m bench.printing.work WAY FIRST COUNT        files thrown away
python -m bench.printing.work finished FIRST COUNT   rows of the database, from approved to issued
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import django

django.setup()

from certificates import actions, files  # noqa: E402 - Django first
from certificates.models import Certificate  # noqa: E402
from certificates.printing import press  # noqa: E402

from . import people, rivals  # noqa: E402

LOT = 50
WARM = 5


def main() -> None:
    way, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if way == "finished":
        rows = list(
            Certificate.objects.select_related("design_version").order_by("pk")[first : first + count]
        )
        for certificate in rows[:WARM]:
            press.print_certificate(certificate)
        lots = [rows[start : start + LOT] for start in range(0, count, LOT)]
        print(json.dumps(_measured(_finish, lots, count)))
    else:
        one = rivals.WAYS[way]
        wanted = people.certificates(first + count)[first:]
        for certificate in wanted[:WARM]:
            one(certificate)
        lots = [wanted[start : start + LOT] for start in range(0, count, LOT)]
        print(
            json.dumps(_measured(lambda lot: sum(len(one(certificate)) for certificate in lot), lots, count))
        )


def _measured(work: Callable[[Sequence], int], lots: list, count: int) -> dict[str, float]:
    began, cpu, size, memory = time.time(), time.process_time(), 0, []
    for lot in lots:
        size += work(lot)
        memory.append(_memory())
    return {
        "began": began,
        "ended": time.time(),
        "cpu": (time.process_time() - cpu) / count * 1000,
        "size": size / count / 1000,
        "memory": memory[min(3, len(memory) - 1)],  # after the first 200
        "memory_end": memory[-1],
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _finish(lot: Sequence[Certificate]) -> int:
    """As a worker does it: each file safely on disk, then the rows of the lot in one transaction."""
    printed, size = [], 0
    for certificate in lot:
        if problem := press.problem_with(certificate):
            raise ValueError(problem)
        content = press.print_certificate(certificate)
        size += len(content)
        printed.append(actions.Printed(certificate.pk, *files.keep(certificate, content)))
    if len(actions.issue(printed=printed)) != len(lot):
        raise ValueError("some were not waiting to be issued")
    return size


def _memory() -> float:
    """Megabytes that this process holds now, without the fonts that lie in files."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon"))


if __name__ == "__main__":
    main()
