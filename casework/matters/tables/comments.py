"""The table of comments on the passages of a paper, which :mod:`casework.commenting` fills."""

from __future__ import annotations

from storage.engine import Connection


def install(db: Connection) -> None:
    """Make the table; a step of the schema.

    ``suggestion`` is the id of the suggestion whose answer the passage is of, empty for what the
    paper says besides; ``before`` and ``behind`` are the words around ``quoted``.
    """
    db.execute("""
        CREATE TABLE comments (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            matter INTEGER NOT NULL REFERENCES matters (id),
            suggestion TEXT NOT NULL DEFAULT '',
            quoted TEXT NOT NULL,
            before TEXT NOT NULL DEFAULT '',
            behind TEXT NOT NULL DEFAULT '',
            text TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            at TEXT NOT NULL,
            answer TEXT NOT NULL DEFAULT '',
            resolved TEXT,
            resolved_by TEXT NOT NULL DEFAULT '',
            withdrawn TEXT
        )""")
    db.execute("CREATE INDEX comments_by_matter ON comments (matter, id)")
