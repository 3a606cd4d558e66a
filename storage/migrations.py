"""Numbered migrations: a list of small functions, applied once each, in order.

The state is SQLite's own ``user_version``, written in the same transaction as the steps and the
only thing a start reads. All pending steps are applied or none, so that a database whose upgrade
fails still opens in the version that made it. sqlite-utils' ``Migrations`` runs the steps; its
table ``_sqlite_migrations`` records when each was applied. A step's name there is its number:
functions are renamed and moved, numbers are not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from drafting.errors import UserError
from storage.connection import transaction
from storage.engine import Connection, dialect
from storage.tables.toolbox import migrations, toolbox

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

    from storage.postgres.connection import PostgresConnection

Migration = Callable[[Connection], None]

SET = "drafting"
"""The name of the steps in the table of sqlite-utils; a database has one list of them."""


def migrate(db: Connection, steps: Sequence[Migration]) -> int:
    """Bring ``db`` to the newest schema and return its version.

    Raises :class:`UserError` if a newer version has already written the database.
    """
    if dialect(db) == "postgresql":
        from storage.postgres.laying import bring_up  # Only where it is used.

        return bring_up(cast("PostgresConnection", db), steps, lambda: in_memory(steps))
    version = _version(db)
    if version > len(steps):
        raise UserError("数据是由更新版本的程序写入的，请先升级程序，再打开这个数据目录。")
    if version < len(steps):
        _apply(db, steps)
    return len(steps)


def in_memory(steps: Sequence[Migration]) -> sqlite3.Connection:
    """Return a database in memory as ``steps`` make it."""
    made = sqlite3.connect(":memory:", isolation_level=None)
    made.row_factory = sqlite3.Row
    migrate(made, steps)
    return made


def _apply(db: Connection, steps: Sequence[Migration]) -> None:
    # Two processes may start at once: whoever comes second waits here and finds the steps done.
    with transaction(db):
        done = _version(db)
        if done >= len(steps):
            return
        tools = toolbox(db)
        known = migrations(
            SET, [(_name(number), _numbered(number, step)) for number, step in enumerate(steps, 1)]
        )
        _take_over(known, tools, done)
        known.apply(tools)


def _numbered(number: int, step: Migration) -> Callable[[Database], None]:
    def run(tools: Database) -> None:
        step(tools.conn)
        tools.conn.execute(f"PRAGMA user_version = {number:d}")

    return run


def _take_over(known: Migrations, tools: Database, done: int) -> None:
    """Note the steps done before there was the table, or by a program that did not know it."""
    known.ensure_migrations_table(tools)
    noted = {one.name for one in known.applied(tools)}
    tools.table(known.migrations_table).insert_all(
        {"migration_set": SET, "name": _name(number), "applied_at": ""}
        for number in range(1, done + 1)
        if _name(number) not in noted
    )


def _name(number: int) -> str:
    return f"{number:03d}"


def _version(db: Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
