"""The tables of batches (批量登记), which :mod:`casework.batches` fills."""

from __future__ import annotations

from storage import transaction
from storage.engine import Connection, dialect
from storage.tables import catalog


def install(db: Connection) -> None:
    """Make the tables; a numbered migration."""
    db.execute("""
        CREATE TABLE batches (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            unit TEXT NOT NULL,
            author TEXT NOT NULL,
            profile TEXT NOT NULL,
            state TEXT NOT NULL,
            created TEXT NOT NULL,
            started TEXT,
            finished TEXT,
            done INTEGER NOT NULL DEFAULT 0,
            total INTEGER NOT NULL DEFAULT 0,
            message TEXT NOT NULL DEFAULT '',
            choices TEXT NOT NULL DEFAULT ''
        )""")
    # The bytes go when the batch is done with: matters keep their originals themselves.
    db.execute("""
        CREATE TABLE batch_contents (
            sha256 TEXT PRIMARY KEY, content BLOB NOT NULL
        )""")
    db.execute("""
        CREATE TABLE batch_files (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            batch INTEGER NOT NULL REFERENCES batches (id),
            name TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'waiting',
            kind TEXT NOT NULL DEFAULT '',
            reading TEXT NOT NULL DEFAULT '',
            reason TEXT NOT NULL DEFAULT '',
            attempts INTEGER NOT NULL DEFAULT 0
        )""")
    db.execute("CREATE INDEX batch_files_by_batch ON batch_files (batch, state)")
    db.execute("CREATE INDEX batch_files_by_content ON batch_files (sha256)")
    db.execute("""
        CREATE TABLE batch_lines (
            batch INTEGER NOT NULL REFERENCES batches (id),
            place INTEGER NOT NULL,
            name TEXT NOT NULL,
            plan TEXT NOT NULL,
            file INTEGER REFERENCES batch_files (id),
            state TEXT NOT NULL,
            reason TEXT NOT NULL DEFAULT '',
            matter INTEGER REFERENCES matters (id),
            PRIMARY KEY (batch, place)
        ) WITHOUT ROWID""")
    # What the columns of a head hold, as somebody of the unit once said.
    db.execute("""
        CREATE TABLE batch_columns (
            unit TEXT NOT NULL,
            head TEXT NOT NULL,
            name TEXT NOT NULL,
            key TEXT NOT NULL,
            saved TEXT NOT NULL,
            PRIMARY KEY (unit, head, name)
        ) WITHOUT ROWID""")


def reading_as_text(db: Connection) -> None:
    """Have what was read of a file be text in PostgreSQL as well, where it was laid as bytes: a
    step of the schema. Nothing with a backslash, no line break therefore, could be kept."""
    if dialect(db) == "sqlite" or catalog.kinds(db, "batch_files")["reading"] == "text":
        return
    for change in (
        "DROP DEFAULT",
        "TYPE TEXT USING convert_from(reading, 'UTF8')",
        "SET DEFAULT ''",
    ):
        db.execute(f"ALTER TABLE batch_files ALTER COLUMN reading {change}")


def hand_over(db: Connection, unit: str) -> None:
    """Give ``unit`` the batches and columns of the unit of no name."""
    with transaction(db):
        db.execute("UPDATE batches SET unit = ? WHERE unit = ''", (unit,))
        db.execute(
            "UPDATE batch_columns SET unit = ? WHERE unit = '' AND NOT EXISTS (SELECT 1"
            " FROM batch_columns own WHERE own.unit = ? AND own.head = batch_columns.head"
            " AND own.name = batch_columns.name)",
            (unit, unit),
        )
