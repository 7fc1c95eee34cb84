"""How a quiz holds when everybody takes it at once, as bench/README.md says. No Django in here."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from .lines import Lines
from .phones import Person, Quiz, again_and_again, spread, whole
from .run import site

CONNECTIONS = 64
"""Between the phones and the site, as a proxy would keep them."""
AT_ONCE = 8
TICK = os.sysconf("SC_CLK_TCK")
PARENT, UTIME = 1, 11
"""Places in what `stat` returns."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=4000, help="who take the quiz")
    parser.add_argument("--within", type=float, default=60, help="seconds in which all start")
    parser.add_argument("--seconds", type=float, default=180, help="how long all go on answering")
    parser.add_argument("--every", type=float, default=30, help="seconds from one answer to the next")
    parser.add_argument("--submitting", type=float, default=1.0, help="share of the people who hand in")
    parser.add_argument(
        "--whole", type=float, default=30, help="seconds of whole attempts, 8 at once; 0: none"
    )
    wanted = parser.parse_args()
    others = int(wanted.whole * 40)
    with site("plant_crowd", str(wanted.people + others)) as (port, told):
        sys.exit(Herd(port, told, wanted).run())


class Used(NamedTuple):
    """Seconds of processor time."""

    web: float
    database: float
    phones: float


class Herd:
    def __init__(self, port: int, told: dict[str, Any], wanted: argparse.Namespace) -> None:
        self.port, self.told, self.wanted = port, told, wanted
        people = [Person(session) for session in told["sessions"]]
        self.people, self.others = people[: wanted.people], people[wanted.people :]
        self.errors: list[str] = []
        self.database = database_server()

    def run(self) -> int:
        """Print it all; 1 if a promise was broken, else 0."""
        return asyncio.run(self._run())

    async def _run(self) -> int:
        wanted = self.wanted
        if wanted.whole:
            await self._phase("8 at once", self._whole)
        await self._phase(
            f"{wanted.people:,} start",
            lambda quiz: spread(self.people, quiz.start, within=wanted.within),
        )
        started = [person for person in self.people if person.asked]
        await self._phase(
            "all answer",
            lambda quiz: again_and_again(started, quiz.save, every=wanted.every, seconds=wanted.seconds),
        )
        submitting = started[: round(len(started) * wanted.submitting)]
        await self._phase(
            f"{len(submitting):,} hand in",
            lambda quiz: spread(submitting, quiz.submit, within=wanted.within),
        )
        return self._verdict()

    async def _whole(self, quiz: Quiz) -> None:
        rate = await whole(quiz, self.others, at_once=AT_ONCE, seconds=self.wanted.whole)
        print(f"whole attempts a minute, {AT_ONCE} at once: {rate:.0f} (goal: 600)")

    async def _phase(self, name: str, work: Callable[[Quiz], Any]) -> None:
        quiz = Quiz(Lines(self.port, CONNECTIONS), self.told)
        before, begin = self._used(), time.perf_counter()
        await work(quiz)
        seconds, after = time.perf_counter() - begin, self._used()
        self.errors += quiz.log.errors
        requests = sum(len(waits) for kind, waits in quiz.log.waits.items() if kind != "start: both")
        used = Used(*(now - then for now, then in zip(after, before, strict=True)))
        print(
            f"\n{name}: {requests:,} requests in {seconds:.0f} s = {requests / seconds:.0f} a second, "
            f"{len(quiz.log.errors)} errors\n  processor ms a request (% of one core): "
            + ", ".join(
                f"{part} {1000 * spent / requests:.1f} ({100 * spent / seconds:.0f}%)"
                for part, spent in used._asdict().items()
            )
        )
        for kind, waits in quiz.log.waits.items():
            print(
                f"  {kind:16}" + "".join(f"{label:>6}{at(waits, share):9.1f} ms" for label, share in SHARES)
            )

    def _used(self) -> Used:
        web = processor(processes(f"127.0.0.1:{self.port}"))
        database = processor([self.database], ended=True) + processor(children(self.database))
        return Used(web, database, time.process_time())

    def _verdict(self) -> int:
        """Compare what was promised with what the database holds."""
        attempts, lost, wrong = compare(self.people, self.told)
        submitted = sum(person.is_done for person in self.people)
        acknowledged = sum(len(person.saved) for person in self.people)
        print(
            f"\nerrors {len(self.errors)}; attempts {attempts:,} of {len(self.people):,}; "
            f"answers acknowledged {acknowledged:,}, "
            f"lost {lost}; handed in {submitted:,}, marked wrongly {wrong}"
        )
        for error in sorted(set(self.errors))[:10]:
            print(f"  {self.errors.count(error)} x {error}")
        return int(bool(self.errors or lost or wrong or attempts != len(self.people)))


SHARES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))


def at(waits: Sequence[float], share: float) -> float:
    """Milliseconds within which this share of the answers came."""
    return 1000 * sorted(waits)[min(int(len(waits) * share), len(waits) - 1)]


def processes(word: str) -> list[int]:
    """Ids of the processes with this word in their command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if word.encode() in (process / "cmdline").read_bytes():
                found.append(int(process.name))
    return found


def processor(pids: Iterable[int], *, ended: bool = False) -> float:
    """Seconds of processor time of these processes; with `ended`, also of their children that are no more."""
    fields = slice(UTIME, UTIME + (4 if ended else 2))
    return sum(int(value) for pid in pids for value in stat(pid)[fields]) / TICK


def stat(pid: int) -> list[str]:
    """What the kernel says of a process after its name; nothing if it has ended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []


def database_server() -> int:
    """Id of the server's first process, whose children serve one connection each."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as database:
        return int(stat(database.info.backend_pid)[PARENT])


def children(parent: int) -> list[int]:
    everybody = [int(process.name) for process in Path("/proc").glob("[0-9]*")]
    return [pid for pid in everybody if stat(pid)[PARENT : PARENT + 1] == [str(parent)]]


def compare(people: Sequence[Person], told: dict[str, Any]) -> tuple[int, int, int]:
    """Attempts of these people; acknowledged answers that are not there; papers marked wrongly."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as database:
        rows = database.execute(
            "SELECT a.id, a.answers, a.sequence, a.score,"
            " (SELECT count(DISTINCT r.position) FROM quizzes_response r WHERE r.attempt_id = a.id)"
            " FROM quizzes_attempt a JOIN quizzes_quiz q ON q.id = a.quiz_id WHERE q.code = %s",
            [told["code"]],
        ).fetchall()
    kept = {f"/attempts/{row[0]}/": row[1:] for row in rows}
    lost = wrong = attempts = 0
    for person in people:
        if person.attempt not in kept:
            lost += len(person.saved)
            continue
        answers, sequence, score, responses = kept[person.attempt]
        attempts += 1
        expected = {version: told["answers"][version] for version in person.saved}
        lost += sum(answers.get(version) != answer for version, answer in expected.items())
        lost += max(person.sequence - sequence, 0)
        if person.is_done:
            wrong += score != len(expected) or responses != len(person.asked)
    return attempts, lost, wrong


if __name__ == "__main__":
    main()
