"""The phrases and paragraphs that a unit keeps for itself (常用语)."""

from __future__ import annotations

import datetime as dt

from casework.nouns import Phrase
from drafting.errors import UserError
from storage import transaction
from storage.engine import Connection

MOST = 500
LONGEST = 2_000


def add(db: Connection, text: str, now: str, author: str, unit: str) -> int:
    """Keep a phrase of ``unit`` and return its id; one that is there already stays as it is.

    Raises :class:`UserError` for nothing, for too long a text, and where there are too many.
    """
    text = text.strip()
    if not text:
        raise UserError("请先选中要存的文字，或者填写内容。", field="phrase")
    if len(text) > LONGEST:
        raise UserError(f"常用语不能超过{LONGEST}个字。", field="phrase")
    with transaction(db):
        (count,) = db.execute("SELECT count(*) FROM phrases WHERE unit = ?", (unit,)).fetchone()
        if count >= MOST:
            raise UserError(f"常用语已满{MOST}条，请先删去不用的。", field="phrase")
        db.execute(
            "INSERT INTO phrases (unit, text, author, saved) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (unit, text, author, now),
        )
        row = db.execute(
            "SELECT id FROM phrases WHERE unit = ? AND text = ?", (unit, text)
        ).fetchone()
    return int(row["id"])


def listed(db: Connection, unit: str | None) -> list[Phrase]:
    """Return the phrases of ``unit``, of all units where it is ``None``; the newest first."""
    rows = db.execute(
        "SELECT id, text, author, saved FROM phrases WHERE :unit IS NULL OR unit = :unit"
        " ORDER BY id DESC",
        {"unit": unit},
    )
    return [
        Phrase(row["id"], row["text"], row["author"], dt.datetime.fromisoformat(row["saved"]))
        for row in rows
    ]


def remove(db: Connection, phrase_id: int, unit: str | None) -> str | None:
    """Delete a phrase of ``unit``; return its words, so that the deletion can be undone.

    ``None`` is returned where the unit has no such phrase.
    """
    with transaction(db):
        row = db.execute(
            "SELECT text FROM phrases WHERE id = :id AND (:unit IS NULL OR unit = :unit)",
            {"id": phrase_id, "unit": unit},
        ).fetchone()
        if row is not None:
            db.execute("DELETE FROM phrases WHERE id = ?", (phrase_id,))
    return str(row["text"]) if row else None


def hand_over(db: Connection, unit: str) -> None:
    """Give the phrases of the unit of no name to ``unit``; what it has already is not doubled."""
    with transaction(db):
        db.execute(
            "UPDATE phrases SET unit = ? WHERE unit = ''"
            " AND text NOT IN (SELECT text FROM phrases WHERE unit = ?)",
            (unit, unit),
        )
        db.execute("DELETE FROM phrases WHERE unit = ''")


def divide(db: Connection) -> None:
    """Have phrases belong to units, a step of :mod:`casework.migrations`.

    Those kept before go to the unit of whoever kept them; where nobody knows, to the unit of no
    name, as the matters of that time.
    """
    db.execute("ALTER TABLE phrases RENAME TO shared_phrases")
    db.execute("""
        CREATE TABLE phrases (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            unit TEXT NOT NULL,
            text TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            saved TEXT NOT NULL,
            UNIQUE (unit, text)
        )""")
    db.execute("""
        INSERT INTO phrases (id, unit, text, author, saved)
        SELECT s.id, ifnull(p.unit, ''), s.text, s.author, s.saved
        FROM shared_phrases s LEFT JOIN people p ON p.name = s.author""")
    db.execute("DROP TABLE shared_phrases")
