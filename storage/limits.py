"""Limits on how often an expensive page may be requested per minute.

They are counted in a small database of their own, which the processes of a service share, and which
goes with the service: a restart forgets the counts, which does no harm, since wrong passwords are
counted with the accounts (:mod:`casework.people.attempts`).
"""

from __future__ import annotations

import ipaddress
import os
import sqlite3
import threading
import time
from collections.abc import Callable

from storage.connection import connect_passing
from storage.engine import Connection

WINDOW_SECONDS = 60.0
_MOST_ROWS = 100_000


def visitor(where: str) -> str:
    """Return as whose an address counts: of IPv6 the first half, for one visitor has the whole of
    the other and could come from another address each time (RFC 6177)."""
    try:
        found = ipaddress.ip_address(where)
    except ValueError:
        return where
    if found.version == 4:
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped or ipaddress.ip_network((int(found), 64), strict=False))


class Limits:
    """When each subject asked for each page within the last minute."""

    def __init__(
        self,
        ticks: Callable[[], float] = time.monotonic,
        window: float = WINDOW_SECONDS,
        file: str = ":memory:",
    ) -> None:
        """``window`` is for how many seconds a request counts, ``file`` where several processes
        count together; ``ticks`` must be the same for all of them, as the machine's monotonic clock
        is."""
        self._ticks, self._window, self._file = ticks, window, file
        self._lock = threading.Lock()
        self._opened: tuple[int, Connection] | None = None

    def wait(self, page: str, subject: str, most: int) -> int:
        """Count a request; return for how many seconds it is too early, 0 where it may be."""
        with self._lock:
            try:
                return self._count(page, subject, most)
            except sqlite3.OperationalError:
                # Where nothing can be counted (a full disk), work goes on.
                return 0

    def _count(self, page: str, subject: str, most: int) -> int:
        now, db = self._ticks(), self._db()
        db.execute("BEGIN IMMEDIATE")
        try:
            db.execute("DELETE FROM asked WHERE at <= ?", (now - self._window,))
            count, first = db.execute(
                "SELECT count(*), min(at) FROM asked WHERE page = ? AND subject = ?",
                (page, subject),
            ).fetchone()
            if count >= most:
                return int(first + self._window - now) + 1
            # Invented addresses without end must not fill it.
            db.execute(
                "INSERT INTO asked SELECT ?, ?, ? WHERE (SELECT count(*) FROM asked) < ?",
                (page, subject, now, _MOST_ROWS),
            )
            return 0
        finally:
            db.execute("COMMIT")

    def _db(self) -> Connection:
        """Return this process's connection: one of before a fork is not used behind it."""
        if self._opened is None or self._opened[0] != os.getpid():
            db = connect_passing(self._file)
            db.execute("CREATE TABLE IF NOT EXISTS asked (page TEXT, subject TEXT, at REAL)")
            db.execute("CREATE INDEX IF NOT EXISTS by_page ON asked (page, subject, at)")
            db.execute("CREATE INDEX IF NOT EXISTS by_time ON asked (at)")
            self._opened = (os.getpid(), db)
        return self._opened[1]
