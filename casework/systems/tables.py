"""The tables of other systems; no token stands in them, only its SHA-256."""

from __future__ import annotations

from storage.engine import Connection


def install(db: Connection) -> None:
    """Make the tables; a step of the schema."""
    db.execute("""
        CREATE TABLE systems (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            unit TEXT NOT NULL,
            scopes TEXT NOT NULL,
            networks TEXT NOT NULL DEFAULT '',
            made TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT ''
        )""")
    db.execute("""
        CREATE TABLE system_tokens (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            system INTEGER NOT NULL REFERENCES systems (id),
            digest TEXT NOT NULL UNIQUE,
            hint TEXT NOT NULL,
            made TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            expires TEXT,
            withdrawn TEXT,
            used TEXT,
            used_from TEXT NOT NULL DEFAULT ''
        )""")
    db.execute("CREATE INDEX system_tokens_by_system ON system_tokens (system, id)")
    # What was answered under a key; it is written in the transaction of what was done.
    db.execute("""
        CREATE TABLE system_answers (
            system INTEGER NOT NULL REFERENCES systems (id),
            key TEXT NOT NULL,
            request TEXT NOT NULL,
            at TEXT NOT NULL,
            status INTEGER NOT NULL DEFAULT 0,
            location TEXT NOT NULL DEFAULT '',
            body BLOB,
            PRIMARY KEY (system, key)
        ) WITHOUT ROWID""")
    db.execute("CREATE INDEX system_answers_by_time ON system_answers (at)")
    db.execute("""
        CREATE TABLE external_numbers (
            system INTEGER NOT NULL REFERENCES systems (id),
            number TEXT NOT NULL,
            matter INTEGER NOT NULL REFERENCES matters (id),
            PRIMARY KEY (system, number)
        ) WITHOUT ROWID""")
    db.execute("CREATE INDEX external_numbers_by_matter ON external_numbers (matter, system)")
