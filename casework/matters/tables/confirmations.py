"""The tables of what people answer for, which :mod:`casework.confirming` fills."""

from __future__ import annotations

from storage.engine import Connection


def install(db: Connection) -> None:
    """Make the tables; a step of the schema.

    A matter that was being decided of when the step was made had passed 送核稿 by the rules of its
    day: its draft as it stood then is remembered, and what it says is not asked for again until
    the matter comes back to 起草.
    """
    db.execute("""
        CREATE TABLE confirmations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            matter INTEGER NOT NULL REFERENCES matters (id),
            suggestion TEXT NOT NULL,
            kind TEXT NOT NULL,
            text TEXT NOT NULL,
            before TEXT NOT NULL,
            behind TEXT NOT NULL,
            name TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            at TEXT NOT NULL,
            undone TEXT,
            undone_by TEXT NOT NULL DEFAULT ''
        )""")
    db.execute("CREATE INDEX confirmations_by_matter ON confirmations (matter, id)")
    db.execute("""
        CREATE TABLE passed_before (
            matter INTEGER PRIMARY KEY REFERENCES matters (id),
            draft TEXT NOT NULL,
            moves INTEGER NOT NULL
        )""")
    db.execute(
        "INSERT INTO passed_before (matter, draft, moves)"
        " SELECT s.matter, v.draft, s.moves FROM stages s JOIN matters m ON m.id = s.matter"
        " JOIN versions v ON v.matter = m.id AND v.number = m.version"
        " WHERE s.state IN ('核稿', '会签', '签发')"
    )
