"""会办意见 of a matter: which unit was asked when, by whom, until when, and what it answered.

A unit is asked by a recorded act only; only what was asked can be late.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from casework.nouns import CoOpinion
from drafting.errors import UserError
from drafting.model import Draft, OpinionState
from storage import transaction
from storage.engine import Connection, Row
from storage.originals import Kept, as_kept

_COLUMNS = "id, matter, unit, asked, due, received, name, text, asked_by, about, printed, parts"


def install_asking(db: Connection) -> None:
    """Record who asked, about which suggestions; a numbered migration.

    What an older program filled in as due without any asking was reckoned from 交办: it goes, for
    nobody was asked. A reply that was signed or has gone out named its 会办 units whether or not
    their opinions were recorded; it stays as it was signed.
    """
    db.execute("ALTER TABLE opinions ADD COLUMN asked_by TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE opinions ADD COLUMN about TEXT NOT NULL DEFAULT '[]'")
    db.execute("ALTER TABLE opinions ADD COLUMN printed INTEGER NOT NULL DEFAULT 0")
    db.execute("UPDATE opinions SET due = NULL WHERE asked IS NULL")
    rows = db.execute(
        "SELECT m.id, v.draft FROM matters m"
        " JOIN versions v ON v.matter = m.id AND v.number = m.version"
        " JOIN standing s ON s.matter = m.id WHERE s.sent IS NOT NULL OR s.signed IS NOT NULL"
    ).fetchall()
    for row in rows:
        proposal = json.loads(row["draft"]).get("proposal", {})
        if proposal.get("role", "主办") != "主办":
            continue
        db.executemany(
            "INSERT INTO opinions (matter, unit, printed) VALUES (?, ?, 1)"
            " ON CONFLICT (matter, unit) DO UPDATE SET printed = 1",
            [(row["id"], unit) for unit in proposal.get("co_units", ())],
        )


def keep_units(db: Connection, matter_id: int, units: Sequence[str]) -> None:
    """Have a line for each of ``units``, in their order.

    A unit no longer named loses its line only where nothing was asked of it and nothing received.
    """
    with transaction(db):
        db.executemany(
            "INSERT INTO opinions (matter, unit) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(matter_id, unit) for unit in units],
        )
        marks = ",".join("?" * len(units))
        db.execute(
            f"DELETE FROM opinions WHERE matter = ? AND unit NOT IN ({marks})"  # noqa: S608
            " AND asked IS NULL AND received IS NULL AND printed = 0",
            (matter_id, *units),
        )


def listed(db: Connection, matter_id: int) -> list[CoOpinion]:
    """Return the lines of a matter in the order in which the units were named."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM opinions WHERE matter = ? ORDER BY id",  # noqa: S608
        (matter_id,),
    )
    return [_opinion(row) for row in rows]


def one(db: Connection, matter_id: int, opinion_id: int) -> CoOpinion | None:
    """Return one line, where it belongs to the matter."""
    return next((line for line in listed(db, matter_id) if line.id == opinion_id), None)


def original(db: Connection, opinion_id: int) -> tuple[str, bytes | Kept] | None:
    """Return name and file that was received, if any."""
    row = db.execute(
        "SELECT name, content, digest FROM opinions WHERE id = ?", (opinion_id,)
    ).fetchone()
    held = as_kept(row["digest"], row["content"]) if row else None
    return (str(row["name"]), held) if held is not None else None


# ------------------------------------------------------------------ asking and receiving


def check_asking(
    asked: dt.date | None, due: dt.date | None, received: dt.date | None, today: dt.date
) -> None:
    """Raise :class:`UserError` (field ``asked`` or ``due``) for an asking that cannot have been."""
    if asked is None:
        if due is not None:
            raise UserError("填了反馈期限，却没有填征求日期。", field="due")
        return
    if asked > today:
        raise UserError("征求日期晚于今天；函件发出以后再记。", field="asked")
    if due is not None and due < asked:
        raise UserError("反馈期限早于征求日期，请核对。", field="due")
    if received is not None and received < asked:
        raise UserError("征求日期晚于收到意见的日期，请核对。", field="asked")


def ask(
    db: Connection,
    opinion_id: int,
    asked: dt.date | None,
    due: dt.date | None,
    by: str = "",
) -> None:
    """Record when the unit was asked, by whom, and until when it is to answer.

    Asked twice, the last asking counts. Without ``asked`` what was recorded by mistake is undone.
    """
    with transaction(db):
        db.execute(
            "UPDATE opinions SET asked = ?, due = ?, asked_by = ? WHERE id = ?",
            (_iso(asked), _iso(due) if asked else None, by if asked else "", opinion_id),
        )


def share(db: Connection, opinion_id: int, about: Iterable[str]) -> None:
    """Keep which suggestions, by their ids, are put before the unit; none means all."""
    with transaction(db):
        db.execute(
            "UPDATE opinions SET about = ? WHERE id = ?",
            (json.dumps(list(about), ensure_ascii=False), opinion_id),
        )


def receive(
    db: Connection, opinion_id: int, day: dt.date, text: str, name: str, digest: str
) -> None:
    """Keep what the unit answered: its words, and the file that they came in, by its digest."""
    with transaction(db):
        db.execute(
            "UPDATE opinions SET received = ?, text = ?, parts = '[]', name = ?, content = NULL,"
            " digest = ? WHERE id = ?",
            (_iso(day), text, name, digest, opinion_id),
        )


def late(db: Connection, today: dt.date) -> dict[int, int]:
    """Return for each matter how many opinions that were asked are overdue on ``today``."""
    rows = db.execute(
        "SELECT matter, count(*) AS n FROM opinions"
        " WHERE asked IS NOT NULL AND received IS NULL AND due < ? GROUP BY matter",
        (today.isoformat(),),
    )
    return {row["matter"]: row["n"] for row in rows}


# ------------------------------------------------------------------ the record, in the draft


def told(draft: Draft, lines: Iterable[CoOpinion]) -> Draft:
    """Return ``draft`` with what ``lines`` record of its 会办 units, for the paper to say."""
    states = [
        OpinionState(one.unit, one.asked, one.due, one.received, one.about, one.printed)
        for one in lines
    ]
    return recorded(draft, states)


def recorded(draft: Draft, states: Iterable[OpinionState]) -> Draft:
    """Return ``draft`` with those of ``states`` that say anything."""
    saying = (one for one in states if one.asked or one.received or one.about or one.printed)
    return replace(draft, co_opinions=tuple(saying))


def untold(draft: Draft) -> Draft:
    """Return ``draft`` without that record, which is not its writer's: to compare two drafts."""
    return replace(draft, co_opinions=()) if draft.co_opinions else draft


def by_matter(db: Connection) -> dict[int, list[CoOpinion]]:
    """Return the lines of all matters."""
    found: dict[int, list[CoOpinion]] = {}
    for row in db.execute(f"SELECT {_COLUMNS} FROM opinions ORDER BY id"):  # noqa: S608
        found.setdefault(row["matter"], []).append(_opinion(row))
    return found


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _opinion(row: Row) -> CoOpinion:
    return CoOpinion(
        id=row["id"],
        matter=row["matter"],
        unit=row["unit"],
        asked=_day(row["asked"]),
        due=_day(row["due"]),
        received=_day(row["received"]),
        name=row["name"],
        text=row["text"],
        asked_by=row["asked_by"],
        about=tuple(json.loads(row["about"])),
        printed=bool(row["printed"]),
        parts=tuple((key, text) for key, text in json.loads(row["parts"])),
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
