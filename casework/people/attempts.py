"""Wrong passwords, counted in the database: a restart does not give anyone five more tries.

Counted by account, existing or not, so that the lock does not tell which names exist, and by
address, so that nobody tries one password on all names.
"""

from __future__ import annotations

import datetime as dt

from casework.people import clock
from storage.engine import Connection
from storage.limits import visitor

ACCOUNT_MOST = 5
ADDRESS_MOST = 50
TERM = dt.timedelta(minutes=15)
_LONGEST = 100
_FORGOTTEN = dt.timedelta(days=1)


def account(name: str) -> str:
    """Return the subject under which an account's failures are counted; of what is longer than any
    name the beginning is enough, for it is kept."""
    return f"用户 {name[:_LONGEST]}"


def address(where: str) -> str:
    """Return the subject under which an address's failures are counted."""
    return f"地址 {visitor(where)}"


def locked(db: Connection, subject: str, most: int, now: dt.datetime) -> dt.timedelta:
    """Return for how long ``subject`` is locked out yet; nothing where it is not."""
    row = db.execute("SELECT count, last FROM failures WHERE subject = ?", (subject,)).fetchone()
    if row is None or row["count"] < most:
        return dt.timedelta()
    return max(dt.datetime.fromisoformat(row["last"]) + TERM - now, dt.timedelta())


def count(db: Connection, subject: str, now: dt.datetime) -> None:
    """Count a try. Those before the last :data:`TERM` of quiet do not count any more."""
    db.execute(
        """
        INSERT INTO failures (subject, count, last) VALUES (:subject, 1, :now)
        ON CONFLICT (subject) DO UPDATE SET
            count = CASE WHEN failures.last <= :before THEN 1 ELSE failures.count + 1 END,
            last = :now""",
        {"subject": subject, "now": clock.text(now), "before": clock.text(now - TERM)},
    )
    # Names that nobody has are counted too; they must not fill the disk.
    db.execute("DELETE FROM failures WHERE last < ?", (clock.text(now - _FORGOTTEN),))


def take_back(db: Connection, subject: str) -> None:
    """Take back the try that was counted last: it was no failure."""
    db.execute("UPDATE failures SET count = count - 1 WHERE subject = ? AND count > 0", (subject,))


def forget(db: Connection, subject: str) -> bool:
    """Forget the failures; return whether there were any."""
    return bool(db.execute("DELETE FROM failures WHERE subject = ?", (subject,)).rowcount)
