"""SQLite connections, opened one way everywhere.

WAL lets readers work while one writes; ``synchronous=FULL`` keeps what was acknowledged through a
power cut; foreign keys are off by default in SQLite and must be asked for on each connection.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from drafting.errors import UserError
from storage import database
from storage.engine import Connection
from storage.log import chain

if TYPE_CHECKING:
    from storage.postgres.connection import PostgresConnection

BUSY_TIMEOUT_MS = 10_000
_LOOK_SECONDS = 0.003
_CACHE_KIB = 512
"""Of pages, for each connection: each thread has up to four. The system's own cache, which all
processes share, has the file once."""


def connect(path: Path, prepare: Callable[[Connection], None] | None = None) -> Connection:
    """Open the database at ``path`` (made if absent), in autocommit mode with named rows.

    Where the data folder's tables are in PostgreSQL, it is the schema of the file's name there.
    ``prepare`` is run on it at once, and again whenever the server had to be looked for anew.

    Raises :class:`UserError` where the file cannot be opened or is not a database.
    """
    if url := database.url_of(path.parent):
        return _elsewhere(url, path, prepare)
    db = connect_file(path)
    if prepare is not None:
        prepare(db)
    return db


def connect_file(path: Path) -> sqlite3.Connection:
    """Open the file at ``path`` (made if absent), whatever the data folder is configured for.

    Raises :class:`UserError` where it cannot be opened or is not a database.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        db.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        _use_wal(db)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        db.create_function(chain.FUNCTION, -1, chain.link, deterministic=True)
    except sqlite3.DatabaseError as error:
        raise UserError(f"数据库“{path.name}”打不开：{reason(error)}。") from error
    return db


def read_file(path: Path) -> sqlite3.Connection:
    """Open the file at ``path`` for reading only. Raises the errors of ``sqlite3``."""
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    db.row_factory = sqlite3.Row
    return db


def connect_reading(path: Path) -> Connection:
    """Open the database at ``path`` for reading only, in whichever engine it is.

    Raises the errors of ``sqlite3``, and :class:`UserError` where the server is not reached.
    """
    if not (url := database.url_of(path.parent)):
        return read_file(path)
    db = _elsewhere(url, path, None)
    cast("PostgresConnection", db).run("SET default_transaction_read_only = on")
    return db


def _elsewhere(url: str, path: Path, prepare: Callable[[Connection], None] | None) -> Connection:
    try:
        from storage.postgres.connection import PostgresConnection  # Only where it is used.
    except ImportError as error:
        raise UserError(
            "配置了 database.url，但没有安装 PostgreSQL 的驱动（psycopg），请用完整的安装包安装。"
        ) from error
    return PostgresConnection(url, path, prepare)


def place_of(db: Connection) -> Path:
    """Return the path of the database that ``db`` was opened by."""
    if not isinstance(db, sqlite3.Connection):
        return cast("PostgresConnection", db).path
    listed = db.execute("PRAGMA database_list").fetchall()
    return Path(next(row[2] for row in listed if row[1] == "main"))


def is_there(path: Path) -> bool:
    """Return whether there is a database at ``path`` yet: neither is made by asking."""
    if not (url := database.url_of(path.parent)):
        return path.exists()
    with closing(_elsewhere(url, path, None)) as db:
        found = db.execute(
            "SELECT count(*) FROM pg_namespace WHERE nspname = ?", (path.stem,)
        ).fetchone()
    return bool(found[0])


def order(db: Connection, what: str) -> None:
    """Wait, within a transaction, until all that came to ``what`` before have ended.

    SQLite has one writer at a time: there this is so already.
    """
    if not isinstance(db, sqlite3.Connection):
        cast("PostgresConnection", db).order(what)


def stream(db: Connection, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Any]:
    """Yield the rows that a query finds one by one: never all of them are held.

    Nothing else may be asked of ``db`` before the last is taken.
    """
    if isinstance(db, sqlite3.Connection):
        return iter(db.execute(sql, parameters))
    return cast("PostgresConnection", db).stream(sql, parameters)


def is_full(error: BaseException) -> bool:
    """Tell whether the disk had no room for what was written, or did not take it."""
    if getattr(error, "is_full", False):
        return True
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def is_busy(error: BaseException | None) -> bool:
    """Tell whether others kept the database for too long: nothing was written, and the same may
    well be done a moment later."""
    if isinstance(error, sqlite3.Error) and getattr(error, "is_busy", False):
        return True
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def connect_passing(file: str) -> Connection:
    """Open a database that need not outlive the service: nothing in it waits for the disk.

    Raises :class:`sqlite3.OperationalError` where the file cannot be opened.
    """
    db = sqlite3.connect(file, timeout=5, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA journal_mode = MEMORY")
    return db


def reason(error: sqlite3.DatabaseError) -> str:
    """Say in Chinese what keeps a database from being opened, read or written."""
    if said := getattr(error, "reason", ""):
        return str(said)
    # The extended codes (IOERR_WRITE, IOERR_SHMSIZE, …) carry the primary one in their low byte.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if is_full(error):
        return "磁盘已满，或者磁盘有故障"
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return "文件已损坏，请用 drafting restore 恢复最近的备份"
    if is_busy(error):
        return "另一个程序长时间占用着它，请稍后再试"
    return "当前用户无权读写，或者磁盘已满"


def _use_wal(db: Connection) -> None:
    """Turn a new database to WAL. Two first openings at once: SQLite does not wait here itself."""
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _begin(db: Connection) -> None:
    """Take the write lock as soon as it is free.

    SQLite itself looks again after ever longer times, up to a tenth of a second: beside somebody
    who writes a thing after another, such as a batch of two hundred matters, one that wants to
    write once found the lock taken each time.
    """
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    db.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                db.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() > until:
                    raise
                time.sleep(_LOOK_SECONDS)
            else:
                return
    finally:
        db.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


@contextmanager
def transaction(db: Connection, over: str = "") -> Iterator[Connection]:
    """Run a block as one write: all of it or nothing. Nested blocks join the outer one.

    ``over`` names the one thing that is read and written (``matter 12``): in PostgreSQL others
    write beside it then; without, and in SQLite always, one writes at a time.

    ``BEGIN IMMEDIATE`` takes the write lock at once; a plain BEGIN that upgrades later may fail
    with SQLITE_BUSY in the middle, past the busy time-out.
    """
    if db.in_transaction:
        if not isinstance(db, sqlite3.Connection):
            cast("PostgresConnection", db).join_writing(over)
        yield db
        return
    if isinstance(db, sqlite3.Connection):
        _begin(db)
    else:
        cast("PostgresConnection", db).begin_writing(over)
    try:
        yield db
        db.execute("COMMIT")
    except BaseException:
        # On a full disk SQLite has rolled back by itself: a second time would be an error of its
        # own, in the place of the one that tells the cause.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
