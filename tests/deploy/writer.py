"""Writes row after row into a chain, each by a new number, and notes what was acknowledged.

    python writer.py URL                   makes the table
    python writer.py URL NOTES WRITER      writes

A row's digest takes in the one before, as the log of operations does: one lost breaks the chain.
What was not acknowledged is never sent again. Ends at SIGTERM.
"""

from __future__ import annotations

import contextlib
import hashlib
import signal
import sys
import time
from pathlib import Path
from typing import TextIO

import psycopg

TABLE = """
    CREATE TABLE IF NOT EXISTS chain (
        place BIGSERIAL PRIMARY KEY, number BIGINT UNIQUE, before TEXT, digest TEXT
    )
"""


def digest(before: str, number: int) -> str:
    """The digest of the row ``number`` that follows ``before``."""
    return hashlib.sha256(f"{before} {number}".encode()).hexdigest()


def write(url: str, notes: Path, writer: int) -> None:
    """Write until ended."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    number = writer * 10_000_000
    with notes.open("a", buffering=1) as file:
        while True:
            with contextlib.suppress(psycopg.Error), psycopg.connect(url) as db:
                while True:
                    number += 1
                    _write(db, number, file)
                    time.sleep(0.02)
            time.sleep(0.2)


def prepare(url: str) -> None:
    """Make the table."""
    with psycopg.connect(url) as db:
        db.execute(TABLE)


def _write(db: psycopg.Connection, number: int, file: TextIO) -> None:
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(7)")
        last = db.execute("SELECT digest FROM chain ORDER BY place DESC LIMIT 1").fetchone()
        before = last[0] if last else ""
        now = digest(before, number)
        db.execute(
            "INSERT INTO chain (number, before, digest) VALUES (%s, %s, %s)", (number, before, now)
        )
    print(time.monotonic(), number, now, file=file)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        prepare(sys.argv[1])
    else:
        write(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
