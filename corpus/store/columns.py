"""The column names of a unit's own ledgers, with what somebody once said they hold."""

from __future__ import annotations

from collections.abc import Mapping

from storage.engine import Connection
from storage.statements import upsert


def known(db: Connection) -> dict[str, str]:
    """Return ``{column name: key of a record}``; an empty key leaves the column out."""
    return {row["name"]: row["key"] for row in db.execute("SELECT name, key FROM ledger_columns")}


def keep(db: Connection, columns: Mapping[str, str]) -> None:
    """Remember what columns hold, for every later ledger; call inside a transaction."""
    db.executemany(upsert("ledger_columns", ("name", "key"), key=("name",)), list(columns.items()))
