"""A job that leaves traces, so that a test can kill its worker in the middle."""

import time
from pathlib import Path

from organizations.jobs.registry import job


@job("tests.slow")
def slow(*, path: str, seconds: float) -> None:
    """Append a line at the beginning and one at the end of a rest of so many seconds."""
    with Path(path).open("a") as file:
        print("begun", file=file, flush=True)
        time.sleep(seconds)
        print("ended", file=file, flush=True)
