"""承诺: what a reply promised, with unit and date, until it is kept and answered again.

A reply of the class that means “under way or planned” is a debt: what it promised is to be answered
again once it is kept (rules for deputies' suggestions; local rules alike). Its promises become
lines of a list when it goes out.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace

from casework.progress import aligned
from drafting.model import Answer, Block, Commitment, Disposition, Draft, UserError
from drafting.profile import Profile, class_code
from storage import transaction

NOTE_MAX_CHARS = 500
_NOT_PROMISED: tuple[Disposition | None, ...] = ("留作参考",)
_YEAR = re.compile(r"(20\d{2})年|(今年|本年|年内|年底)|(明年)")
_MONTH = re.compile(r"(\d{1,2})月(?:(\d{1,2})日)?(上旬|中旬)?")
_PARTS = (
    (re.compile("一季度|第1季度"), (3, 31)),
    (re.compile("二季度|第2季度|上半年|春季学期"), (6, 30)),
    (re.compile("三季度|第3季度"), (9, 30)),
    (re.compile("四季度|第4季度|下半年|年底|年末|年内|秋季学期|今年|本年|明年|年"), (12, 31)),
)
_OURSELVES = re.compile(r"[我本](?:局|委|办|厅|部|镇|乡|院|中心|单位|校|街道)$")
_DAYS = {"上旬": 10, "中旬": 20}


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


def is_debt(profile: Profile, draft: Draft) -> bool:
    """Tell whether the reply's class is the one that a planned suggestion gets, by the profile."""
    if draft.proposal.role != "主办":
        return False
    dispositions = [answer.disposition for answer in aligned(draft).answers]
    code = draft.class_code or class_code(profile, dispositions)
    return code is not None and code == class_code(profile, ["列入计划"])


def promised(draft: Draft) -> list[Commitment]:
    """Return what the answers promise, a clause each, with the answer's unit and date."""
    found: list[Commitment] = []
    for answer in aligned(draft).answers:
        if answer.disposition not in _NOT_PROMISED:
            found += _of_answer(answer, draft.date)
    return found


def note(
    db: sqlite3.Connection, matter: int, round: int, draft: Draft, made: dt.date, own: str = ""
) -> int:
    """Put the promises of a reply that has gone out on the list; return how many are new.

    ``own`` is the unit that the reply calls 我局.
    """
    with transaction(db):
        before = db.total_changes
        for one in promised(draft):
            due = due_day(one.due or "", made)
            unit = one.unit or ""
            unit = own if own and _OURSELVES.match(unit) else unit
            db.execute(
                "INSERT INTO promises (matter, round, text, unit, due_words, due, made)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (matter, text) DO NOTHING",
                (matter, round, one.text, unit, one.due or "", _iso(due), _iso(made)),
            )
        return db.total_changes - before


def keep(db: sqlite3.Connection, promise_id: int, day: dt.date, note: str, author: str) -> Promise:
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


def redate(db: sqlite3.Connection, promise_id: int, due: dt.date | None) -> Promise:
    """Set the day by which a promise is due, where the reply's words left it open."""
    with transaction(db):
        found = one(db, promise_id)
        db.execute("UPDATE promises SET due = ? WHERE id = ?", (_iso(due), promise_id))
    return replace(found, due=due)


def answered(db: sqlite3.Connection, matter: int, day: dt.date, doc_no: str) -> int:
    """Mark what was kept as answered again, by the paper ``doc_no``; return how many."""
    with transaction(db):
        done = db.execute(
            "UPDATE promises SET answered = ?, answered_no = ?"
            " WHERE matter = ? AND kept IS NOT NULL AND answered IS NULL",
            (_iso(day), doc_no, matter),
        )
        return done.rowcount


def one(db: sqlite3.Connection, promise_id: int) -> Promise:
    """Return one promise. Raises :class:`LookupError`."""
    row = db.execute("SELECT * FROM promises WHERE id = ?", (promise_id,)).fetchone()
    if row is None:
        raise LookupError(promise_id)
    return _promise(row)


def of_matter(db: sqlite3.Connection, matter: int) -> list[Promise]:
    """Return the promises of one matter, in the order of the reply."""
    rows = db.execute("SELECT * FROM promises WHERE matter = ? ORDER BY id", (matter,))
    return [_promise(row) for row in rows]


def listed(db: sqlite3.Connection, *, settled: bool = False) -> list[Promise]:
    """Return what is still owed, what is due first on top; ``settled``: what was answered again."""
    rows = db.execute(
        "SELECT p.* FROM promises p JOIN matters m ON m.id = p.matter"
        " WHERE m.deleted IS NULL AND (p.answered IS NOT NULL) = ?"
        " ORDER BY p.due IS NULL, p.due, p.id",
        (settled,),
    )
    return [_promise(row) for row in rows]


def due_day(words: str, made: dt.date) -> dt.date | None:
    """Return the last day of a time as printed (2026年12月底前, 明年上半年); ``None`` if unsaid.

    A time without a year is of the year in which the promise was made, or of the next where it
    had passed by then.
    """
    if not words:
        return None
    named = _YEAR.search(words)
    year = int(named[1]) if named and named[1] else made.year + bool(named and named[3])
    day = _within(words, year)
    if day and not (named and (named[1] or named[3])) and day < made:
        day = _within(words, year + 1)
    return day


def _within(words: str, year: int) -> dt.date | None:
    month = _MONTH.search(words)
    if month:
        number = int(month[1])
        if not 1 <= number <= 12:
            return None
        last = monthrange(year, number)[1]
        day = int(month[2]) if month[2] else _DAYS.get(month[3] or "", last)
        return dt.date(year, number, min(max(day, 1), last))
    return next((dt.date(year, *end) for part, end in _PARTS if part.search(words)), None)


def _of_answer(answer: Answer, date: dt.date | None) -> Iterable[Commitment]:
    from drafting.reading.promises import find_commitments

    if not answer.next_step.strip():
        return []
    blocks = [Block("heading", "下一步工作", 1)]
    blocks += [Block("paragraph", line) for line in answer.next_step.split("\n") if line.strip()]
    found = find_commitments(blocks, date.year if date else None)
    given = (answer.next_unit.strip() or None, answer.next_date.strip() or None)
    return [replace(one, unit=one.unit or given[0], due=one.due or given[1]) for one in found]


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _promise(row: sqlite3.Row) -> Promise:
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
