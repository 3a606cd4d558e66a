"""Autosaves are thinned out as they age; what was named, and what stood before it, stays.

A day of writing makes hundreds of versions. The newest stay one by one, so that a slip of this
morning can be undone; of older ones the last of each hour, and after a day the last of each day.
"""

from __future__ import annotations

import datetime as dt

from storage.engine import Connection

NEWEST_KEPT = 20
_HOURLY_FOR = dt.timedelta(days=1)


def thin(db: Connection, matter_id: int, now: dt.datetime) -> None:
    """Delete the autosaves of ``matter_id`` that are no longer needed; within a transaction."""
    rows = db.execute(
        "SELECT number, saved, author, note FROM versions WHERE matter = ? ORDER BY number DESC",
        (matter_id,),
    ).fetchall()
    seen: set[str] = set()
    gone = []
    for newer, row in zip(rows[NEWEST_KEPT - 1 :], rows[NEWEST_KEPT:], strict=False):
        # What stood before an event, or before somebody else went on, is what one may want back.
        if row["note"] or newer["note"] or newer["author"] != row["author"]:
            continue
        saved = dt.datetime.fromisoformat(row["saved"])
        hourly = now - saved < _HOURLY_FOR
        period = f"{saved:%Y-%m-%d %H}" if hourly else f"{saved:%Y-%m-%d}"
        if period in seen:
            gone.append((matter_id, row["number"]))
        seen.add(period)
    db.executemany("DELETE FROM versions WHERE matter = ? AND number = ?", gone)
