"""The engine itself on a real server: tables laid and brought up, rows, errors, locks, switches."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import postgres_server
import psycopg
import pytest

from casework.migrations import STEPS as CASEWORK
from corpus.store.migrations import STEPS as ARCHIVE
from drafting.errors import UserError
from storage import transaction
from storage.connection import order
from storage.log import audit
from storage.migrations import Migration, migrate
from storage.postgres.connection import PostgresConnection, close_pool
from storage.tables import catalog

FIRST_CASEWORK = 35
"""The schema of casework with which the first database in PostgreSQL was laid."""
Rows = list[tuple[object, ...]]


@pytest.fixture(scope="module")
def url(postgres: postgres_server.Server) -> Iterator[str]:
    found = postgres.fresh("engine")
    yield found
    close_pool(found)


@pytest.fixture
def db(url: str, request: pytest.FixtureRequest) -> Iterator[PostgresConnection]:
    """A connection to an empty schema of the test's own."""
    name = f"t{abs(hash(request.node.name)) % 10**9}"
    made = PostgresConnection(url, Path(f"{name}.db"))
    made.run(f"CREATE SCHEMA {name}")
    yield made
    made.close()


def described(db: PostgresConnection) -> dict[str, Rows]:
    """Return columns, indexes, rules and triggers of all tables."""
    asked = {
        "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default,"
        " is_identity FROM information_schema.columns WHERE table_schema = ? ORDER BY 1, 2",
        "indexes": "SELECT indexname, replace(indexdef, schemaname || '.', '') FROM pg_indexes"
        " WHERE schemaname = ? ORDER BY 1",
        "rules": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(c.oid)"
        " FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace"
        " WHERE n.nspname = ? ORDER BY 1, 2",
    }
    return {
        name: [tuple(row) for row in db.execute(sql, (db.schema,))] for name, sql in asked.items()
    } | {"triggers": [(one, *catalog.triggers(db, one)) for one in catalog.table_names(db)]}


@pytest.mark.parametrize(
    ("steps", "before"),
    [(CASEWORK, 1), (CASEWORK, len(CASEWORK) - FIRST_CASEWORK), (ARCHIVE, 1)],
    ids=["the last of casework", "all of casework", "the last of archive"],
)
def test_the_last_steps_lead_to_the_tables_that_are_laid_at_once(
    url: str, steps: tuple[Migration, ...], before: int
) -> None:
    found = []
    for name, first in (("at_once", len(steps)), (f"by_steps_{before}", len(steps) - before)):
        one = PostgresConnection(url, Path(f"{name}_{len(steps)}.db"))
        one.run(f'DROP SCHEMA IF EXISTS "{one.schema}" CASCADE')
        migrate(one, steps[:first])
        assert migrate(one, steps) == len(steps)
        found.append(described(one))
        one.close()
    assert found[0] == found[1]


def test_a_newer_schema_is_refused_and_nothing_is_touched(db: PostgresConnection) -> None:
    migrate(db, ARCHIVE)
    db.execute(f"PRAGMA user_version = {len(ARCHIVE) + 1}")
    before = described(db)
    with pytest.raises(UserError, match="由更新版本的程序写入"):
        migrate(db, ARCHIVE)
    assert described(db) == before


def test_rows_are_as_sqlite_gives_them(db: PostgresConnection) -> None:
    twin = sqlite3.connect(":memory:", isolation_level=None)
    twin.row_factory = sqlite3.Row
    given = [(1, "停车", b"\x00\xff", 1.5, True, None), (2, "", b"", 0.0, False, 2**62)]
    found = []
    for one in (twin, db):
        one.execute(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB, c REAL, d INTEGER, e INTEGER)"
        )
        done = one.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", given)
        rows = one.execute("SELECT * FROM t ORDER BY id").fetchall()
        total = one.execute("SELECT sum(d), count(*), sum(c), avg(d), max(e) FROM t").fetchone()
        truth = one.execute("SELECT id = 1 AS first, e IS NULL FROM t ORDER BY id").fetchall()
        found.append(
            (done.rowcount, [dict(row) for row in rows], tuple(total), [*map(tuple, truth)],
             [*map(type, total)], rows[0]["a"], rows[0][2], len(rows[0]), list(rows[0].keys()),
             one.execute("SELECT 1 FROM t WHERE id = 9").fetchone(), one.total_changes)
        )  # fmt: skip
    assert found[0] == found[1]


def test_a_row_has_no_column_that_is_not_there(db: PostgresConnection) -> None:
    with pytest.raises(IndexError):
        db.execute("SELECT 1 AS a").fetchone()["b"]


def test_a_broken_rule_is_the_error_that_sqlite_has(db: PostgresConnection) -> None:
    db.execute("CREATE TABLE t (a TEXT NOT NULL UNIQUE)")
    db.execute("INSERT INTO t VALUES ('甲')")
    for sql in ("INSERT INTO t VALUES ('甲')", "INSERT INTO t VALUES (NULL)"):
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(sql)
    with pytest.raises(sqlite3.OperationalError):
        db.execute("SELECT nothing FROM t")


def test_a_transaction_is_kept_whole_or_not_at_all(db: PostgresConnection) -> None:
    db.execute("CREATE TABLE t (a INTEGER)")
    with pytest.raises(ZeroDivisionError), transaction(db):
        db.execute("INSERT INTO t VALUES (1)")
        raise ZeroDivisionError
    with pytest.raises(sqlite3.DatabaseError), transaction(db):
        db.execute("INSERT INTO t VALUES (1)")
        db.execute("INSERT INTO t VALUES ('甲')")
    with transaction(db), transaction(db):
        db.execute("INSERT INTO t VALUES (2)")
    assert [row[0] for row in db.execute("SELECT a FROM t")] == [2]
    assert not db.in_transaction


def test_writers_over_the_same_come_one_after_another(db: PostgresConnection) -> None:
    """Over another thing they go on beside each other; what is ordered waits to the end."""
    other = PostgresConnection(db.url, db.path)
    came: list[str] = []

    def write(over: str, ordered: str) -> None:
        with transaction(other, over):
            if ordered:
                order(other, ordered)
            came.append(over or "all")

    try:
        for over, ordered, waits in [
            ("matter 1", "", True), ("matter 2", "", False), ("matter 2", "log", True),
            ("", "", True),
        ]:  # fmt: skip
            came.clear()
            beside = threading.Thread(target=write, args=(over, ordered))
            with transaction(db, "matter 1"):
                order(db, "log")
                beside.start()
                beside.join(0.3 if waits else 30)
                assert came == ([] if waits else [over or "all"])
            beside.join(30)
            assert came == [over or "all"]
    finally:
        other.close()


def test_a_narrow_transaction_takes_no_wider_one_in(db: PostgresConnection) -> None:
    with (
        pytest.raises(RuntimeError, match="over everything"),
        transaction(db, "matter 1"),
        transaction(db),
    ):
        pass
    assert not db.in_transaction


def test_reading_is_of_one_moment_and_writes_nothing(db: PostgresConnection) -> None:
    db.execute("CREATE TABLE t (a INTEGER)")
    other = PostgresConnection(db.url, db.path)
    db.execute("BEGIN")
    before = db.execute("SELECT count(*) FROM t").fetchone()[0]
    other.execute("INSERT INTO t VALUES (1)")
    assert db.execute("SELECT count(*) FROM t").fetchone()[0] == before
    with pytest.raises(sqlite3.OperationalError):
        db.execute("INSERT INTO t VALUES (1)")
    db.execute("ROLLBACK")
    other.close()


def end_sessions(url: str) -> None:
    """End all sessions but this one, as a switch to a standby does."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_where_the_server_was_gone_reading_and_new_writes_go_on(db: PostgresConnection) -> None:
    db.execute("CREATE TABLE t (a INTEGER)")
    end_sessions(db.url)
    assert db.execute("SELECT count(*) FROM t").fetchone()[0] == 0
    end_sessions(db.url)
    with transaction(db):
        db.execute("INSERT INTO t VALUES (1)")
    assert db.execute("SELECT count(*) FROM t").fetchone()[0] == 1


def test_a_write_under_way_is_never_sent_twice(db: PostgresConnection) -> None:
    db.execute("CREATE TABLE t (a INTEGER)")
    with pytest.raises(sqlite3.OperationalError), transaction(db):
        db.execute("INSERT INTO t VALUES (1)")
        end_sessions(db.url)
        db.execute("INSERT INTO t VALUES (2)")
    assert db.execute("SELECT count(*) FROM t").fetchone()[0] == 0


def test_what_a_session_has_of_its_own_is_there_again(db: PostgresConnection) -> None:
    db.execute("CREATE TABLE t (a INTEGER)")
    made: list[int] = []

    def prepare(one: object) -> None:
        made.append(1)
        assert isinstance(one, PostgresConnection)
        one.execute("CREATE TEMP VIEW seen AS SELECT * FROM main.t")

    own = PostgresConnection(db.url, db.path, prepare)
    end_sessions(db.url)
    assert own.execute("SELECT count(*) FROM seen").fetchone()[0] == 0
    assert len(made) == 2
    own.close()


def test_nothing_of_a_session_is_left_to_the_next(db: PostgresConnection) -> None:
    for _ in range(3):
        one = PostgresConnection(db.url, db.path)
        one.execute("CREATE TEMP TABLE left_over (a INTEGER)")
        one.close()


def test_a_session_is_given_on_many_times(url: str, db: PostgresConnection) -> None:
    """Its prepared statements, which psycopg keeps by name, are there whenever they are asked."""
    for _ in range(30):
        one = PostgresConnection(url, Path(f"{db.schema}.db"))
        for number in range(7):
            assert one.execute("SELECT ? + 1", (number,)).fetchone()[0] == number + 1
        one.close()


def test_the_logs_rules_hold_here_too(db: PostgresConnection) -> None:
    audit.install(db)
    db.run("CREATE TABLE sqlite_sequence (name TEXT PRIMARY KEY, seq BIGINT)")
    db.run("INSERT INTO sqlite_sequence VALUES ('log', 0)")
    for words in ("甲", "乙", "丙"):
        audit.write(db, "测试", who="甲", where="测试", what=words)
    assert audit.verify(db).faults == ()
    for sql in (
        "UPDATE log SET who = '乙'",
        "DELETE FROM log",
        "INSERT INTO log SELECT * FROM log",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(sql)
    with pytest.raises(sqlite3.IntegrityError):
        db.run("TRUNCATE log")
    db.run("ALTER TABLE log DISABLE TRIGGER USER")
    db.run("UPDATE log SET what = '丁' WHERE id = 2")
    db.run("DELETE FROM log WHERE id = 3")
    faults = "；".join(audit.verify(db).faults)
    assert "触发器 log_unchanged 被改动" in faults
    assert "第 2 条被改动" in faults
    assert "第 3—3 条缺失" in faults
    db.run("DROP TRIGGER log_undeleted ON log")
    assert "缺少触发器 log_undeleted" in "；".join(audit.verify(db).faults)


@pytest.mark.parametrize(
    ("making", "said"),
    [
        ("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'", "编码是 SQL_ASCII"),
        ("ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'zh' LC_COLLATE 'C' LC_CTYPE 'C'", "zh"),
    ],
)
def test_a_database_that_orders_otherwise_is_refused(
    postgres: postgres_server.Server, making: str, said: str
) -> None:
    postgres.run("DROP DATABASE IF EXISTS odd WITH (FORCE)")
    postgres.run(f"CREATE DATABASE odd TEMPLATE template0 {making}")
    one = PostgresConnection(postgres.url("odd"), Path("archive.db"))
    with pytest.raises(UserError, match=said):
        migrate(one, ARCHIVE)
    one.close()
    close_pool(one.url)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql:///nowhere?host={}&user=postgres", "没有这个数据库或者账号"),
        ("postgresql://a@127.0.0.1:1/a", "连不上数据库"),
    ],
)
def test_where_it_is_not_reached_the_reason_is_said(
    postgres: postgres_server.Server, address: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.postgres.connection._GIVEN_SECONDS", 0.5)
    url = address.format(postgres.folder)
    with pytest.raises(UserError, match=said):
        PostgresConnection(url, Path("archive.db"))
    close_pool(url)


def test_a_database_that_only_reads_says_so(db: PostgresConnection) -> None:
    db.execute("CREATE TABLE t (a INTEGER)")
    db.run("SET default_transaction_read_only = on")
    with pytest.raises(sqlite3.OperationalError) as told, transaction(db):
        db.execute("INSERT INTO t VALUES (1)")
    from storage import reason

    assert reason(told.value) == "数据库现在只读（可能正在切换主备），请稍后再试"
