"""The column names of a unit's own ledgers, with what somebody once said they hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping


def known(db: sqlite3.Connection) -> dict[str, str]:
    """Return ``{column name: key of a record}``; an empty key leaves the column out."""
    return {row["name"]: row["key"] for row in db.execute("SELECT name, key FROM ledger_columns")}


def keep(db: sqlite3.Connection, columns: Mapping[str, str]) -> None:
    """Remember what columns hold, for every later ledger; call inside a transaction."""
    db.executemany(
        "INSERT OR REPLACE INTO ledger_columns (name, key) VALUES (?,?)", list(columns.items())
    )
