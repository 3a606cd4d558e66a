"""The history of a matter: each save is a version; nothing is overwritten."""

from __future__ import annotations

import datetime as dt

from casework.nouns import Version
from drafting.model import Draft
from drafting.model.serial import dumps, loads_draft
from storage.engine import Connection


def listed(db: Connection, matter: int) -> list[Version]:
    """Return the history of a matter, newest first."""
    rows = db.execute(
        "SELECT number, saved, author, note FROM versions WHERE matter = ? ORDER BY number DESC",
        (matter,),
    )
    return [
        Version(row["number"], dt.datetime.fromisoformat(row["saved"]), row["author"], row["note"])
        for row in rows
    ]


def draft_of(db: Connection, matter: int, number: int) -> Draft | None:
    """Return the draft as saved under ``number``, if there is such a version."""
    row = db.execute(
        "SELECT draft FROM versions WHERE matter = ? AND number = ?", (matter, number)
    ).fetchone()
    return loads_draft(row["draft"]) if row else None


def write(
    db: Connection, matter: int, number: int, draft: Draft, now: str, author: str, note: str
) -> None:
    """Write ``draft`` under ``number``; call inside the transaction of the save."""
    db.execute(
        "INSERT INTO versions (matter, number, draft, saved, author, note)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (matter, number, dumps(draft), now, author, note),
    )


def name(db: Connection, matter: int, number: int, note: str) -> bool:
    """Give a version a name, so that it is never thinned out. Return whether it is there."""
    changed = db.execute(
        "UPDATE versions SET note = ? WHERE matter = ? AND number = ?", (note, matter, number)
    )
    return bool(changed.rowcount)
