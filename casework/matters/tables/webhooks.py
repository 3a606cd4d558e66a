"""The tables of what other systems are told, which :mod:`casework.happening` and
:mod:`casework.webhooks` fill."""

from __future__ import annotations

from storage.engine import Connection


def install(db: Connection) -> None:
    """Make the tables; a step of the schema.

    What happened before somebody asked to be told is told to nobody: nothing is written into them.
    """
    # Who is told. ``unit`` is empty for the matters of all units; ``events`` are names, by spaces;
    # the secrets are sealed. ``former`` signs too until ``former_until``.
    db.execute("""
        CREATE TABLE webhooks (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            system TEXT NOT NULL DEFAULT '',
            unit TEXT NOT NULL DEFAULT '',
            url TEXT NOT NULL,
            events TEXT NOT NULL,
            secret TEXT NOT NULL,
            former TEXT NOT NULL DEFAULT '',
            former_until TEXT NOT NULL DEFAULT '',
            active INTEGER NOT NULL DEFAULT 1,
            stopped TEXT NOT NULL DEFAULT '',
            made TEXT NOT NULL
        )""")
    # What happened, in its order (``place``), written with the action itself. ``change`` is JSON.
    db.execute("""
        CREATE TABLE webhook_events (
            place INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            matter INTEGER NOT NULL REFERENCES matters (id),
            at TEXT NOT NULL,
            change TEXT NOT NULL
        )""")
    # One event on its way to one system; the row stands until the receiver has said that it has
    # it. ``body`` is what is sent, the same at every try.
    db.execute("""
        CREATE TABLE webhook_deliveries (
            id TEXT PRIMARY KEY,
            hook INTEGER NOT NULL REFERENCES webhooks (id),
            event INTEGER NOT NULL REFERENCES webhook_events (place),
            matter INTEGER NOT NULL,
            body TEXT NOT NULL DEFAULT '',
            made TEXT NOT NULL,
            due TEXT NOT NULL,
            tries INTEGER NOT NULL DEFAULT 0,
            tried TEXT,
            state TEXT NOT NULL DEFAULT '等待'
                CHECK (state IN ('等待', '已发', '失败', '作罢')),
            reason TEXT NOT NULL DEFAULT '',
            ended TEXT
        ) WITHOUT ROWID""")
    db.execute(
        "CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (hook, matter, event)"
        " WHERE state = '等待'"
    )
    db.execute("CREATE INDEX webhook_deliveries_event ON webhook_deliveries (event)")
