"""The versions of units' profiles, and what is under way of an office's setting itself up.

A profile is the file that bears its name, in ``profiles/`` of the data folder; here stand the texts
that it had, who saved them and when. What was changed in the file by hand is taken up as a version
when it is next looked at, so that nothing that ever held is lost.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import msgspec

from storage import transaction
from storage.engine import Connection, Row
from storage.moments import utc_now
from storage.statements import upsert

BY_HAND = "在服务器上修改"


@dataclass(frozen=True, slots=True)
class ProfileVersion:
    """One text of a profile, as it was saved."""

    profile: str
    number: int
    text: str
    saved: dt.datetime
    author: str
    note: str


def install(db: Connection) -> None:
    """Make the tables; a step of the schema."""
    db.execute("""
        CREATE TABLE profile_versions (
            profile TEXT NOT NULL,
            number INTEGER NOT NULL,
            text TEXT NOT NULL,
            saved TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            note TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (profile, number)
        ) WITHOUT ROWID""")
    # What an administrator has begun and not finished, by unit and part; JSON.
    db.execute("""
        CREATE TABLE setting_up (
            unit TEXT NOT NULL,
            part TEXT NOT NULL,
            value TEXT NOT NULL,
            saved TEXT NOT NULL,
            PRIMARY KEY (unit, part)
        ) WITHOUT ROWID""")


# ------------------------------------------------------------------ versions


def newest(db: Connection, profile: str) -> ProfileVersion | None:
    """Return the version that was saved last, ``None`` where there is none."""
    row = db.execute(
        "SELECT * FROM profile_versions WHERE profile = ? ORDER BY number DESC LIMIT 1", (profile,)
    ).fetchone()
    return _version(row) if row else None


def version(db: Connection, profile: str, number: int) -> ProfileVersion | None:
    """Return one version."""
    row = db.execute(
        "SELECT * FROM profile_versions WHERE profile = ? AND number = ?", (profile, number)
    ).fetchone()
    return _version(row) if row else None


def versions(db: Connection, profile: str) -> list[ProfileVersion]:
    """Return all versions, the newest first."""
    rows = db.execute(
        "SELECT * FROM profile_versions WHERE profile = ? ORDER BY number DESC", (profile,)
    )
    return [_version(row) for row in rows]


def add(db: Connection, profile: str, text: str, *, author: str, note: str) -> int:
    """Keep ``text`` as the next version and return its number."""
    now = utc_now()
    with transaction(db):
        (last,) = db.execute(
            "SELECT ifnull(max(number), 0) FROM profile_versions WHERE profile = ?", (profile,)
        ).fetchone()
        db.execute(
            "INSERT INTO profile_versions (profile, number, text, saved, author, note)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (profile, last + 1, text, now, author, note),
        )
    return int(last) + 1


def _version(row: Row) -> ProfileVersion:
    return ProfileVersion(
        row["profile"],
        row["number"],
        row["text"],
        dt.datetime.fromisoformat(row["saved"]),
        row["author"],
        row["note"],
    )


# ------------------------------------------------------------------ what is under way


def keep(db: Connection, unit: str, part: str, value: Any) -> None:
    """Keep ``value`` (as JSON has values) as the ``part`` that ``unit`` has begun."""
    now = utc_now()
    with transaction(db):
        db.execute(
            upsert("setting_up", ("unit", "part", "value", "saved"), key=("unit", "part")),
            (unit, part, msgspec.json.encode(value).decode(), now),
        )


def kept(db: Connection, unit: str, part: str) -> Any:
    """Return what was kept, ``None`` for nothing."""
    row = db.execute(
        "SELECT value FROM setting_up WHERE unit = ? AND part = ?", (unit, part)
    ).fetchone()
    return msgspec.json.decode(row["value"]) if row else None


def drop(db: Connection, unit: str, part: str) -> None:
    """Forget what was kept."""
    with transaction(db):
        db.execute("DELETE FROM setting_up WHERE unit = ? AND part = ?", (unit, part))
