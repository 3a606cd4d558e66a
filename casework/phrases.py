"""The unit's own phrases and paragraphs (常用语)."""

from __future__ import annotations

import datetime as dt
import sqlite3

from casework.nouns import Phrase
from drafting.model import UserError
from storage import transaction

MOST = 500
LONGEST = 2_000


def add(db: sqlite3.Connection, text: str, now: str, author: str) -> int:
    """Keep a phrase and return its id; one that is there already stays as it is.

    Raises :class:`UserError` for nothing, for too long a text, and where there are too many.
    """
    text = text.strip()
    if not text:
        raise UserError("请先选中要存的文字，或者填写内容。", field="phrase")
    if len(text) > LONGEST:
        raise UserError(f"常用语不能超过{LONGEST}个字。", field="phrase")
    with transaction(db):
        count = int(db.execute("SELECT count(*) FROM phrases").fetchone()[0])
        if count >= MOST:
            raise UserError(f"常用语已满{MOST}条，请先删去不用的。", field="phrase")
        db.execute(
            "INSERT OR IGNORE INTO phrases (text, author, saved) VALUES (?, ?, ?)",
            (text, author, now),
        )
        row = db.execute("SELECT id FROM phrases WHERE text = ?", (text,)).fetchone()
    return int(row["id"])


def listed(db: sqlite3.Connection) -> list[Phrase]:
    """Return all phrases, the newest first."""
    rows = db.execute("SELECT id, text, author, saved FROM phrases ORDER BY id DESC")
    return [
        Phrase(row["id"], row["text"], row["author"], dt.datetime.fromisoformat(row["saved"]))
        for row in rows
    ]


def remove(db: sqlite3.Connection, phrase_id: int) -> str | None:
    """Delete a phrase; return its words, so that the deletion can be undone."""
    with transaction(db):
        row = db.execute("SELECT text FROM phrases WHERE id = ?", (phrase_id,)).fetchone()
        db.execute("DELETE FROM phrases WHERE id = ?", (phrase_id,))
    return str(row["text"]) if row else None
