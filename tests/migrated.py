"""Migrating a database takes half a minute. On SQLite, what came of it is kept until a migration changes."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created


def kept_at() -> Path:
    """The file for the migrations as they are, our own and those of what is installed."""
    folders = [Path(app.path) / "migrations" for app in apps.get_app_configs()]
    told = [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.py"))]
    digest = hashlib.sha256(b"".join(told)).hexdigest()
    return settings.VAR_DIR / "pytest" / f"migrated-{digest[:16]}.sqlite3"


@contextmanager
def migrated_before() -> Iterator[None]:
    """A test database that is made meanwhile begins as the kept one, if there is one."""
    kept = kept_at()

    def fill(connection: Any, **_kwargs: Any) -> None:
        in_memory = connection.vendor == "sqlite" and connection.is_in_memory_db()
        if in_memory and kept.exists() and not _tables_in(connection.connection):
            with closing(sqlite3.connect(kept)) as source:
                source.backup(connection.connection)

    connection_created.connect(fill)
    yield
    connection_created.disconnect(fill)


def keep() -> None:
    """Keep the test database as it is, for the next run. Of two processes at once, the later one's stays."""
    kept = kept_at()
    if kept.exists():
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    for older in kept.parent.glob("migrated-*.sqlite3"):
        older.unlink(missing_ok=True)
    unfinished = kept.with_suffix(f".{os.getpid()}")
    connection.ensure_connection()
    with closing(sqlite3.connect(unfinished)) as target:
        connection.connection.backup(target)
    unfinished.rename(kept)


def _tables_in(database: sqlite3.Connection) -> int:
    return database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
