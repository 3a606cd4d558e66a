"""Texts put aside for some minutes, so that the next page can take them up again.

In a small database of the service's own, which its processes share and which goes with it. Whoever
has not logged in can put something here: the whole of it is bounded, the oldest goes first.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable

from storage.connection import connect_passing
from storage.engine import Connection

SECONDS = 1200.0
MOST_CHARS = 32 * 1024 * 1024
"""Of all texts together."""


class Shelf:
    """The texts that wait, each found only by who has the name it was given."""

    def __init__(self, file: str = ":memory:", ticks: Callable[[], float] = time.monotonic) -> None:
        """``file`` is where several processes share it; ``ticks`` must be the same for them."""
        self._file, self._ticks = file, ticks
        self._lock = threading.Lock()
        self._opened: tuple[int, Connection] | None = None

    def put(self, text: str) -> str:
        """Put ``text`` aside and return its name, "" where there is no room for it."""
        if len(text) > MOST_CHARS // 4:
            return ""
        name, now = secrets.token_urlsafe(24), self._ticks()
        with self._lock:
            try:
                db = self._db()
                db.execute("DELETE FROM shelf WHERE at <= ?", (now - SECONDS,))
                db.execute(
                    "INSERT INTO shelf (name, text, at) VALUES (?, ?, ?)", (_key(name), text, now)
                )
                db.execute(
                    "DELETE FROM shelf WHERE rowid IN (SELECT rowid FROM (SELECT rowid,"
                    " sum(length(text)) OVER (ORDER BY at DESC, rowid DESC) AS whole FROM shelf)"
                    " WHERE whole > ?)",
                    (MOST_CHARS,),
                )
            except sqlite3.OperationalError:
                return ""  # A full disk: the page that asks for it says that it is gone.
        return name

    def look(self, name: str) -> str:
        """Return the text of that name, "" where there is none any more."""
        if not name:
            return ""
        with self._lock:
            row = (
                self._db()
                .execute(
                    "SELECT text FROM shelf WHERE name = ? AND at > ?",
                    (_key(name), self._ticks() - SECONDS),
                )
                .fetchone()
            )
        return str(row[0]) if row else ""

    def _db(self) -> Connection:
        """Return this process's connection: one of before a fork is not used behind it."""
        if self._opened is None or self._opened[0] != os.getpid():
            db = connect_passing(self._file)
            db.execute("CREATE TABLE IF NOT EXISTS shelf (name TEXT UNIQUE, text TEXT, at REAL)")
            self._opened = (os.getpid(), db)
        return self._opened[1]


def _key(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
