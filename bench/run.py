"""Make a site for the occasion, measure it, print the table, and leave nothing behind. No Django in here."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import psycopg
import redis

from .rounds import measure
from .table import print_table

ROOT = Path(__file__).parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=25, help="how often each page is asked for (at most 50)"
    )
    rounds = parser.parse_args().rounds
    with site("plant_bench") as (port, told):
        print_table(measure(port, told, rounds))
        print(django("measure_desk"), end="")


@contextlib.contextmanager
def site(*plant: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The site on its port, planted by this command, and what the command said. Gone afterwards."""
    name = f"bench_{secrets.token_hex(4)}"
    with own_database(name), own_corner_of_redis(name), tempfile.TemporaryDirectory() as folder:
        port = free_port()
        os.environ |= {
            "BENCH_NAME": name,
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl(),
            "VAR_DIR": folder,
            "SITE_URL": f"http://127.0.0.1:{port}",
            "DEBUG": "0",
        }
        django("migrate", "--noinput", "-v", "0")
        django("collectstatic", "--noinput", "-v", "0")
        told = json.loads(django(*plant))
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
            database.execute("ANALYZE")  # as the server does by itself within a minute
        with served(port):
            yield port, told


def django(*arguments: str) -> str:
    command = [sys.executable, "-m", "django", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def own_database(name: str) -> Iterator[None]:
    """A database of its own beside the one that DATABASE_URL names."""
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    try:
        yield
    finally:
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def own_corner_of_redis(name: str) -> Iterator[None]:
    """Sweep out, afterwards, the keys that bench/settings.py marks with `name`."""
    try:
        yield
    finally:
        with redis.Redis.from_url(os.environ["REDIS_URL"]) as server:
            for key in server.scan_iter(f"*{name}*"):
                server.delete(key)


@contextlib.contextmanager
def served(port: int) -> Iterator[None]:
    """The site behind gunicorn, as Dockerfile and docs/operating.md start it."""
    command = [
        *(sys.executable, "-m", "gunicorn", "bench.wsgi", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
        *("--no-control-socket", "--log-level", "warning"),
    ]
    server = subprocess.Popen(command, cwd=ROOT)  # noqa: S603
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), urlopen(address, timeout=5) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise TimeoutError(f"{address} does not answer")


if __name__ == "__main__":
    main()
