"""承诺: what a reply promised, with unit and date, until it is kept and answered again.

What a reply promised is to be answered again once it is kept (rules for deputies' suggestions;
local rules alike). All of it becomes lines of a list when the reply goes out, whatever its class.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from drafting.errors import UserError
from drafting.language.naming.units import is_ourselves
from drafting.language.sentences.promises import promises_of
from drafting.language.terms import due_day
from drafting.model import Commitment, Draft
from drafting.model.identity import aligned
from storage import transaction
from storage.engine import Connection, Row

NOTE_MAX_CHARS = 500


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise of the reply to ``matter``: kept when it was done, answered when it was said so."""

    id: int
    matter: int
    round: int
    text: str
    unit: str
    due_words: str
    due: dt.date | None
    made: dt.date
    kept: dt.date | None = None
    kept_note: str = ""
    kept_by: str = ""
    answered: dt.date | None = None
    answered_no: str = ""

    @property
    def state(self) -> str:
        """Say where it stands: 待落实, 已落实 (to be answered again), 已续办答复."""
        if self.answered:
            return "已续办答复"
        return "已落实" if self.kept else "待落实"


def promised(draft: Draft) -> list[Commitment]:
    """Return what the answers of a reply promise, each once; what is said twice of several units
    or terms is one promise of them all."""
    found: dict[str, Commitment] = {}
    for answer in aligned(draft).answers:
        for one in promises_of(answer, draft.date.year if draft.date else None):
            first = found.get(one.text)
            found[one.text] = one if first is None else _both(first, one)
    return list(found.values())


def _both(one: Commitment, other: Commitment) -> Commitment:
    return replace(one, unit=_joined(one.unit, other.unit), due=_joined(one.due, other.due))


def _joined(one: str | None, other: str | None) -> str | None:
    if not one or not other:
        return one or other
    return one if other in one else f"{one}、{other}"


def note(
    db: Connection, matter: int, round: int, draft: Draft, made: dt.date, own: str = ""
) -> int:
    """Put the promises of a reply that has gone out on the list; return how many are new.

    ``own`` is the unit that the reply calls 我局.
    """
    with transaction(db):
        before = db.total_changes
        for one in promised(draft):
            due = due_day(one.due or "", made)
            unit = one.unit or ""
            unit = own if own and is_ourselves(unit) else unit
            db.execute(
                "INSERT INTO promises (matter, round, text, unit, due_words, due, made)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (matter, text) DO NOTHING",
                (matter, round, one.text, unit, one.due or "", _iso(due), _iso(made)),
            )
        return db.total_changes - before


def keep(db: Connection, promise_id: int, day: dt.date, note: str, author: str) -> Promise:
    """Record that a promise was kept, when and how; return it as it stands then.

    Raises :class:`LookupError` for an unknown promise, :class:`UserError` where nothing says how,
    or it has been answered already.
    """
    if not note or len(note) > NOTE_MAX_CHARS:
        raise UserError(f"请写明落实情况，不超过{NOTE_MAX_CHARS}个字。", field="note")
    with transaction(db):
        found = one(db, promise_id)
        if found.answered:
            raise UserError("这项承诺已经续办答复，不能再改。", field="note")
        if day < found.made:
            raise UserError("落实日期早于答复日期，请核对。", field="day")
        db.execute(
            "UPDATE promises SET kept = ?, kept_note = ?, kept_by = ? WHERE id = ?",
            (_iso(day), note, author, promise_id),
        )
    return replace(found, kept=day, kept_note=note, kept_by=author)


def redate(db: Connection, promise_id: int, due: dt.date | None) -> Promise:
    """Set the day by which a promise is due, where the reply's words left it open."""
    with transaction(db):
        found = one(db, promise_id)
        db.execute("UPDATE promises SET due = ? WHERE id = ?", (_iso(due), promise_id))
    return replace(found, due=due)


def answered(db: Connection, matter: int, day: dt.date, doc_no: str) -> int:
    """Mark what was kept as answered again, by the paper ``doc_no``; return how many."""
    with transaction(db):
        done = db.execute(
            "UPDATE promises SET answered = ?, answered_no = ?"
            " WHERE matter = ? AND kept IS NOT NULL AND answered IS NULL",
            (_iso(day), doc_no, matter),
        )
        return done.rowcount


def one(db: Connection, promise_id: int) -> Promise:
    """Return one promise. Raises :class:`LookupError`."""
    row = db.execute("SELECT * FROM promises WHERE id = ?", (promise_id,)).fetchone()
    if row is None:
        raise LookupError(promise_id)
    return _promise(row)


def of_matter(db: Connection, matter: int) -> list[Promise]:
    """Return the promises of one matter, in the order of the reply."""
    rows = db.execute("SELECT * FROM promises WHERE matter = ? ORDER BY id", (matter,))
    return [_promise(row) for row in rows]


def listed(db: Connection, *, settled: bool = False) -> list[Promise]:
    """Return what is still owed, what is due first on top; ``settled``: what was answered again."""
    rows = db.execute(
        "SELECT p.* FROM promises p JOIN matters m ON m.id = p.matter"
        " WHERE m.deleted IS NULL AND CASE WHEN p.answered IS NULL THEN 0 ELSE 1 END = ?"
        " ORDER BY p.due IS NULL, p.due, p.id",
        (settled,),
    )
    return [_promise(row) for row in rows]


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _promise(row: Row) -> Promise:
    return Promise(
        row["id"],
        row["matter"],
        row["round"],
        row["text"],
        row["unit"],
        row["due_words"],
        _day(row["due"]),
        dt.date.fromisoformat(row["made"]),
        _day(row["kept"]),
        row["kept_note"],
        row["kept_by"],
        _day(row["answered"]),
        row["answered_no"],
    )
