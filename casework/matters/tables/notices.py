"""The tables of what people are told, which :mod:`casework.noticing` and ``notices`` fill."""

from __future__ import annotations

from storage.engine import Connection


def install(db: Connection) -> None:
    """Make the tables; a step of the schema.

    What happened before the step is told to nobody: nothing is written into them.
    """
    # One thing told to one person. ``mark`` tells one event from another of the same kind, so that
    # it is told once; ``spread`` is when it was turned into messages, or it was found that none go.
    db.execute("""
        CREATE TABLE notices (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            person TEXT NOT NULL REFERENCES people (name) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            matter INTEGER NOT NULL REFERENCES matters (id),
            mark TEXT NOT NULL,
            at TEXT NOT NULL,
            spread TEXT,
            UNIQUE (person, kind, matter, mark)
        )""")
    db.execute("CREATE INDEX notices_by_person ON notices (person, id)")
    db.execute("CREATE INDEX notices_unspread ON notices (id) WHERE spread IS NULL")
    # ``quiet`` is NULL where the office's hours hold; ``seen`` is the last notice looked at.
    db.execute("""
        CREATE TABLE notice_choices (
            person TEXT PRIMARY KEY REFERENCES people (name) ON DELETE CASCADE,
            muted TEXT NOT NULL DEFAULT '',
            quiet TEXT,
            digest INTEGER NOT NULL DEFAULT 0,
            seen INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID""")
    # Messages on their way. A row is written before anything is sent and stays until it is known
    # to have gone: a service that is killed sends it again.
    db.execute("""
        CREATE TABLE outbox (
            id TEXT PRIMARY KEY,
            channel TEXT NOT NULL,
            person TEXT NOT NULL,
            kinds TEXT NOT NULL,
            items TEXT NOT NULL,
            made TEXT NOT NULL,
            due TEXT NOT NULL,
            tries INTEGER NOT NULL DEFAULT 0,
            tried TEXT,
            state TEXT NOT NULL DEFAULT '等待'
                CHECK (state IN ('等待', '已发', '失败', '作罢')),
            reason TEXT NOT NULL DEFAULT '',
            ended TEXT
        ) WITHOUT ROWID""")
    db.execute("CREATE INDEX outbox_waiting ON outbox (due) WHERE state = '等待'")
    db.execute("CREATE INDEX outbox_tried ON outbox (channel, tried)")
