"""People who take a quiz, each on a phone of their own: what they send, and what they were promised."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from .lines import Lines, Reply

ASKED = re.compile(rb'<(?:input|select|textarea)\b[^>]* name="(\d+)')
LEASE = re.compile(rb'name="lease" value="([^"]+)"')

chance = random.Random(2026)  # noqa: S311  the same arrivals in every run


@dataclass
class Person:
    session: str
    attempt: str = ""
    """Its address."""
    lease: str = ""
    asked: list[str] = field(default_factory=list)
    """Ids of the versions on the paper."""
    sequence: int = 0
    """Of the last message that was acknowledged."""
    saved: list[str] = field(default_factory=list)
    """Versions whose answers were acknowledged."""
    is_done: bool = False


@dataclass
class Log:
    """What came back: seconds waited by kind of request, and what went wrong."""

    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)


class Quiz:
    """A quiz as phones take it. `told` is what bench/crowd.py said."""

    def __init__(self, lines: Lines, told: dict[str, Any]) -> None:
        self.lines = lines
        self.code: str = told["code"]
        self.fields: dict[str, list] = told["fields"]
        self.log = Log()

    async def start(self, person: Person, at: float) -> None:
        """The button, which was meant to be pressed `at` this moment, and the paper."""
        posted = await self.ask("start: post", person, "POST", f"/quizzes/{self.code}/start/", [], at=at)
        if not posted.location.startswith("/attempts/"):
            self.log.errors.append(f"start leads to {posted.location}")
            return
        paper = await self.ask("start: paper", person, "GET", posted.location)
        self.log.waits["start: both"].append(time.perf_counter() - at)
        lease = LEASE.search(paper.body)
        if lease is None:
            self.log.errors.append("a paper without a lease")
            return
        person.attempt, person.lease = posted.location, lease[1].decode()
        person.asked = list(dict.fromkeys(name.decode() for name in ASKED.findall(paper.body)))

    async def save(self, person: Person, at: float) -> None:
        """The answer to the next question, or to the first ones again."""
        version = person.asked[person.sequence % len(person.asked)]
        message = [
            ("lease", person.lease),
            ("sequence", str(person.sequence + 1)),
            ("changed", version),
            ("seconds", f"{version}:{chance.randrange(5, 90)}"),
            *self.form([version]),
        ]
        reply = await self.ask("save", person, "POST", f"{person.attempt}save/", message, at=at)
        if reply.status == 200:
            person.sequence += 1
            person.saved.append(version)

    async def submit(self, person: Person, at: float) -> None:
        """The whole form with what was answered so far, then the result."""
        form = [("lease", person.lease), ("anyway", "1"), *self.form(dict.fromkeys(person.saved))]
        posted = await self.ask("submit: post", person, "POST", person.attempt, form, at=at)
        result = await self.ask("submit: result", person, "GET", posted.location or person.attempt)
        person.is_done = posted.status == 302 and result.status == 200

    def form(self, versions: Iterable[str]) -> list[tuple[str, str]]:
        """The fields of right answers."""
        return [
            (name, value)
            for version in versions
            for name, values in self.fields[version]
            for value in ([values] if isinstance(values, str) else values)
        ]

    async def ask(self, kind: str, person: Person, *request: Any, at: float | None = None) -> Reply:
        """Ask, and note how long it took from the moment it was meant to be asked."""
        since = at if at is not None else time.perf_counter()
        try:
            reply = await self.lines.ask(*request[:2], person.session, *request[2:])
        except (OSError, EOFError, TimeoutError) as error:
            self.log.errors.append(f"{kind}: {error!r}")
            return Reply(0, "", b"")
        self.log.waits[kind].append(time.perf_counter() - since)
        if reply.status not in {200, 302}:
            self.log.errors.append(f"{kind}: {reply.status}")
        return reply


Step = Callable[[Person, float], Awaitable[None]]


async def spread(people: Iterable[Person], step: Step, *, within: float) -> None:
    """Let all take a step, at moments spread evenly by chance, however slow the answers are."""
    begin = time.perf_counter()
    await asyncio.gather(*(later(step, person, begin + chance.uniform(0, within)) for person in people))


async def again_and_again(people: Iterable[Person], step: Step, *, every: float, seconds: float) -> None:
    """Let each repeat a step at a pace of their own; one that waits for an answer is late for the next."""
    begin = time.perf_counter()

    async def one(person: Person) -> None:
        at = begin + chance.uniform(0, every)
        while at < begin + seconds:
            await later(step, person, at)
            at = max(at + every, time.perf_counter())

    await asyncio.gather(*(one(person) for person in people))


async def later(step: Step, person: Person, at: float) -> None:
    await asyncio.sleep(max(at - time.perf_counter(), 0))
    await step(person, at)


async def whole(quiz: Quiz, people: Iterable[Person], *, at_once: int, seconds: float) -> float:
    """Whole attempts a minute: so many people at once, each followed by the next."""
    waiting, begin, done = iter(people), time.perf_counter(), 0

    async def one_after_the_other() -> None:
        nonlocal done
        for person in waiting:
            await take(quiz, person)
            if time.perf_counter() > begin + seconds:
                return
            done += person.is_done

    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    return done * 60 / seconds


async def take(quiz: Quiz, person: Person) -> None:
    """Start, an answer to each question, hand in, look at the result."""
    await quiz.start(person, time.perf_counter())
    for _ in person.asked:
        await quiz.save(person, time.perf_counter())
    if person.asked:
        await quiz.submit(person, time.perf_counter())
