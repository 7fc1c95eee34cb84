"""Web workers killed while people answer: what was acknowledged is there. Real gunicorn and PostgreSQL."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from assessments.quizzes import actions
from assessments.quizzes.models import Attempt, Quiz
from assessments.quizzes.names import cover
from tests.factories import UserFactory, plant_module
from tests.organizations.jobs.conftest import PATIENCE_SECONDS, Site, kill, wait_for

pytestmark = [
    pytest.mark.production,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: DATABASE_URL is not set"),
]

PEOPLE, QUESTIONS, KILLS = 5, 30, 6
LETTERS = "abc"
TOKEN = "t" * 32
"""Any 32 letters will do, if cookie and form say the same."""
BROKEN = (OSError, http.client.HTTPException)

chance = random.Random(2026)  # noqa: S311


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes


@dataclass
class Phone:
    """Somebody who answers each question once, and sends again what was not acknowledged."""

    port: int
    session: str
    attempt: Attempt
    kept: dict[str, list[str]] = field(default_factory=dict)
    """Version's id to the answer that was acknowledged."""
    replies: list[int] = field(default_factory=list)
    """The numbers that came back, in their order."""
    is_done: bool = False
    broken: int = 0
    line: http.client.HTTPConnection | None = None

    def answer_all(self) -> None:
        for number, (version, _order) in enumerate(self.attempt.paper, start=1):
            name, letter = str(version), LETTERS[number % 3]
            message = {"sequence": number, "changed": name, name: cover(name, letter)}
            reply = self.post(f"/attempts/{self.attempt.pk}/save/", message)
            assert reply.status == 200, reply.status
            self.replies.append(json.loads(reply.body)["sequence"])
            self.kept[name] = [letter]

    def hand_in(self) -> None:
        form = {name: cover(name, letter) for name, [letter] in self.kept.items()}
        assert self.post(f"/attempts/{self.attempt.pk}/", form).status == 302
        self.is_done = True

    def post(self, path: str, fields: dict) -> Reply:
        """The answer to a form, which is sent until one comes."""
        body = urlencode({"csrfmiddlewaretoken": TOKEN, "lease": self.attempt.lease, **fields})
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                return self._ask(path, body)
            except BROKEN:
                self.broken += 1
                self.close()
                time.sleep(0.05)
        raise TimeoutError(path)

    def close(self) -> None:
        if self.line:
            self.line.close()
            self.line = None

    def _ask(self, path: str, body: str) -> Reply:
        self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={self.session}; csrftoken={TOKEN}",
        }
        self.line.request("POST", path, body, headers)
        response = self.line.getresponse()
        return Reply(response.status, response.read())


@dataclass(frozen=True)
class Server:
    """gunicorn on a port with two workers, as in production: one that dies is followed by another."""

    port: int
    pid: int

    def kill_a_worker(self) -> bool:
        """Kill -9 one of them, if one is there at this moment."""
        workers = self.workers()
        if workers:
            os.kill(chance.choice(workers), signal.SIGKILL)
        return bool(workers)

    def workers(self) -> list[int]:
        """Ids of the processes whose parent is ours."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
                if int(parent) == self.pid:
                    found.append(int(process.name))
        return found


@pytest.fixture
def serve(tmp_path):
    """Starts a WSGI application of the site on the test's database."""
    sites: list[Site] = []

    def serve(application: str) -> Server:
        database, port = connection.settings_dict, free_port()
        user = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
        site = Site(
            tmp_path,
            DATABASE_URL=f"postgres://{user}@{database['HOST']}:{database['PORT']}/{database['NAME']}",
            SECRET_KEY=settings.SECRET_KEY,
            SITE_URL=f"http://127.0.0.1:{port}",
            RUN_JOBS="off",
        )
        sites.append(site)
        web = site.start(
            *("gunicorn", application, "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"),
            # Loaded before it forks, so that a new worker is there at once and many can be killed.
            *("--workers", "2", "--threads", "4", "--preload", "--no-control-socket"),
        )
        wait_for(lambda: answers(port), web)
        return Server(port, web.pid)

    yield serve
    for site in sites:
        for worker in site.workers:
            if worker.poll() is None:
                kill(worker)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except BROKEN:
        return False
    finally:
        line.close()


@pytest.fixture
def quiz(db) -> Quiz:
    return plant_module("M02", questions=QUESTIONS).quiz


def phones(quiz: Quiz, port: int) -> list[Phone]:
    """Each with an open paper."""
    found = []
    for _ in range(PEOPLE):
        person, client = UserFactory(), Client()
        client.force_login(person)
        attempt = actions.open_paper(attempt=actions.start(quiz=quiz, by=person), by=person)
        found.append(Phone(port, client.cookies["sessionid"].value, attempt))
    return found


def while_workers_die(
    server: Server,
    people: list[Phone],
    step: Callable[[Phone], None],
    got: Callable[[Phone], int],
    moments: list[int],
) -> None:
    """Let all take a step, and kill a worker each time that they have got so far together."""
    before = dict.fromkeys((phone.attempt.pk for phone in people), 0)
    with ThreadPoolExecutor(PEOPLE) as threads:
        taking = [threads.submit(step, phone) for phone in people]
        for moment in moments:
            while sum(map(got, people)) < moment and not all(one.done() for one in taking):
                time.sleep(0.002)
            while not server.kill_a_worker():
                time.sleep(0.01)
            now = dict(Attempt.objects.values_list("pk", "sequence"))
            assert all(now[pk] >= number for pk, number in before.items())
            before = now
        for one in taking:
            one.result()
    for phone in people:
        phone.close()


def answered(quiz: Quiz, server: Server) -> list[Phone]:
    """People who have answered everything while workers died at moments left to chance."""
    people = phones(quiz, server.port)
    moments = sorted(chance.sample(range(PEOPLE * QUESTIONS), KILLS))
    while_workers_die(server, people, Phone.answer_all, lambda phone: len(phone.kept), moments)
    return people


def lost(people: list[Phone]) -> int:
    """How many answers that were acknowledged are not there."""
    kept = dict(Attempt.objects.values_list("pk", "answers"))
    return sum(
        kept[phone.attempt.pk].get(name) != answer for phone in people for name, answer in phone.kept.items()
    )


def test_nothing_acknowledged_is_lost_when_workers_are_killed(quiz, serve):
    server = serve("training_site.wsgi")

    people = answered(quiz, server)
    assert lost(people) == 0
    assert [phone.replies for phone in people] == [list(range(1, QUESTIONS + 1))] * PEOPLE

    while_workers_die(server, people, Phone.hand_in, lambda phone: phone.is_done, [0, 1, PEOPLE // 2])
    assert sum(phone.broken for phone in people) > 0
    for attempt in Attempt.objects.all():
        right = sum(answer == ["a"] for answer in attempt.answers.values())
        assert (attempt.sequence, attempt.score, attempt.is_open) == (QUESTIONS, right, False)
        responses = attempt.responses.order_by("position").values_list("position", "is_answered")
        assert list(responses) == [(place, True) for place in range(1, QUESTIONS + 1)]


def test_a_site_that_acknowledges_too_early_is_found_out(quiz, serve):
    people = answered(quiz, serve("tests.jobs_site.hasty"))

    assert lost(people) > 0
