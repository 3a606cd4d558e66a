"""Makes the tables of a schema, and brings them up to date.

There is one list of migrations for both engines. A new schema is laid from what all steps together
make in SQLite, its definitions translated; from then on each further step runs here as it runs
there. A test holds that both ways lead to the same tables.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from drafting.errors import UserError
from storage.postgres.connection import PostgresConnection
from storage.postgres.dialect import SCHEMA
from storage.tables import catalog

if TYPE_CHECKING:
    from storage.engine import Connection

Step = Callable[["Connection"], None]
_NEWER = "数据是由更新版本的程序写入的，请先升级程序，再打开这个数据库。"
_HELPING = f"""
    CREATE TABLE {SCHEMA} (user_version BIGINT NOT NULL);
    CREATE VIEW pragma_user_version AS SELECT user_version FROM {SCHEMA};
    CREATE VIEW pragma_data_version AS
        SELECT hashtextextended(pg_current_snapshot()::text, 0) AS data_version;
    -- The highest number ever given, of tables that must not lack their end: SQLite's own table.
    CREATE TABLE sqlite_sequence (name TEXT PRIMARY KEY, seq BIGINT NOT NULL)"""


def bring_up(
    db: PostgresConnection, steps: Sequence[Step], memory: Callable[[], sqlite3.Connection]
) -> int:
    """Bring the schema of ``db`` to the newest version and return that.

    ``memory`` gives a database in memory on which the steps have run. Raises :class:`UserError`
    where a newer program has written it, or the database is not fit.
    """
    done = version(db)
    if done is not None and done > len(steps):
        raise UserError(_NEWER)
    # Also where all is laid: the tables may have come by pg_restore into another kind of database.
    check_fit(db)
    if done == len(steps):
        return done
    if done is None:
        db.run(f'CREATE SCHEMA IF NOT EXISTS "{db.schema}"')
    db.begin_writing()
    try:
        # Two processes may start at once: whoever comes second finds it done.
        done = version(db)
        if done is None:
            with closing(memory()) as made:
                lay(db, made, len(steps))
        else:
            for number in range(done, len(steps)):
                steps[number](db)
                db.run(f"UPDATE {SCHEMA} SET user_version = {number + 1}")
        db.run("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.run("ROLLBACK")
        raise
    return len(steps)


def version(db: PostgresConnection) -> int | None:
    """Return the version of the schema, ``None`` where nothing is laid."""
    found = db.run(f"SELECT to_regclass('\"{db.schema}\".{SCHEMA}') IS NOT NULL").fetchone()
    if not int(found[0]):
        return None
    return int(db.run(f"SELECT user_version FROM {SCHEMA}").fetchone()[0])


def check_fit(db: PostgresConnection) -> None:
    """Raise :class:`UserError` where the database orders or writes text otherwise than SQLite."""
    row = db.run(
        "SELECT pg_encoding_to_char(encoding), coalesce(to_jsonb(d)->>'daticulocale',"
        " to_jsonb(d)->>'datlocale', datcollate),"
        " current_setting('server_version_num')::int, datname"
        " FROM pg_database d WHERE datname = current_database()"
    ).fetchone()
    # In a database of SQL_ASCII no text is known to be one: bytes come.
    encoding, collation, name = (
        one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one)
        for one in (row[0], row[1], row[3])
    )
    number = int(row[2])
    if encoding != "UTF8":
        raise UserError(f"数据库“{name}”的编码是 {encoding}，须用 UTF8 建库。")
    if collation.lower().replace("-", "") not in ("c", "posix", "c.utf8"):
        raise UserError(
            f"数据库“{name}”的排序规则是 {collation}，须用 C 建库"
            "（CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'）。"
        )
    if number < 150000:
        raise UserError(f"数据库服务器的版本太低（{number // 10000}），须 PostgreSQL 15 或以上。")


def lay(db: PostgresConnection, made: sqlite3.Connection, number: int) -> None:
    """Make in the empty schema of ``db`` the tables that ``made`` has, with the rows in them."""
    db.run(_HELPING)
    db.run(f"INSERT INTO {SCHEMA} VALUES ({number})")
    tables = catalog.in_order(made)
    for name in tables:
        (sql,) = made.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        db.execute(sql)
    for kind in ("index", "trigger"):
        for sql, table in made.execute(
            "SELECT sql, tbl_name FROM sqlite_master WHERE type = ? AND sql IS NOT NULL", (kind,)
        ):
            if table not in catalog.HELPING:
                db.execute(sql)
    for name in tables:
        _copy_rows(made, db, name)
    if "log" in tables:
        db.run("INSERT INTO sqlite_sequence VALUES ('log', 0) ON CONFLICT DO NOTHING")


def _copy_rows(source: Connection, target: PostgresConnection, table: str) -> None:
    """Copy the rows of a table as they are: the few that the steps themselves put in."""
    rows = source.execute(f'SELECT * FROM "{table}"').fetchall()
    if rows:
        names = list(rows[0].keys())
        listed, marks = ", ".join(f'"{one}"' for one in names), ", ".join("?" * len(names))
        target.executemany(
            f'INSERT INTO "{table}" ({listed}) VALUES ({marks})',
            [tuple(row) for row in rows],
        )
