"""Notes what work changes, row by row: PostgreSQL's side of :mod:`storage.tables.changes`.

SQLite has triggers of one connection; here each table that is watched has one for all, which does
nothing but where its own session asks for it. It is made when a table is watched first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from storage.tables import catalog

if TYPE_CHECKING:
    from storage.postgres.connection import PostgresConnection

_ASKED = "drafting.noting"
_FUNCTION = """
    CREATE OR REPLACE FUNCTION noted_change() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
        INSERT INTO pg_temp.noted (name, event, before, after) VALUES (TG_TABLE_NAME, TG_OP,
            CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END,
            CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END);
        RETURN NULL;
    END $body$"""
_TABLE = """
    CREATE TEMP TABLE noted (id BIGINT GENERATED ALWAYS AS IDENTITY, name TEXT NOT NULL,
        event TEXT NOT NULL, before JSONB, after JSONB)"""


def begin(db: PostgresConnection, tables: Iterable[str]) -> None:
    """Have changes of ``tables`` noted from now on."""
    for name in tables:
        if f"noted_{name}" not in _watched(db, name):
            db.run(_FUNCTION)
            db.run(
                f'CREATE TRIGGER "noted_{name}" AFTER INSERT OR UPDATE OR DELETE ON "{name}"'
                f" FOR EACH ROW WHEN (current_setting('{_ASKED}', true) = 'on')"
                " EXECUTE FUNCTION noted_change()"
            )
    db.run(_TABLE)
    db.run(f"SELECT set_config('{_ASKED}', 'on', false)")


def noted(
    db: PostgresConnection,
) -> Iterator[tuple[str, dict[str, Any] | None, dict[str, Any] | None]]:
    """Yield what was noted so far, in order: the table, the row before and after."""
    kinds: dict[str, dict[str, str]] = {}
    for row in db.run("SELECT name, before::text, after::text FROM pg_temp.noted ORDER BY id"):
        table = str(row["name"])
        if table not in kinds:
            kinds[table] = catalog.kinds(db, table)
        yield table, _row(row["before"], kinds[table]), _row(row["after"], kinds[table])


def end(db: PostgresConnection) -> None:
    """Note nothing any more, and forget what was noted."""
    db.run(f"SELECT set_config('{_ASKED}', 'off', false)")
    db.run("DROP TABLE IF EXISTS pg_temp.noted")


def _watched(db: PostgresConnection, table: str) -> set[str]:
    rows = db.execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = ?::regclass AND NOT tgisinternal",
        (f'"{db.schema}"."{table}"',),
    )
    return {str(row[0]) for row in rows}


def _row(said: str | None, kinds: dict[str, str]) -> dict[str, Any] | None:
    if said is None:
        return None
    found: dict[str, Any] = json.loads(said)
    return {
        name: _bytes(found[name]) if kind == "bytea" else found[name]
        for name, kind in kinds.items()
    }


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text.removeprefix("\\x"))
