"""The schema of ``casework.db``, as steps that are applied once each. Never edit a shipped step.

Drafts are kept as the JSON of ``drafting.serial``: one shape on disk, in files and in the
browser. ``matters.summary`` repeats what the work list shows, so that the list need not read
whole drafts; it is written in the same transaction as the version it sums up.
"""

from __future__ import annotations

import sqlite3


def _first(db: sqlite3.Connection) -> None:
    db.execute("""
        CREATE TABLE matters (
            -- AUTOINCREMENT: the id of a matter is never given to another one
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            version INTEGER NOT NULL,
            confirmed INTEGER NOT NULL DEFAULT 0,
            summary TEXT NOT NULL,
            created TEXT NOT NULL,
            updated TEXT NOT NULL,
            deleted TEXT
        )""")
    db.execute("""
        CREATE TABLE versions (
            matter INTEGER NOT NULL REFERENCES matters (id),
            number INTEGER NOT NULL,
            draft TEXT NOT NULL,
            saved TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            note TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (matter, number)
        ) WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE originals (
            matter INTEGER PRIMARY KEY REFERENCES matters (id),
            name TEXT NOT NULL,
            content BLOB NOT NULL
        )""")
    db.execute("""
        CREATE TABLE people (
            name TEXT PRIMARY KEY,
            password TEXT NOT NULL,
            stamp TEXT NOT NULL,
            created TEXT NOT NULL
        )""")


STEPS = (_first,)
