"""Real workers in processes of their own, which tests kill without warning."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import redis
from celery import Celery
from django.db import connection

from organizations.jobs import wake

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 180
"""How long a test waits for another process, on a machine that may be busy."""


def wait_for(condition: Callable[[], bool], worker: subprocess.Popen | None = None) -> None:
    """Wait until `condition` holds; fail at once if the worker that should bring it about has ended."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert worker is None or worker.poll() is None, f"the worker ended with {worker.returncode}"
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


def kill(worker: subprocess.Popen) -> None:
    """Kill -9 a worker and all its children: nothing of it can say goodbye."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


class Site:
    """The site of `tests.jobs_site`, run by commands in processes of their own."""

    def __init__(self, folder: Path, **environment: str):
        self.folder = folder
        self.trace = folder / "trace"
        kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
        self.environment = {
            **kept,
            "DJANGO_SETTINGS_MODULE": "tests.jobs_site.settings",
            "PYTHONPATH": str(ROOT),
            "VAR_DIR": str(folder),
            "JOB_LEASE_SECONDS": "2",
            **environment,
        }
        self.workers: list[subprocess.Popen] = []

    def start(self, *command: str) -> subprocess.Popen:
        """Start a Python module with arguments, as the leader of a process group."""
        with (self.trace.parent / "log").open("a") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.workers.append(worker)
        return worker

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, timeout=PATIENCE_SECONDS)

    def lines(self) -> list[str]:
        """What the slow job has written so far."""
        return self.trace.read_text().splitlines() if self.trace.exists() else []


@pytest.fixture
def use_broker(settings, monkeypatch) -> Callable[[str], None]:
    """Have this process call its workers over the broker at an address."""

    def use(url: str) -> None:
        settings.RUN_JOBS = "celery"
        app = Celery("tests", set_as_current=False)
        app.config_from_object("django.conf:settings", namespace="CELERY")
        app.conf.broker_url = url
        monkeypatch.setattr(wake, "current_app", app)

    return use


@pytest.fixture
def make_site(tmp_path) -> Iterator[Callable[..., Site]]:
    sites: list[Site] = []

    def make(**environment: str) -> Site:
        sites.append(Site(tmp_path, **environment))
        return sites[-1]

    yield make
    for site in sites:
        for worker in site.workers:
            if worker.poll() is None:
                kill(worker)


@pytest.fixture
def broker_url(worker_id, use_broker) -> str:
    """The broker, in a numbered database for each test process: no other may get our messages."""
    number = 1 if worker_id == "master" else 2 + int(worker_id.removeprefix("gw")) % 14
    url = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}").geturl()
    redis.Redis.from_url(url).flushdb()
    use_broker(url)
    return url


@pytest.fixture
def make_celery_site(make_site, broker_url) -> Callable[..., Site]:
    """Make a site on this test's database whose jobs go over the broker, with more environment if given."""

    def make(**environment: str) -> Site:
        database = connection.settings_dict
        user = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
        return make_site(
            DATABASE_URL=f"postgres://{user}@{database['HOST']}:{database['PORT']}/{database['NAME']}",
            REDIS_URL=broker_url,
            RUN_JOBS="celery",
            **environment,
        )

    return make
