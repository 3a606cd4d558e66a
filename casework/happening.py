"""What other systems are told: an event is written with what happened, in the same transaction.

Who wants it is known then too, so that what an event leads to is one row for each system that asked
for it. Sending them is another's work (:mod:`casework.webhooks`).
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterable, Mapping

from casework.matters import cohandling, handling
from casework.procedure import events
from casework.procedure.events import EventName
from casework.procedure.stage import Step
from casework.procedure.states import Move
from storage.engine import Connection
from storage.moments import utc_now
from storage.statements import new_id
from storage.tables.changes import RowChange

_NONE_COMES = ("decline", "stop-asking")
"""The moves by which no opinion comes."""


def tell(
    db: Connection,
    names: Iterable[EventName],
    matter: int,
    change: Mapping[str, object] | None = None,
    at: dt.datetime | None = None,
) -> None:
    """Write that something happened to a matter, for the systems that want it.

    To be called within the transaction of the action. ``change`` says what changed, in plain JSON;
    nothing that somebody wrote goes there.
    """
    hooks = db.execute("SELECT id, unit, events FROM webhooks WHERE active = 1").fetchall()
    if not hooks:
        return
    units = handling.units_of(db, matter)
    said = json.dumps(dict(change or {}), ensure_ascii=False)
    moment = at.astimezone(dt.UTC).isoformat(timespec="seconds") if at else utc_now()
    for name in names:
        takers = [
            int(row["id"])
            for row in hooks
            if name in row["events"].split() and (not row["unit"] or row["unit"] in units)
        ]
        if takers:
            _write(db, name, matter, said, moment, takers)


def of_move(db: Connection, matter: int, step: Step) -> None:
    """Tell of a move of the procedure, and of what it means beyond that."""
    move = step.move
    change = {
        "move": move.name,
        "from": step.source,
        "to": step.target,
        "number": step.number,
        "round": step.round,
    }
    tell(db, events.of_move(move.id), matter, change, step.at)
    lead = _of_lead(move)
    if lead and (link := cohandling.of_matter(db, matter)) is not None:
        tell(db, [lead], link.lead, {"unit": link.name}, step.at)


def of_opinion(db: Connection, opinion: int, name: EventName) -> None:
    """Tell of a line of 会办意见: asked, received."""
    row = db.execute("SELECT matter, unit FROM opinions WHERE id = ?", (opinion,)).fetchone()
    if row is not None:
        tell(db, [name], row["matter"], {"unit": row["unit"]})


def of_taken_back(db: Connection, changes: Iterable[RowChange]) -> None:
    """Tell what it means that rows were put back as they were before a step, or forward again."""
    for one in changes:
        row = one.after or one.before
        if one.table != "opinions" or row is None:
            continue
        if name := _of_line(one.before or {}, one.after or {}):
            tell(db, [name], row["matter"], {"unit": row["unit"]})


def _of_line(before: Mapping[str, object], after: Mapping[str, object]) -> EventName | None:
    """What a change of a line of 会办意见 means to others."""
    told: tuple[tuple[str, EventName], ...] = (
        ("received", "opinion.received"),
        ("asked", "opinion.asked"),
    )
    for column, name in told:
        was, stands = bool(before.get(column)), bool(after.get(column))
        if was != stands:
            return name if stands else "opinion.withdrawn"
    return None


def _of_lead(move: Move) -> EventName | None:
    """What a move of a 会办 unit's own matter is to the matter that it was asked for."""
    if "交会办意见" in move.effects:
        return "opinion.received"
    return "opinion.withdrawn" if "收回会办意见" in move.effects or move.id in _NONE_COMES else None


def _write(
    db: Connection, name: EventName, matter: int, said: str, at: str, takers: Iterable[int]
) -> None:
    event = f"evt_{secrets.token_hex(16)}"
    place = new_id(
        db.execute(
            "INSERT INTO webhook_events (id, name, matter, at, change) VALUES (?, ?, ?, ?, ?)"
            " RETURNING place",
            (event, name, matter, at, said),
        )
    )
    db.executemany(
        "INSERT INTO webhook_deliveries (id, hook, event, matter, made, due)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(secrets.token_hex(16), hook, place, matter, at, at) for hook in takers],
    )
