"""What was changed in one press, kept so that the same press takes it back, and brings it back.

One mechanism for all that has no history of its own (versions of a draft, of settings; deleted
matters and documents): the rows as they were and as they became (:mod:`storage.tables.changes`).
A step is its author's; it is kept for a month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec

from casework import happening
from casework.store import Casework
from drafting.errors import UserError
from storage import transaction
from storage.engine import Connection, Row
from storage.moments import moment, utc_now
from storage.statements import new_id
from storage.tables.changes import Overtaken, RowChange, reverse, watched

KEPT_DAYS = 30
MOST_BYTES = 64 * 1024 * 1024
"""A step that is larger is not kept: nothing that people change in one press is."""
CHANGED_SINCE = "之后又有改动，不能撤销。请看过现在的内容再改。"
GONE = "这一步已经过了三十天，或者不是您做的，不能撤销。"


@dataclass(frozen=True, slots=True)
class Step:
    """One press: what was done, on which page, to which matter (0: none), by which action.

    ``undone`` is when it was taken back, ``None`` while it holds.
    """

    id: int
    what: str
    action: str
    place: str
    matter: int
    author: str
    made: dt.datetime
    undone: dt.datetime | None


class Recording:
    """The step under way; ``what`` says in words what is done, ``id`` its number once kept."""

    def __init__(self, what: str) -> None:
        """Begin with ``what``, which may be changed until the end."""
        self.what = what
        self.id = 0


@contextmanager
def recorded(
    casework: Casework,
    tables: Sequence[str],
    what: str,
    *,
    action: str,
    place: str,
    matter: int = 0,
    author: str = "",
) -> Iterator[Recording]:
    """Keep what the block changes in ``tables`` as a step; nothing changed, nothing kept."""
    recording = Recording(what)
    with watched(casework.db, tables) as changes:
        yield recording
    if not changes:
        return
    packed = msgspec.msgpack.encode([(one.table, one.before, one.after) for one in changes])
    if len(packed) > MOST_BYTES:
        return
    with transaction(casework.db) as db:
        oldest = dt.datetime.now(dt.UTC) - dt.timedelta(days=KEPT_DAYS)
        db.execute("DELETE FROM undo_steps WHERE made < ?", (oldest.isoformat(timespec="seconds"),))
        made = new_id(
            db.execute(
                "INSERT INTO undo_steps (what, action, place, matter, author, made, changes)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (recording.what, action, place, matter, author, utc_now(), packed),
            )
        )
        recording.id = made


def listed(db: Connection, author: str, most: int) -> list[Step]:
    """Return the steps of ``author``, the newest first."""
    rows = db.execute(
        "SELECT id, what, action, place, matter, author, made, undone FROM undo_steps"
        " WHERE author = ? ORDER BY id DESC LIMIT ?",
        (author, most),
    )
    return [_step(row) for row in rows]


def one(db: Connection, step_id: int, author: str) -> Step:
    """Return a step of ``author``. Raises :class:`UserError` where there is none."""
    row = db.execute(
        "SELECT id, what, action, place, matter, author, made, undone FROM undo_steps"
        " WHERE id = ? AND author = ?",
        (step_id, author),
    ).fetchone()
    if row is None:
        raise UserError(GONE)
    return _step(row)


def take_back(casework: Casework, step: Step) -> bool:
    """Take ``step`` back, or bring it back where it was taken back; return whether it holds now.

    Raises :class:`UserError` where something was changed since, or nobody would be left to give
    out accounts.
    """
    with casework.transaction():
        row = casework.db.execute(
            "SELECT changes, undone FROM undo_steps WHERE id = ?", (step.id,)
        ).fetchone()
        if (row["undone"] is None) != (step.undone is None):
            raise UserError(CHANGED_SINCE)
        packed = msgspec.msgpack.decode(row["changes"])
        changes = [RowChange(*entry) for entry in packed]
        try:
            back = reverse(casework.db, changes)
        except Overtaken:
            raise UserError(CHANGED_SINCE) from None
        if any(change.table == "people" for change in changes):
            casework.people.keep_an_administrator()
        happening.of_taken_back(casework.db, back)
        holds = step.undone is not None
        casework.db.execute(
            "UPDATE undo_steps SET changes = ?, undone = ? WHERE id = ?",
            (
                msgspec.msgpack.encode([(c.table, c.before, c.after) for c in back]),
                None if holds else utc_now(),
                step.id,
            ),
        )
        where = f"提案 {step.matter}" if step.matter else ""
        casework.log("重做" if holds else "撤销", where, detail=step.what)
    return holds


def _step(row: Row) -> Step:
    return Step(
        row["id"],
        row["what"],
        row["action"],
        row["place"],
        row["matter"],
        row["author"],
        dt.datetime.fromisoformat(row["made"]),
        moment(row["undone"]),
    )
