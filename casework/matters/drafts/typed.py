"""Who brought each particular (figure, date, title, number, unit) into a draft, and when."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

from casework.nouns import Typed
from drafting.answering.particulars import FIELDS, facts_of
from drafting.model import Answer, Draft
from drafting.model.identity import aligned
from storage.engine import Connection

_KEEP = """
    INSERT INTO typed (matter, text, saved, author) SELECT ?, value, ?, ? FROM json_each(?)
    WHERE true ON CONFLICT (matter, text) DO UPDATE SET saved = excluded.saved,
    author = excluded.author"""


def note(db: Connection, matter_id: int, old: Draft, new: Draft, now: str, author: str) -> None:
    """Record what ``new`` says that ``old`` did not; within a transaction."""
    before = set(aligned(old).answers)
    after = [answer for answer in aligned(new).answers if answer not in before]
    if not after:
        return
    known = {text for answer in aligned(old).answers for text in _particulars(answer)}
    come = {text for answer in after for text in _particulars(answer)} - known
    if come:
        db.execute(_KEEP, (matter_id, now, author, json.dumps(sorted(come))))


def listed(db: Connection, matter_id: int) -> Mapping[str, Typed]:
    """Return who brought in each particular of the matter, by its words."""
    rows = db.execute("SELECT text, saved, author FROM typed WHERE matter = ?", (matter_id,))
    return {
        row["text"]: Typed(dt.datetime.fromisoformat(row["saved"]), row["author"]) for row in rows
    }


def _particulars(answer: Answer) -> set[str]:
    return {fact.text for name in FIELDS for fact in facts_of(getattr(answer, name))}
