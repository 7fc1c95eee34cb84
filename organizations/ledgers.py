"""Tables whose rows are written once: the database itself refuses to change or delete one."""

from __future__ import annotations

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


def _run(statements: dict[str, list[str]], table: str, _apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in statements[editor.connection.vendor]:
        editor.execute(statement.format(table=table), params=None)
