"""Schemas that are filled aside and put in place at one moment, as a restore does with files."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from drafting.errors import UserError
from storage.connection import transaction
from storage.postgres.connection import PostgresConnection, application
from storage.postgres.laying import check_fit, lay

_PREFIX = "moving_"
_ENDS_SECONDS = 5.0
"""Until the server has seen that a process is gone which was killed."""


def called(url: str) -> str:
    """Return what people call the database at ``url``: never its password."""
    said = conninfo_to_dict(url)
    host, port = said.get("host") or "本机", said.get("port") or "5432"
    return f"PostgreSQL {host}:{port}/{said.get('dbname') or said.get('user') or ''}"


def staged(url: str, name: str) -> PostgresConnection:
    """Open the schema aside for database ``name``; raises :class:`UserError`."""
    return PostgresConnection(url, Path(_PREFIX + name))


def place_of(url: str, name: str) -> PostgresConnection:
    """Open the schema of database ``name``; raises :class:`UserError`."""
    return PostgresConnection(url, Path(name))


def schemas(db: PostgresConnection) -> set[str]:
    """Return the names of the schemas that there are."""
    return {str(row[0]) for row in db.execute("SELECT nspname FROM pg_namespace")}


def check_usable(db: PostgresConnection) -> None:
    """Raise :class:`UserError` where nothing can be written, or not as SQLite has it."""
    check_fit(db)
    row = db.run(
        "SELECT current_setting('transaction_read_only') = 'on', pg_is_in_recovery(),"
        " has_database_privilege(current_database(), 'CREATE')"
    ).fetchone()
    if row[0] or row[1]:
        why = "连到的是备用节点" if row[1] else "设成了只读"
        raise UserError(f"这个数据库只能读（{why}），请换成可写的主节点。")
    if not row[2]:
        raise UserError("数据库账号没有权限在这个数据库里建模式（CREATE），请管理员授权。")


def check_alone(db: PostgresConnection) -> None:
    """Raise :class:`UserError` while another process of this program uses the database."""
    until = time.monotonic() + _ENDS_SECONDS
    while others := _others(db):
        if time.monotonic() > until:
            raise UserError(
                f"还有 {others} 个服务或命令在用这个数据库（也可能在别的服务器上），"
                "请都停下，再试一次。"
            )
        time.sleep(0.1)


def _others(db: PostgresConnection) -> int:
    row = db.execute(
        "SELECT count(DISTINCT application_name) FROM pg_stat_activity WHERE"
        " datname = current_database() AND application_name LIKE 'drafting %' AND"
        " application_name <> ?",
        (application(),),
    ).fetchone()
    return int(row[0])


def prepare(
    db: PostgresConnection,
    made: Callable[[], sqlite3.Connection],
    version: int,
    also: Callable[[PostgresConnection], None],
) -> None:
    """Make the tables of the schema aside anew, without rows, and do ``also`` with them."""
    with transaction(db):
        db.run(f'DROP SCHEMA IF EXISTS "{db.schema}" CASCADE; CREATE SCHEMA "{db.schema}"')
        with closing(made()) as memory:
            lay(db, memory, version)
        also(db)


def put_in_place(
    db: PostgresConnection,
    names: Collection[str],
    kept: str,
    finish: Callable[[PostgresConnection], None],
) -> list[str]:
    """Give the schemas aside their places, all at one moment; return what the former are called.

    What stood there before is kept under ``kept`` and its name; without ``kept`` nothing may.
    """
    put_aside = []
    with transaction(db):
        there = schemas(db)
        for name in names:
            own = Path(name).stem
            if own in there:
                if not kept:
                    raise UserError(f"目标数据库里这时已有模式 {own}，没有放进去。")
                db.run(f'ALTER SCHEMA "{own}" RENAME TO "{kept}_{own}"')
                put_aside.append(f"{kept}_{own}")
            db.run(f'ALTER SCHEMA "{_PREFIX}{own}" RENAME TO "{own}"')
            _point_functions(db, own)
        finish(db)
    # Until the server has looked at the tables by itself, minutes later, it would plan blindly.
    db.run("ANALYZE")
    return put_aside


def _point_functions(db: PostgresConnection, schema: str) -> None:
    """Have the triggers' functions look where their tables are now."""
    rows = db.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n"
        " ON n.oid = p.pronamespace WHERE n.nspname = ? AND"
        " array_to_string(p.proconfig, ' ') LIKE '%search_path%'",
        (schema,),
    )
    for row in rows.fetchall():
        db.run(f'ALTER FUNCTION {row[0]} SET search_path = "{schema}"')


@contextmanager
def one_moment(url: str, names: Sequence[str]) -> Iterator[Mapping[str, PostgresConnection]]:
    """Give a connection for reading to each database, all of one and the same moment."""
    opened: dict[str, PostgresConnection] = {}
    try:
        snapshot = ""
        for name in names:
            db = opened[name] = place_of(url, name)
            # It waits while another is read, however long that takes, and keeps nobody waiting.
            db.run(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                " SET LOCAL idle_in_transaction_session_timeout = 0"
            )
            if snapshot:
                db.run(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
            else:
                snapshot = str(db.run("SELECT pg_export_snapshot()").fetchone()[0])
        yield opened
    finally:
        for db in opened.values():
            with closing(db), suppress(sqlite3.DatabaseError):
                db.run("ROLLBACK")


def size(url: str, names: Collection[str]) -> int:
    """Return how many bytes the databases take in the server."""
    with closing(PostgresConnection(url, Path(next(iter(names))))) as db:
        marks = ", ".join("?" * len(names))
        row = db.execute(
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c"
            f" JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ({marks})"
            " AND c.relkind = 'r'",
            [Path(name).stem for name in names],
        ).fetchone()
    return int(row[0])
