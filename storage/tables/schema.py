"""Compares a database's tables with those that its migrations make.

SQLite's own check finds torn pages, but not a trigger that somebody dropped so that a line of the
log could be changed, or a column lost in a repair by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, cast

from storage.engine import Connection, dialect
from storage.migrations import Migration, in_memory
from storage.tables.toolbox import toolbox

if TYPE_CHECKING:
    from sqlite_utils.db import Table

    from storage.postgres.connection import PostgresConnection


def differences(db: Connection, steps: Sequence[Migration]) -> list[str]:
    """Say in Chinese what the tables of ``db`` lack, or have otherwise, than ``steps`` make.

    Tables and indexes that somebody added are left alone; an added trigger is told.
    """
    if dialect(db) == "postgresql":
        from storage.postgres.described import unlike  # Only where it is used.

        return unlike(cast("PostgresConnection", db), lambda: in_memory(steps), len(steps))
    with closing(in_memory(steps)) as fresh:
        there = {table.name: table for table in toolbox(db).tables}
        found: list[str] = []
        for table in toolbox(fresh).tables:
            if table.name not in there:
                found.append(f"缺少表 {table.name}")
            else:
                found.extend(_compared(there[table.name], table))
        return found


def _compared(table: Table, wanted: Table) -> Iterable[str]:
    for called, ask in _ASKED:
        there, due = ask(table), ask(wanted)
        for name in sorted({*due} - {*there}):
            yield f"表 {table.name} 缺少{called} {name}"
        for name in sorted({*due} & {*there}):
            if there[name] != due[name]:
                yield f"表 {table.name} 的{called} {name} 被改动"
    for name in sorted({*_triggers(table)} - {*_triggers(wanted)}):
        yield f"表 {table.name} 多出触发器 {name}"


def _columns(table: Table) -> dict[str, object]:
    return {
        one.name: (one.type, one.notnull, one.default_value, one.is_pk) for one in table.columns
    }


def _indexes(table: Table) -> dict[str, object]:
    return {one.name: (one.columns, one.unique, one.partial) for one in table.indexes}


def _triggers(table: Table) -> dict[str, object]:
    return {one.name: one.sql for one in table.triggers}


def _references(table: Table) -> dict[str, object]:
    return {"、".join(one.columns): one for one in table.foreign_keys}


_ASKED: tuple[tuple[str, Callable[[Table], dict[str, object]]], ...] = (
    ("列", _columns),
    ("索引", _indexes),
    ("触发器", _triggers),
    ("外键", _references),
)
