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


def _workbench(db: sqlite3.Connection) -> None:
    # Who last brought a figure, date or name into a draft: it outlives the versions that are
    # thinned out.
    db.execute("""
        CREATE TABLE typed (
            matter INTEGER NOT NULL REFERENCES matters (id),
            text TEXT NOT NULL,
            saved TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (matter, text)
        ) WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE opinions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            matter INTEGER NOT NULL REFERENCES matters (id),
            unit TEXT NOT NULL,
            asked TEXT,
            due TEXT,
            received TEXT,
            name TEXT NOT NULL DEFAULT '',
            content BLOB,
            text TEXT NOT NULL DEFAULT '',
            UNIQUE (matter, unit)
        )""")
    db.execute("""
        CREATE TABLE phrases (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            text TEXT NOT NULL UNIQUE,
            author TEXT NOT NULL DEFAULT '',
            saved TEXT NOT NULL
        )""")
    db.execute("""
        CREATE TABLE stages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            matter INTEGER NOT NULL REFERENCES matters (id),
            stage TEXT NOT NULL,
            version INTEGER NOT NULL,
            at TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            reason TEXT NOT NULL DEFAULT ''
        )""")
    db.execute("CREATE INDEX stages_by_matter ON stages (matter, id)")


STEPS = (_first, _workbench)
