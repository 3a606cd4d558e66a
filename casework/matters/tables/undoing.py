"""The table of what was changed in one press, which :mod:`casework.undoing` fills."""

from __future__ import annotations

from storage.engine import Connection


def install(db: Connection) -> None:
    """Make the table; a step of the schema."""
    db.execute("""
        CREATE TABLE undo_steps (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            what TEXT NOT NULL,
            action TEXT NOT NULL,
            place TEXT NOT NULL,
            matter INTEGER NOT NULL DEFAULT 0,
            author TEXT NOT NULL,
            made TEXT NOT NULL,
            -- the rows before and after, MessagePack
            changes BLOB NOT NULL,
            undone TEXT
        )""")
    db.execute("CREATE INDEX undo_steps_by_author ON undo_steps (author, id)")
