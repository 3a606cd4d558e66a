"""Papers that are being printed, and what came of them, for as long as somebody may fetch it.

The key of a print tells its matter, its kind and, by a digest, the very paper; the job that makes
it (:mod:`casework.jobs`) has the same key.
"""

from __future__ import annotations

from dataclasses import dataclass

from casework import jobs
from storage import transaction
from storage.engine import Connection

KEPT = 40
"""Prints kept at most: a paper that was made is not made again at once."""

_NOT_BEGUN = -1


@dataclass(frozen=True, slots=True)
class Print:
    """A paper to be printed; ``about`` names it in messages."""

    key: str
    kind: str
    about: str
    paper: bytes


def install(db: Connection) -> None:
    """Make the table; a numbered migration."""
    db.execute("""
        CREATE TABLE prints (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            about TEXT NOT NULL,
            paper BLOB NOT NULL,
            -- how many are before it in the queue of the programs; -1: nobody knows yet
            ahead INTEGER NOT NULL DEFAULT -1,
            result BLOB
        )""")


def keep(db: Connection, asked: Print, job_kind: str, author: str) -> None:
    """Have a paper printed; the oldest prints that nobody waits for give way."""
    with transaction(db):
        db.execute("DELETE FROM prints WHERE key = ?", (asked.key,))
        db.execute(
            "DELETE FROM prints WHERE id <= (SELECT max(id) FROM prints) - ? AND key NOT IN"
            " (SELECT key FROM work WHERE state IN ('waiting', 'running'))",
            (KEPT - 1,),
        )
        db.execute(
            "INSERT INTO prints (key, kind, about, paper) VALUES (?, ?, ?, ?)",
            (asked.key, asked.kind, asked.about, asked.paper),
        )
        jobs.enqueue(db, job_kind, asked.key, author)


def waiting(db: Connection, key: str) -> Print | None:
    """Return a paper that is not printed yet."""
    row = db.execute("SELECT * FROM prints WHERE key = ? AND result IS NULL", (key,)).fetchone()
    return Print(row["key"], row["kind"], row["about"], bytes(row["paper"])) if row else None


def is_ready(db: Connection, key: str) -> bool:
    """Whether a print can be fetched."""
    query = "SELECT 1 FROM prints WHERE key = ? AND result IS NOT NULL"
    return db.execute(query, (key,)).fetchone() is not None


def result(db: Connection, key: str) -> bytes | None:
    """Return a finished print."""
    row = db.execute(
        "SELECT result FROM prints WHERE key = ? AND result IS NOT NULL", (key,)
    ).fetchone()
    return bytes(row["result"]) if row else None


def told(db: Connection, key: str, ahead: int) -> None:
    """Note how many are before a print in the queue of the programs; 0: it has begun."""
    db.execute("UPDATE prints SET ahead = ? WHERE key = ? AND result IS NULL", (ahead, key))


def ahead(db: Connection, key: str) -> int | None:
    """Return what :func:`told` noted last; ``None`` where nobody knows yet."""
    row = db.execute("SELECT ahead FROM prints WHERE key = ?", (key,)).fetchone()
    return None if row is None or row["ahead"] == _NOT_BEGUN else int(row["ahead"])


def finish(db: Connection, key: str, made: bytes) -> None:
    """Keep what was made; the paper itself is not needed any more."""
    db.execute("UPDATE prints SET result = ?, paper = ? WHERE key = ?", (made, b"", key))
