"""The door: who comes in, and to which matter, in one look at the database.

Every page asks this before anything else; asked one by one it was seven statements.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from dataclasses import dataclass

from casework.matters import rows
from casework.nouns import Matter, Person
from casework.people import accounts, clock, sessions
from casework.people.sessions import Session
from storage import is_full, transaction
from storage.engine import Connection, Row
from storage.log import missed

_LOOK = f"""
    SELECT (SELECT user_version FROM pragma_user_version) AS schema,
        EXISTS (SELECT 1 FROM people) AS peopled, (SELECT max(latest) FROM clock) AS latest,
        s.token, s.person, s.made, s.seen, s.address, s.agent,
        p.name, p.stamp, p.created, p.unit, p.section, p.roles, p.active,
        (SELECT count(*) FROM notices n WHERE n.person = p.name AND n.id > ifnull(
            (SELECT seen FROM notice_choices c WHERE c.person = p.name), 0)) AS news,
        (SELECT json_group_array(unit) FROM handling WHERE matter = :matter) AS units,
        {rows.WHOLE}
    FROM (SELECT 1) LEFT JOIN sessions s ON s.token = :token
    LEFT JOIN people p ON p.name = s.person
    LEFT JOIN ({rows.FROM}) ON m.id = :matter AND m.deleted IS NULL"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Admission:
    """What was seen at the door: the schema's number, whether there are accounts at all, who is
    logged in, the units that handle the matter, the matter where it is on the list, and how many
    notices came since the last look at them."""

    schema: int
    peopled: bool
    known: tuple[Person, Session] | None = None
    units: frozenset[str] = frozenset()
    matter: Matter | None = None
    news: int = 0


def look(db: Connection, token: str, matter_id: int | None, *, used: bool) -> Admission:
    """Return who comes with ``token``, and the matter that is asked for, if any.

    ``used``: this keeps the session awake.
    """
    asked = {"token": sessions.digest(token) if token else None, "matter": matter_id}
    row = db.execute(_LOOK, asked).fetchone()
    return Admission(
        row["schema"],
        bool(row["peopled"]),
        _known(db, row, used=used) if row["token"] else None,
        frozenset(json.loads(row["units"])),
        rows.whole(row) if row["id"] is not None else None,
        row["news"],
    )


def _known(db: Connection, row: Row, *, used: bool) -> tuple[Person, Session] | None:
    now = clock.CLOCK.after(row["latest"])
    session = sessions.holding(row, now)
    if session is None or row["name"] is None or not row["active"]:
        return None
    if used and sessions.is_stale(session, now):
        _touch(db, session, now)
    return accounts.person_of(row), session


def _touch(db: Connection, session: Session, now: dt.datetime) -> None:
    """Note the use; on a full disk in memory alone, for reading goes on."""
    try:
        with transaction(db, "sessions"):
            sessions.touch(db, session, now)
    except sqlite3.OperationalError as error:
        if not is_full(error):
            raise
        sessions.remember_unsaved(session, now)
    else:
        missed.make_up(db)
