"""Who is logged in: a row a session, so that it can be listed and ended from elsewhere.

The cookie holds a random token, the table its SHA-256. A session ends after :data:`IDLE` without
use and :data:`LONGEST` after the login, whatever is done (ASVS 5.0 7.3).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from casework.people import clock
from storage.engine import Connection, Row

IDLE = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=12)
_NOTED = dt.timedelta(seconds=60)
"""Use is noted this often: a write for every page would wait for the disk each time."""
_AGENT_CHARS = 200
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Session:
    """A login that still holds; ``id`` names it and opens nothing."""

    id: str
    person: str
    made: dt.datetime
    seen: dt.datetime
    address: str
    agent: str


def begin(db: Connection, person: str, address: str, agent: str, now: dt.datetime) -> str:
    """Begin a session and return its token; sessions that have run out are swept away."""
    token = secrets.token_urlsafe(32)
    at = clock.text(now)
    db.execute(
        "DELETE FROM sessions WHERE seen <= ? OR made <= ?",
        (clock.text(now - IDLE), clock.text(now - LONGEST)),
    )
    db.execute(
        "INSERT INTO sessions (token, person, made, seen, address, agent) VALUES (?,?,?,?,?,?)",
        (digest(token), person, at, at, address, agent[:_AGENT_CHARS]),
    )
    clock.remember(db, now)
    return token


def find(db: Connection, token: str, now: dt.datetime) -> Session | None:
    """Return the session of ``token`` where it still holds."""
    row = db.execute("SELECT * FROM sessions WHERE token = ?", (digest(token),)).fetchone()
    return holding(row, now) if row else None


def is_stale(session: Session, now: dt.datetime) -> bool:
    """Tell whether the use of the session is to be noted again."""
    return now - session.seen >= _NOTED


def touch(db: Connection, session: Session, now: dt.datetime) -> None:
    """Note that the session is used."""
    db.execute(
        "UPDATE sessions SET seen = max(seen, ?) WHERE token = ?", (clock.text(now), session.id)
    )
    clock.remember(db, now)


_unsaved: dict[str, dt.datetime] = {}
"""When sessions were last used, by their ids, where a full disk did not take it."""
_MOST_UNSAVED = 10_000


def remember_unsaved(session: Session, now: dt.datetime) -> None:
    """Keep the use in memory, until it can be noted again."""
    if len(_unsaved) >= _MOST_UNSAVED:
        _unsaved.clear()
    _unsaved[session.id] = now


def listed(db: Connection, person: str, now: dt.datetime) -> list[Session]:
    """Return the sessions that hold, of ``person`` or where it is empty of all, newest first."""
    rows = db.execute(
        "SELECT * FROM sessions WHERE :person = '' OR person = :person ORDER BY seen DESC, made",
        {"person": person},
    )
    return [found for row in rows if (found := holding(row, now))]


def end(db: Connection, session_id: str) -> str | None:
    """End a session; return whose it was."""
    row = db.execute("SELECT person FROM sessions WHERE token = ?", (session_id,)).fetchone()
    db.execute("DELETE FROM sessions WHERE token = ?", (session_id,))
    return str(row["person"]) if row else None


def end_all(db: Connection, person: str, but: str = "") -> int:
    """End the sessions of ``person`` but the one of the id ``but``; return how many."""
    ended = db.execute("DELETE FROM sessions WHERE person = ? AND token != ?", (person, but))
    return ended.rowcount


def digest(token: str) -> str:
    """Return what the table holds of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def holding(row: Row, now: dt.datetime) -> Session | None:
    """Return the session of a row of the table where it still holds."""
    found = Session(
        row["token"],
        row["person"],
        dt.datetime.fromisoformat(row["made"]),
        max(dt.datetime.fromisoformat(row["seen"]), _unsaved.get(row["token"], _NEVER)),
        row["address"],
        row["agent"],
    )
    return found if now - found.seen < IDLE and now - found.made < LONGEST else None
