"""What tables there are, in either engine."""

from __future__ import annotations

import re

from storage.engine import Connection, dialect

HELPING = ("_sqlite_migrations", "schema_state", "sqlite_sequence")
"""Tables of one engine's own beside the program's: which steps are done, which numbers given."""


def table_names(db: Connection) -> list[str]:
    """Return the names of the program's own tables in the database that ``db`` is open on."""
    if dialect(db) == "postgresql":
        rows = db.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = ? AND c.relkind = 'r' ORDER BY c.relname",
            (schema_of(db),),
        )
    else:
        rows = db.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table' ORDER BY name")
    return [str(row[0]) for row in rows if not str(row[0]).startswith("sqlite_")]


def columns(db: Connection, table: str) -> list[str]:
    """Return the names of a table's columns, in order."""
    if dialect(db) == "postgresql":
        rows = db.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = ?::regclass AND attnum > 0"
            " AND NOT attisdropped ORDER BY attnum",
            (_whole(db, table),),
        )
    else:
        rows = db.execute("SELECT name FROM pragma_table_info(?, 'main')", (table,))
    return [str(row[0]) for row in rows]


def key(db: Connection, table: str) -> list[str]:
    """Return the columns of a table's primary key, in its order."""
    if dialect(db) == "postgresql":
        rows = db.execute(
            "SELECT a.attname FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY"
            " AS k(number, place) JOIN pg_attribute a ON a.attrelid = i.indrelid"
            " AND a.attnum = k.number WHERE i.indrelid = ?::regclass AND i.indisprimary"
            " ORDER BY k.place",
            (_whole(db, table),),
        )
    else:
        rows = db.execute(
            "SELECT name FROM pragma_table_info(?, 'main') WHERE pk > 0 ORDER BY pk", (table,)
        )
    return [str(row[0]) for row in rows]


def references(db: Connection) -> list[tuple[str, str]]:
    """Return of each reference the table whose rows refer and the one they refer to."""
    if dialect(db) == "postgresql":
        rows = db.execute(
            "SELECT child.relname AS child, parent.relname AS parent FROM pg_constraint f"
            " JOIN pg_class child ON child.oid = f.conrelid"
            " JOIN pg_class parent ON parent.oid = f.confrelid"
            " JOIN pg_namespace n ON n.oid = f.connamespace"
            " WHERE f.contype = 'f' AND n.nspname = ?",
            (schema_of(db),),
        )
    else:
        rows = db.execute(
            'SELECT m.name AS child, f."table" AS parent FROM main.sqlite_master AS m,'
            " pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table'"
        )
    return [(str(row["child"]), str(row["parent"])) for row in rows]


def in_order(db: Connection) -> list[str]:
    """Return the program's tables but for :data:`HELPING`, each behind those that its rows refer
    to. Raises :class:`ValueError` where tables refer to each other."""
    left = [one for one in table_names(db) if one not in HELPING]
    needs: dict[str, set[str]] = {one: set() for one in left}
    for child, parent in references(db):
        if child in needs and child != parent:
            needs[child].add(parent)
    done: list[str] = []
    while left:
        ready = [one for one in left if needs[one] <= set(done)]
        if not ready:
            raise ValueError(f"tables that refer to each other: {left}")
        done += ready
        left = [one for one in left if one not in ready]
    return done


def referring(db: Connection, tables: set[str]) -> set[str]:
    """Return ``tables`` and those whose rows refer to rows of them."""
    return tables | {child for child, parent in references(db) if parent in tables}


def kinds(db: Connection, table: str) -> dict[str, str]:
    """Return PostgreSQL's type of each column; nothing for SQLite, where any value goes in any."""
    if dialect(db) != "postgresql":
        return {}
    rows = db.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
        " WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        (_whole(db, table),),
    )
    return {str(row[0]): str(row[1]) for row in rows}


def identities(db: Connection) -> list[tuple[str, str, str]]:
    """Return PostgreSQL's columns that number themselves: table, column, and their sequence."""
    rows = db.execute(
        "SELECT c.relname, a.attname, pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname),"
        " a.attname) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = ? AND c.relkind = 'r' AND a.attidentity <> '' ORDER BY c.relname",
        (schema_of(db),),
    )
    return [(str(row[0]), str(row[1]), str(row[2])) for row in rows]


def triggers(db: Connection, table: str) -> dict[str, str]:
    """Return the triggers that keep ``table`` from being changed, with what they say."""
    if dialect(db) == "postgresql":
        rows = db.execute(
            "SELECT t.tgname AS name, concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled,"
            " pg_get_functiondef(t.tgfoid)) AS sql FROM pg_trigger t"
            " WHERE t.tgrelid = ?::regclass AND NOT t.tgisinternal AND t.tgname NOT LIKE 'noted_%'"
            " ORDER BY t.tgname",
            (_whole(db, table),),
        )
        schema = schema_of(db)
        return {str(row["name"]): without_schema(str(row["sql"]), schema) for row in rows}
    rows = db.execute(
        "SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
        " ORDER BY name",
        (table,),
    )
    return {str(row["name"]): str(row["sql"]) for row in rows}


def schema_of(db: Connection) -> str:
    """Return the schema of PostgreSQL's that ``db`` is open on."""
    return str(getattr(db, "schema"))  # noqa: B009  # not of the protocol: SQLite has none


def without_schema(text: str, schema: str) -> str:
    """Return a definition of PostgreSQL's as it would be in any schema."""
    return re.sub(rf"['\"]?\b{re.escape(schema)}\b['\"]?", "main", " ".join(text.split()))


def _whole(db: Connection, table: str) -> str:
    return '"{}"."{}"'.format(schema_of(db).replace('"', '""'), table.replace('"', '""'))
