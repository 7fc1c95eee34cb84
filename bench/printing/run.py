"""Print the same certificates in several ways, two processes each, and print the table. No Django in here."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from urllib.parse import urlsplit

from ..run import django, own_database

WAYS = {
    "ours": 1, "ours, signed": 1, "finished": 1, "typst": 2, "reportlab": 4, "fpdf2": 4,
    "WeasyPrint, fonts and styles kept": 10, "WeasyPrint, everything anew": 10,
}  # fmt: skip
"""And by how much fewer are made the slow ways."""

HEAD = f"{'way':36}{'a second':>10}{'cpu ms':>9}{'kB':>7}{'MB at 200':>11}{'MB at end':>11}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="certificates of each process, the fast ways")
    parser.add_argument("--only", nargs="*", help="only these ways")
    parser.add_argument("--batch", type=int, help="instead: a whole batch of so many, by workers of Celery")
    parser.add_argument("--draw-up", type=int, help="instead: how long a batch of so many is drawn up")
    told = parser.parse_args()
    name = f"bench_{secrets.token_hex(4)}"
    with own_database(name), tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "training_site.settings",
            "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl(),
            "VAR_DIR": folder,
            "SITE_URL": "https://training.example.org",
            "DEBUG": "0",
            "RUN_JOBS": "celery",
        }
        django("migrate", "--noinput", "-v", "0")
        if told.draw_up:
            subprocess.run([sys.executable, "-m", "bench.printing.preparing", str(told.draw_up)], check=True)  # noqa: S603
            return
        if told.batch:
            print(HEAD, flush=True)
            subprocess.run([sys.executable, "-m", "bench.printing.batch", str(told.batch)], check=True)  # noqa: S603
            return
        subprocess.run([sys.executable, "-m", "bench.printing.plant", str(2 * told.count)], check=True)  # noqa: S603
        print(HEAD)
        for way, fewer in WAYS.items():
            if not told.only or way in told.only:
                print(_line(way, max(told.count // fewer, 10)), flush=True)


def _line(way: str, count: int) -> str:
    workers = [
        subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "bench.printing.work", way, str(first), str(count)], stdout=subprocess.PIPE
        )
        for first in (0, count)
    ]
    said = [json.loads(worker.communicate()[0]) for worker in workers]
    seconds = max(one["ended"] for one in said) - min(one["began"] for one in said)
    means = {name: sum(one[name] for one in said) / 2 for name in said[0]}
    return (
        f"{way:36}{2 * count / seconds:10.1f}{means['cpu']:9.2f}{means['size']:7.0f}"
        f"{means['memory']:11.0f}{means['memory_end']:11.0f}"
    )


if __name__ == "__main__":
    main()
