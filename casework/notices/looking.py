"""The page 通知: what was told to one person, and what of it is new since the last look."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.notices.spreading import summary_of
from casework.nouns import Person, Summary
from casework.people.access import sees
from casework.store import Casework

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Told:
    """One notice; ``summary`` is ``None`` where the matter is not on the person's list now."""

    kind: str
    at: dt.datetime
    new: bool
    summary: Summary | None


def look(casework: Casework, person: Person) -> list[Told]:
    """Return what was told to ``person``, the newest first; from now on it has been seen."""
    db = casework.db
    found = db.execute(
        "SELECT id, kind, matter, at FROM notices WHERE person = ? ORDER BY id DESC LIMIT ?",
        (person.name, SHOWN),
    ).fetchall()
    row = db.execute("SELECT seen FROM notice_choices WHERE person = ?", (person.name,)).fetchone()
    seen = row["seen"] if row else 0
    if found and found[0]["id"] > seen:
        with casework.transaction():
            db.execute(
                "INSERT INTO notice_choices (person, seen) VALUES (?, ?)"
                " ON CONFLICT (person) DO UPDATE SET seen = excluded.seen",
                (person.name, found[0]["id"]),
            )
    return [
        Told(
            one["kind"],
            dt.datetime.fromisoformat(one["at"]),
            one["id"] > seen,
            _summary(casework, person, one["matter"]),
        )
        for one in found
    ]


def _summary(casework: Casework, person: Person, matter: int) -> Summary | None:
    found = summary_of(casework.db, matter)
    return found if found and sees(person, casework.units_of(matter)) else None
