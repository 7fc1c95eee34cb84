"""What is asked for in each round, and what it cost. Between two pages the bare one is asked for again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from .browser import Answer, Browser, Cost

WARM_UP = 5
"""Rounds that are not counted: each worker's threads open their connections and read their templates."""
BARE, BARE_SIGNED_IN = "bare page", "bare page, signed in"
BARE_PATH = "/bare/page/"


@dataclass
class Measured:
    """One line of the table."""

    requests: int = 0
    costs: list[Cost] = field(default_factory=list)
    bytes_sent: int = 0
    """Of the last page of the chain, as sent."""
    first_visit: int = 0
    """The same, with stylesheets, scripts and pictures."""


class Rounds:
    def __init__(self, port: int, told: dict[str, Any]) -> None:
        self.port, self.told = port, told
        self.found: dict[str, Measured] = defaultdict(Measured)
        self.visitor = Browser(port)
        self.lead = Browser(port)
        self.sign_in(self.lead, told["lead"])

    def sign_in(self, browser: Browser, number: str) -> list[Answer]:
        """The whole chain: the form, the posted form, the page on which it lands."""
        form = browser.get("/accounts/login/")
        posted = browser.post("/accounts/login/", {"login": number, "password": self.told["password"]})
        return [form, posted, browser.get(posted.location)]

    def round(self, number: str) -> None:
        """All pages once, by a teacher who has not been here before."""
        module, lesson = (
            f"/learn/{self.told['module']}/",
            f"/learn/{self.told['module']}/{self.told['lesson']}/",
        )
        teacher = Browser(self.port)
        self.take("front page", self.visitor, lambda: [self.visitor.get("/")])
        self.take("login: form, post, home", teacher, lambda: self.sign_in(teacher, number))
        self.take("teacher's home", teacher, lambda: [teacher.get("/")])
        self.take("module", teacher, lambda: [teacher.get(module)])
        teacher.get(lesson)  # the first opening writes a bookmark; reading on is what a lesson mostly is
        self.take("lesson", teacher, lambda: [teacher.get(lesson)])
        self.take("self-check: post", teacher, lambda: [teacher.post(lesson, self.told["check"])])
        self.quiz(teacher)
        for people, cohort in zip((300, 3000), self.told["cohorts"], strict=True):
            school, export = f"/cohorts/{cohort}/", f"/cohorts/{cohort}/export/"
            self.take(f"school of {people:,}", self.lead, lambda path=school: [self.lead.get(path)])
            self.take(f"export of {people:,}", self.lead, lambda path=export: [self.lead.get(path)])
        self.take(BARE_SIGNED_IN, teacher, lambda: [teacher.get(BARE_PATH)])

    def quiz(self, teacher: Browser) -> None:
        """Start, save, hand in: the posts alone, and each with the page on which it lands."""
        start = f"/quizzes/{self.told['module']}/start/"
        started = self.take(
            "quiz: start, paper", teacher, lambda: self.follow(teacher, teacher.post(start, {}))
        )
        self.note("quiz: start, post", teacher, started[:1])
        attempt, lease = started[0].location, {"lease": self.lease(started[-1])}
        answers = self.answers(started[-1])
        one, answer = next(iter(answers.items()))
        version = one.partition(".")[0]
        message = {**lease, "sequence": "1", "changed": version, "seconds": f"{version}:12", one: answer}
        self.take("quiz: save, post", teacher, lambda: [teacher.post(f"{attempt}save/", message)])
        submission = {**lease, "anyway": "1", **answers}
        submitted = self.take(
            "quiz: submit, result", teacher, lambda: self.follow(teacher, teacher.post(attempt, submission))
        )
        self.note("quiz: submit, post", teacher, submitted[:1])

    def lease(self, paper: Answer) -> str:
        """What shows that the page is the one opened last."""
        return paper.body.decode().partition('name="lease" value="')[2].partition('"')[0]

    def answers(self, paper: Answer) -> dict[str, str | list[str]]:
        """The right answers to the questions on this paper."""
        page = paper.body.decode()
        return {name: right for name, right in self.told["paper"].items() if f'name="{name}"' in page}

    def follow(self, browser: Browser, posted: Answer) -> list[Answer]:
        return [posted, browser.get(posted.location)]

    def take(self, name: str, browser: Browser, ask: Callable[[], list[Answer]]) -> list[Answer]:
        bare = self.visitor.get(BARE_PATH)
        self.note(BARE, self.visitor, [bare])
        answers = ask()
        self.note(name, browser, answers)
        return answers

    def note(self, name: str, browser: Browser, answers: Iterable[Answer]) -> None:
        answers = list(answers)
        wrong = [answer.status for answer in answers if answer.status not in {200, 302}]
        if wrong or (answers[-1].status == 302 and "post" not in name):
            raise RuntimeError(f"{name}: {[answer.status for answer in answers]}")
        line = self.found[name]
        line.requests = len(answers)
        line.costs.append(sum((answer.cost for answer in answers), Cost()))
        if not line.first_visit:
            line.bytes_sent = answers[-1].bytes_sent
            line.first_visit = (
                browser.weight(answers[-1]) if answers[-1].body.startswith((b"<", b"\n")) else 0
            )


def measure(port: int, told: dict[str, Any], rounds: int) -> dict[str, Measured]:
    """Name of a page to what it cost in each of `rounds` rounds."""
    run = Rounds(port, told)
    walkers = iter(told["walkers"])
    for _ in range(WARM_UP):
        run.round(next(walkers))
    run.found.clear()
    for _ in range(rounds):
        run.round(next(walkers))
    return dict(run.found)
