"""The tables of 数据征集, which :mod:`casework.figures` fills."""

from __future__ import annotations

from storage.engine import Connection


def install(db: Connection) -> None:
    """Make the tables; a step of the schema."""
    db.execute("""
        CREATE TABLE figure_requests (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            matter INTEGER NOT NULL REFERENCES matters (id),
            asking TEXT NOT NULL,
            due TEXT,
            asked TEXT NOT NULL,
            asked_by TEXT NOT NULL DEFAULT '',
            withdrawn TEXT,
            version INTEGER NOT NULL DEFAULT 1,
            former TEXT
        )""")
    db.execute("CREATE INDEX figure_requests_by_matter ON figure_requests (matter, id)")
    db.execute("""
        CREATE TABLE figures (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            request INTEGER NOT NULL REFERENCES figure_requests (id),
            text TEXT NOT NULL,
            as_of TEXT NOT NULL,
            giver TEXT NOT NULL,
            recorded TEXT NOT NULL,
            recorded_by TEXT NOT NULL DEFAULT '',
            note TEXT NOT NULL DEFAULT '',
            void TEXT
        )""")
    db.execute("CREATE INDEX figures_by_request ON figures (request, id)")
