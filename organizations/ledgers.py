"""Tables whose rows the database itself protects: written once, or changed only in certain ways."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.operations.base import Operation

REFUSAL = "{table} is append-only: add a row that corrects the other"

SEAL = {
    "sqlite": [
        f"""CREATE TRIGGER IF NOT EXISTS "{{table}}_append_only_{event}" BEFORE {event} ON "{{table}}"
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"""
        for event in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        f"""CREATE OR REPLACE FUNCTION "{{table}}_append_only"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
        END $$""",
        """CREATE OR REPLACE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}"
        FOR EACH ROW EXECUTE FUNCTION "{table}_append_only"()""",
    ],
}

UNSEAL = {
    "sqlite": [f'DROP TRIGGER IF EXISTS "{{table}}_append_only_{event}"' for event in ("UPDATE", "DELETE")],
    "postgresql": ['DROP FUNCTION IF EXISTS "{table}_append_only"() CASCADE'],
}


def append_only(table: str) -> list[Operation]:
    """Migration operations after which changing or deleting a row of `table` raises IntegrityError.

    A later migration that alters `table` needs them again at its end: on SQLite, Django then builds
    the table anew, and the triggers go with the old one. Sealing twice is harmless.
    """
    return [RunPython(partial(_run, SEAL, table), partial(_run, UNSEAL, table))]


@dataclass(frozen=True)
class Guard:
    """A change of a row that the database refuses. In SQL that SQLite and PostgreSQL understand alike."""

    name: str
    event: str
    """UPDATE or DELETE."""
    condition: str
    """When to refuse, over OLD and NEW; without subqueries, which PostgreSQL does not take here."""
    refusal: str


GUARD = {
    "sqlite": [
        """CREATE TRIGGER IF NOT EXISTS "{table}_guard_{guard.name}" BEFORE {guard.event} ON "{table}"
        WHEN {guard.condition} BEGIN SELECT RAISE(ABORT, '{guard.refusal}'); END""",
    ],
    "postgresql": [
        """CREATE OR REPLACE FUNCTION "{table}_guard_{guard.name}"() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{guard.refusal}' USING ERRCODE = 'integrity_constraint_violation';
        END $$""",
        """CREATE OR REPLACE TRIGGER "{table}_guard_{guard.name}" BEFORE {guard.event} ON "{table}"
        FOR EACH ROW WHEN ({guard.condition}) EXECUTE FUNCTION "{table}_guard_{guard.name}"()""",
    ],
}

UNGUARD = {
    "sqlite": ['DROP TRIGGER IF EXISTS "{table}_guard_{guard.name}"'],
    "postgresql": ['DROP FUNCTION IF EXISTS "{table}_guard_{guard.name}"() CASCADE'],
}


def guarded(table: str, guards: list[Guard]) -> list[Operation]:
    """Migration operations after which `table` refuses what `guards` name, with IntegrityError.

    As with `append_only`, a later migration that alters `table` needs them again at its end.
    """
    return [
        RunPython(partial(_run, GUARD, table, guard=guard), partial(_run, UNGUARD, table, guard=guard))
        for guard in guards
    ]


def frozen(*columns: str) -> str:
    """The condition that any of these columns changes."""
    return "(" + " OR ".join(f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in columns) + ")"


def _run(
    statements: dict[str, list[str]],
    table: str,
    _apps: Apps,
    editor: BaseDatabaseSchemaEditor,
    guard: Guard | None = None,
) -> None:
    for statement in statements[editor.connection.vendor]:
        editor.execute(statement.format(table=table, guard=guard), params=None)
