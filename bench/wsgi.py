"""The site with a clock around it: each answer says what it cost, in a Server-Timing header.

Measured from the moment the web server hands the request over until the answer's headers are there, and with
them, as no page is streamed, all of its body: middleware, session, compression and signals are within.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

from training_site.wsgi import application as site


class Queries:
    """Counts the queries of one thread's connection."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable, *args: Any) -> Any:
        self.count += 1
        return execute(*args)


def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    queries = Queries()
    wall, processor = time.perf_counter(), time.thread_time()

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        spent, busy = time.perf_counter() - wall, time.thread_time() - processor
        timing = f"wall;dur={spent * 1000:.3f}, cpu;dur={busy * 1000:.3f}, db;dur={queries.count}"
        return start_response(status, [*headers, ("Server-Timing", timing)], *rest)

    with connection.execute_wrapper(queries):
        return site(environ, start)
