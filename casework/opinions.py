"""会办意见 of a matter: which unit was asked when, until when, and what it answered."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Sequence

from casework.nouns import CoOpinion
from storage import transaction

_COLUMNS = "id, matter, unit, asked, due, received, name, text"


def keep_units(
    db: sqlite3.Connection, matter_id: int, units: Sequence[str], due: dt.date | None
) -> None:
    """Have a line for each of ``units``; ``due`` is the day for those that have none yet.

    A unit no longer named loses its line only where nothing was asked of it and nothing received.
    """
    with transaction(db):
        for unit in units:
            db.execute(
                "INSERT INTO opinions (matter, unit, due) VALUES (?, ?, ?)"
                " ON CONFLICT (matter, unit) DO UPDATE SET due = coalesce(due, excluded.due)",
                (matter_id, unit, _iso(due)),
            )
        marks = ",".join("?" * len(units))
        db.execute(
            f"DELETE FROM opinions WHERE matter = ? AND unit NOT IN ({marks})"  # noqa: S608
            " AND asked IS NULL AND received IS NULL",
            (matter_id, *units),
        )


def listed(db: sqlite3.Connection, matter_id: int) -> list[CoOpinion]:
    """Return the lines of a matter in the order in which the units were named."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM opinions WHERE matter = ? ORDER BY id",  # noqa: S608
        (matter_id,),
    )
    return [_opinion(row) for row in rows]


def one(db: sqlite3.Connection, matter_id: int, opinion_id: int) -> CoOpinion | None:
    """Return one line, where it belongs to the matter."""
    return next((line for line in listed(db, matter_id) if line.id == opinion_id), None)


def original(db: sqlite3.Connection, opinion_id: int) -> tuple[str, bytes] | None:
    """Return name and bytes of the file that was received, if any."""
    row = db.execute(
        "SELECT name, content FROM opinions WHERE id = ? AND content IS NOT NULL", (opinion_id,)
    ).fetchone()
    return (str(row["name"]), bytes(row["content"])) if row else None


def ask(
    db: sqlite3.Connection, opinion_id: int, asked: dt.date | None, due: dt.date | None
) -> None:
    """Record when the unit was asked and until when it is to answer."""
    with transaction(db):
        db.execute(
            "UPDATE opinions SET asked = ?, due = ? WHERE id = ?",
            (_iso(asked), _iso(due), opinion_id),
        )


def receive(
    db: sqlite3.Connection, opinion_id: int, day: dt.date, text: str, name: str, content: bytes
) -> None:
    """Keep what the unit answered: its words, and the file that they came in."""
    with transaction(db):
        db.execute(
            "UPDATE opinions SET received = ?, text = ?, name = ?, content = ? WHERE id = ?",
            (_iso(day), text, name, content, opinion_id),
        )


def late(db: sqlite3.Connection, today: dt.date) -> dict[int, int]:
    """Return for each matter how many opinions are overdue on ``today``."""
    rows = db.execute(
        "SELECT matter, count(*) AS n FROM opinions WHERE received IS NULL AND due < ?"
        " GROUP BY matter",
        (today.isoformat(),),
    )
    return {row["matter"]: row["n"] for row in rows}


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _opinion(row: sqlite3.Row) -> CoOpinion:
    return CoOpinion(
        id=row["id"],
        matter=row["matter"],
        unit=row["unit"],
        asked=_day(row["asked"]),
        due=_day(row["due"]),
        received=_day(row["received"]),
        name=row["name"],
        text=row["text"],
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
