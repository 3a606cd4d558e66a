"""How far a matter has gone on its way out: 送核稿, and back to 拟稿."""

from __future__ import annotations

import datetime as dt
import sqlite3

from casework.nouns import Stage, StageName


def enter(
    db: sqlite3.Connection,
    matter_id: int,
    name: StageName,
    version: int,
    now: str,
    author: str,
    reason: str,
) -> None:
    """Record that the matter has come to the stage ``name`` with its version ``version``."""
    db.execute(
        "INSERT INTO stages (matter, stage, version, at, author, reason) VALUES (?, ?, ?, ?, ?, ?)",
        (matter_id, name, version, now, author, reason),
    )


def listed(db: sqlite3.Connection, matter_id: int) -> list[Stage]:
    """Return the stages that the matter went through, the newest first."""
    rows = db.execute(
        "SELECT stage, version, at, author, reason FROM stages WHERE matter = ? ORDER BY id DESC",
        (matter_id,),
    )
    return [_stage(row) for row in rows]


def current(db: sqlite3.Connection, matter_id: int) -> Stage | None:
    """Return the stage at which the matter stands; ``None`` while it is drafted at first."""
    return next(iter(listed(db, matter_id)), None)


def in_review(db: sqlite3.Connection) -> set[int]:
    """Return the matters that stand at 送核稿."""
    rows = db.execute(
        "SELECT matter FROM stages s WHERE stage = '送核稿'"
        " AND id = (SELECT max(id) FROM stages WHERE matter = s.matter)"
    )
    return {int(row["matter"]) for row in rows}


def _stage(row: sqlite3.Row) -> Stage:
    at = dt.datetime.fromisoformat(row["at"])
    return Stage(row["stage"], row["version"], at, row["author"], row["reason"])
