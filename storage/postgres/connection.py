"""A connection to PostgreSQL that the program uses as it does SQLite's.

Statements are translated (:mod:`.dialect`), rows and errors have SQLite's shapes. A schema of the
database stands for a database file. Where the server is gone when something is read, or when a
transaction is to begin, it is looked for anew for :data:`LOOKED_FOR_SECONDS`: behind a switch to a
standby the next request goes on. A write that was under way is never sent a second time.
"""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool, PoolTimeout

from drafting.errors import UserError
from storage.engine import Connection, Parameters
from storage.postgres import rows
from storage.postgres.dialect import NOTHING, prepared
from storage.postgres.errors import GONE, ConnectionLost, known, reason_of
from storage.postgres.triggers import is_trigger, trigger

LOOKED_FOR_SECONDS = 5.0
MOST_CONNECTIONS = 40
"""Of one process; a thread of the service holds two, and a third for as long as it changes the
archive."""
_LOCK_MS = 10_000
_IDLE_MS = 60_000
"""A process that stands still, or a machine that is gone, with a transaction under way would keep
everybody from writing."""
_GIVEN_SECONDS = 20.0
_AGAIN_SECONDS = 0.25
_LEAVE_NOTHING = (
    "CLOSE ALL; UNLISTEN *; RESET ALL; DISCARD TEMP; DISCARD SEQUENCES;"
    " SELECT pg_advisory_unlock_all()"
)
"""DISCARD ALL but for prepared statements: psycopg keeps their names and does not see each end."""
_READING = ("SELECT", "BEGIN", "WITH", "SHOW")
_WRITING = ("INSERT", "UPDATE", "DELETE")
_SETTINGS: dict[str, Any] = {
    "connect_timeout": 5,
    "client_encoding": "UTF8",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}

_pools: dict[tuple[int, str], ConnectionPool[Any]] = {}
_making = threading.Lock()
_refused: dict[str, psycopg.Error] = {}
"""Why the server last let nobody in, by its address: the pool tries on and tells nobody."""


class _Session(psycopg.Connection[Any]):
    """A connection of the pool's."""

    @classmethod
    def connect(cls, conninfo: str = "", **kwargs: Any) -> Self:
        try:
            made = super().connect(conninfo, **kwargs)
        except psycopg.Error as error:
            _refused[conninfo] = error
            raise
        _refused.pop(conninfo, None)
        return made


class PostgresCursor:
    """What a statement found or did, as ``sqlite3.Cursor`` tells it."""

    def __init__(self, cursor: psycopg.Cursor[Any] | None) -> None:
        """Wrap psycopg's; ``None`` of a statement that there is nothing to send of."""
        self._cursor = cursor
        self._found = cursor if cursor is not None and cursor.description is not None else None

    @property
    def rowcount(self) -> int:
        """How many rows were touched."""
        return self._cursor.rowcount if self._cursor is not None else -1

    def fetchone(self) -> Any:
        """Return the next row, ``None`` behind the last."""
        return self._found.fetchone() if self._found is not None else None

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        return self._found.fetchall() if self._found is not None else []

    def __iter__(self) -> Iterator[Any]:
        """Yield the rows that are left."""
        return iter(self._found) if self._found is not None else iter(())


class PostgresConnection:
    """A :class:`storage.engine.Connection`; not to be shared between threads at one time.

    ``prepare`` is run on each new session: what the connection is to have of its own.
    """

    def __init__(
        self,
        url: str,
        path: Path,
        prepare: Callable[[Connection], None] | None = None,
    ) -> None:
        """Open it; raises :class:`UserError` where the database cannot be reached or used."""
        self.url, self.path, self.schema = url, path, path.stem
        self.total_changes = 0
        self._over = ""
        self._prepare = prepare
        self._session: psycopg.Connection[Any] | None = None
        self._lender: ConnectionPool[Any] | None = None
        self._open()

    # ------------------------------------------------------------------ sessions

    def _open(self) -> None:
        pool = _pool(self.url)
        try:
            session = pool.getconn(timeout=_GIVEN_SECONDS)
        except PoolTimeout as error:
            raise UserError(_unreachable(self.url, pool)) from error
        self._session, self._lender = session, pool
        try:
            session.execute(f'SET search_path = "{self.schema}"')
            if self._prepare is not None:
                self._prepare(self)
        except BaseException:
            self.close()
            raise

    @property
    def session(self) -> psycopg.Connection[Any]:
        """psycopg's connection, for what only PostgreSQL has."""
        if self._session is None:
            raise known(psycopg.OperationalError("the connection is closed"))
        return self._session

    def close(self) -> None:
        """Give the session back; what a transaction under way has written is given up."""
        session, self._session = self._session, None
        if session is None:
            return
        if self._lender is None or self._lender.closed:
            session.close()
        else:
            self._lender.putconn(session)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is under way, or has failed and is not yet rolled back; none is
        where the session is gone and no other was given."""
        if self._session is None:
            return False
        status = self._session.info.transaction_status
        return status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN)

    @property
    def has_failed(self) -> bool:
        """Whether a statement of the transaction under way has failed: it takes no other."""
        return self.session.info.transaction_status == TransactionStatus.INERROR

    # ------------------------------------------------------------------ statements

    def execute(self, sql: str, parameters: Parameters = (), /) -> PostgresCursor:
        """Run one statement; raises the errors of ``sqlite3``."""
        if is_trigger(sql):
            return self.run(trigger(sql, self.schema))
        said, values = prepared(sql, self.schema, parameters)
        if said == NOTHING:
            return PostgresCursor(None)
        return self._again(said, lambda: self._send(said, values))

    def executemany(self, sql: str, parameters: Iterable[Parameters], /) -> PostgresCursor:
        """Run one statement for each of ``parameters``."""
        cursor = self.session.cursor()
        rows = [prepared(sql, self.schema, one) for one in parameters]
        try:
            # What is asked of NULL may differ from row to row, and the statement with it.
            for said, group in groupby(rows, key=itemgetter(0)):
                cursor.executemany(said, [values for _, values in group])
                self.total_changes += max(0, cursor.rowcount)
        except psycopg.Error as error:
            raise known(error) from error
        return PostgresCursor(cursor)

    def stream(self, sql: str, parameters: Parameters = (), /) -> Iterator[Any]:
        """Yield what a query finds row by row; nothing else is sent until the last is taken."""
        said, values = prepared(sql, self.schema, parameters)
        try:
            yield from self.session.cursor(binary=True).stream(said, values)
        except psycopg.Error as error:
            raise known(error) from error

    def run(self, sql: str) -> PostgresCursor:
        """Run PostgreSQL's own SQL as it stands, several statements if need be."""
        try:
            return PostgresCursor(self.session.execute(sql))
        except psycopg.Error as error:
            raise known(error) from error

    def begin_writing(self, over: str = "") -> None:
        """Begin a transaction that writes, after those that write the same.

        Without ``over`` it is alone in its schema, as SQLite's writers are; with it, only beside
        those over the same and those without.
        """
        whole = lock_number(self.schema, "")
        if over:
            own = lock_number(self.schema, over)
            taken = f"pg_advisory_xact_lock_shared({whole}), pg_advisory_xact_lock({own})"
        else:
            taken = f"pg_advisory_xact_lock({whole})"
        began = f"BEGIN; SELECT {taken}"
        try:
            self._again("BEGIN", lambda: self.run(began))
            self._over = over
        except BaseException:
            if self._session is not None and self.in_transaction:
                self.run("ROLLBACK")
            raise

    def join_writing(self, over: str) -> None:
        """Join the transaction under way; RuntimeError where that holds less than is needed."""
        if self._over and not over:
            raise RuntimeError(f"a transaction over everything within one over {self._over}")

    def order(self, what: str) -> None:
        """Wait, within a transaction, for all others that came to ``what`` before, until their end.

        What is given out one after another (the chain of the log, a series of numbers) is ordered
        by it, whatever else the transactions write.
        """
        self.run(f"SELECT pg_advisory_xact_lock({lock_number(self.schema, what)})")

    def _send(self, said: str, parameters: Parameters) -> PostgresCursor:
        cursor = self.session.cursor(binary=True)
        cursor.execute(said, parameters)
        if said.startswith(_WRITING):
            self.total_changes += max(0, cursor.rowcount)
        return PostgresCursor(cursor)

    def _again(self, said: str, send: Callable[[], PostgresCursor]) -> PostgresCursor:
        """Send a statement; where the server is gone and that loses nothing, look for it anew."""
        alone = not self.in_transaction and said.startswith(_READING)
        until = time.monotonic() + LOOKED_FOR_SECONDS
        while True:
            try:
                return send()
            except (psycopg.Error, ConnectionLost) as error:
                told = known(error) if isinstance(error, psycopg.Error) else error
                lost = isinstance(told, ConnectionLost)
                if not (lost and alone) or time.monotonic() > until:
                    raise told from error
            time.sleep(_AGAIN_SECONDS)
            self.close()
            self._open()


@lru_cache(maxsize=4096)
def lock_number(schema: str, what: str) -> int:
    """Return the number of the advisory lock over ``what`` in ``schema``: 64 bits with a sign."""
    digest = hashlib.sha256(f"drafting {schema} {what}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


# ------------------------------------------------------------------ the pool of a process


def application() -> str:
    """Return what the server calls this process: the machine's name is in it, and a number."""
    return f"drafting {socket.gethostname()[:40]}:{os.getpid()}"


def _pool(url: str) -> ConnectionPool[Any]:
    key = (os.getpid(), url)
    with _making:
        found = _pools.get(key)
        if found is None:
            found = _pools[key] = ConnectionPool(
                url,
                connection_class=_Session,
                min_size=0,
                max_size=MOST_CONNECTIONS,
                max_idle=300,
                num_workers=2,
                reconnect_timeout=LOOKED_FOR_SECONDS,
                kwargs={
                    "autocommit": True,
                    "row_factory": rows.RowMaker,
                    "application_name": application(),
                    **_SETTINGS,
                },
                configure=_configure,
                # A session that ended as it waited here is noticed before it is given.
                check=ConnectionPool.check_connection,
                reset=_reset,
                open=True,
            )
    return found


def close_pool(url: str) -> None:
    """Close what this process keeps open to ``url``."""
    with _making:
        found = _pools.pop((os.getpid(), url), None)
    if found is not None:
        found.close()


def _configure(session: psycopg.Connection[Any]) -> None:
    rows.register(session.adapters)
    session.execute(
        f"SET lock_timeout = {_LOCK_MS}; SET idle_in_transaction_session_timeout = {_IDLE_MS};"
        " SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10;"
        " SET tcp_keepalives_count = 3; SET client_min_messages = warning"
    )


def _reset(session: psycopg.Connection[Any]) -> None:
    """Leave nothing of one user's session to the next: temporary views, settings, locks."""
    session.execute(_LEAVE_NOTHING, prepare=False)
    _configure(session)


def _unreachable(url: str, pool: ConnectionPool[Any]) -> str:
    """Say why no session could be had: what the server said last, or that all are in use."""
    refused = _refused.get(url)
    if refused is not None:
        return f"数据库打不开：{reason_of(refused)}。"
    count = pool.get_stats().get("pool_size", 0)
    if count >= pool.max_size:
        return f"数据库打不开：本程序的 {count} 个连接都在用，请稍后再试。"
    return f"数据库打不开：{GONE}。"
