"""A clock for terms that must end: it never goes back and never runs slower than time passes.

The machine's clock may be set back, by hand or by a bad time server; a session measured by it
would live longer. So time here is the latest of three: what the machine's clock says, the latest
time seen plus what has passed on the monotonic clock since, and the latest time that the database
remembers from before the program was started.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable

from storage.engine import Connection


class Clock:
    """One for a process. ``wall`` and ``ticks`` are given by tests only."""

    def __init__(
        self, wall: Callable[[], float] = time.time, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall, self._ticks = wall, ticks
        self._lock = threading.Lock()
        self._latest, self._tick = 0.0, ticks()

    def now(self, db: Connection) -> dt.datetime:
        """Return the time, never before one that was returned or that ``db`` remembers."""
        return self.after(db.execute("SELECT max(latest) FROM clock").fetchone()[0])

    def after(self, remembered: str | None) -> dt.datetime:
        """Return the time, never before one that was returned or that a database remembers."""
        stored = dt.datetime.fromisoformat(remembered).timestamp() if remembered else 0.0
        with self._lock:
            tick = self._ticks()
            passed, self._tick = tick - self._tick, tick
            self._latest = max(self._wall(), self._latest + passed, stored)
            return dt.datetime.fromtimestamp(self._latest, dt.UTC)


def remember(db: Connection, now: dt.datetime) -> None:
    """Keep ``now`` for the program's next start."""
    if not db.execute("UPDATE clock SET latest = max(latest, ?)", (text(now),)).rowcount:
        db.execute("INSERT INTO clock (latest) VALUES (?)", (text(now),))


def text(at: dt.datetime) -> str:
    """Return a time as the tables hold it; such texts compare as the times do."""
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds")


CLOCK = Clock()
