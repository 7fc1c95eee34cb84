"""A web process with its job thread, killed in mid-job: nothing is lost. SQLite, no broker."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

from django.utils import timezone

from .conftest import kill, wait_for

GUNICORN = (
    "gunicorn",
    "training_site.wsgi",
    "--bind",
    "127.0.0.1:0",
    "--worker-class",
    "gthread",
    "--no-control-socket",
)


def job_of(database) -> tuple[str, int]:
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        return connection.execute("SELECT status, tries FROM jobs_job").fetchone()


def write_job(database, trace, seconds: float) -> None:
    """What `enqueue` writes, from outside the web process, so that only its row can tell of the job."""
    now = timezone.now().replace(tzinfo=None).isoformat(" ")
    row = (
        "tests.slow",
        "slow:1",
        json.dumps({"path": str(trace), "seconds": seconds}),
        "waiting",
        0,
        now,
        "",
        now,
    )
    with closing(sqlite3.connect(database, timeout=20)) as connection, connection:
        connection.execute(
            "INSERT INTO jobs_job (name, key, arguments, status, tries, run_at, error, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )


def test_a_job_whose_web_process_is_killed_is_done_by_the_next(make_site, tmp_path):
    database = tmp_path / "db.sqlite3"
    site = make_site(DATABASE_URL=f"sqlite:///{database}", RUN_JOBS="thread")
    site.manage("migrate", "jobs", "--verbosity", "0")
    write_job(database, site.trace, seconds=1.5)

    web = site.start(*GUNICORN)
    wait_for(lambda: site.lines() == ["begun"], web)
    kill(web)

    assert job_of(database) == ("running", 1)
    web = site.start(*GUNICORN)
    wait_for(lambda: job_of(database)[0] == "done", web)
    assert job_of(database) == ("done", 2)
    assert site.lines() == ["begun", "begun", "ended"]
