"""What the tables of a schema are like, and where they are not as the migrations make them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

from storage.postgres.connection import PostgresConnection
from storage.postgres.expected import aside
from storage.postgres.laying import lay
from storage.tables import catalog

_COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) || ' ' ||
        a.attnotnull::text || ' ' || a.attidentity::text || ' ' ||
        coalesce(pg_get_expr(d.adbin, d.adrelid), '')
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE n.nspname = ? AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"""
_INDEXES = """
    SELECT t.relname, i.relname, pg_get_indexdef(x.indexrelid) || ' ' || x.indisvalid::text
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE n.nspname = ?"""
_CONSTRAINTS = """
    SELECT t.relname, o.conname, pg_get_constraintdef(o.oid) || ' ' || o.convalidated::text
    FROM pg_constraint o JOIN pg_class t ON t.oid = o.conrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE n.nspname = ? AND o.contype IN ('f', 'c', 'u', 'p')"""
_ASKED = (("列", _COLUMNS), ("索引", _INDEXES), ("约束", _CONSTRAINTS))
_TRIGGER = "触发器"

Described = dict[str, dict[tuple[str, str], str]]
"""Of each table what it has: what that is called and its name, and what it says."""


def described(db: PostgresConnection) -> Described:
    """Return what the tables of the schema have, as it would be in any schema."""
    found: Described = {table: {} for table in catalog.table_names(db)}
    for called, asked in _ASKED:
        for table, name, said in db.execute(asked, (db.schema,)):
            if table in found:
                found[table][called, name] = catalog.without_schema(str(said), db.schema)
    for table, has in found.items():
        for name, said in catalog.triggers(db, table).items():
            has[_TRIGGER, name] = said
    return found


def unlike(
    db: PostgresConnection, made: Callable[[], sqlite3.Connection], version: int
) -> list[str]:
    """Say in Chinese what the tables lack, or have otherwise, than the migrations make.

    ``made`` gives a database in memory on which these have run. Added tables, columns and indexes
    are left alone; an added trigger is told.
    """

    def make(other: PostgresConnection) -> None:
        with closing(made()) as memory:
            lay(other, memory, version)

    due, there = aside(db, make, described), described(db)
    return list(_compared(there, due))


def _compared(there: Described, due: Described) -> Iterator[str]:
    for table, wanted in due.items():
        if table not in there:
            yield f"缺少表 {table}"
            continue
        has = there[table]
        for called, name in sorted({*wanted} - {*has}):
            yield f"表 {table} 缺少{called} {name}"
        for called, name in sorted({*wanted} & {*has}):
            if has[called, name] != wanted[called, name]:
                yield f"表 {table} 的{called} {name} 被改动"
        for called, name in sorted({*has} - {*wanted}):
            if called == _TRIGGER:
                yield f"表 {table} 多出触发器 {name}"
