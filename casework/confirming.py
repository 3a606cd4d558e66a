"""逐项确认: which particulars of a draft a named person answers for, kept one by one.

What was confirmed is never changed: it is taken back, and both stay in the log. Whether it still
holds for what the draft says now is told by :mod:`drafting.answering.answerable`. Once the reply
has gone out nothing is confirmed or taken back any more.
"""

from __future__ import annotations

import datetime as dt

from casework.procedure.stage import before_sending
from casework.store import Casework
from drafting.answering.answerable import Claim, Confirmation, quoted, same
from drafting.errors import UserError
from drafting.model import Draft
from drafting.model.serial import loads_draft
from storage.engine import Connection, Row
from storage.moments import utc_now
from storage.statements import new_id

NAME_MAX_CHARS = 60
SENT = "这件提案的答复已经印送，不能再确认或撤销。"


def listed(db: Connection, matter_id: int) -> tuple[Confirmation, ...]:
    """Return what was confirmed in a matter and not taken back, the newest first."""
    rows = db.execute(
        "SELECT * FROM confirmations WHERE matter = ? AND undone IS NULL ORDER BY id DESC",
        (matter_id,),
    )
    return tuple(_confirmation(row) for row in rows)


def confirm(casework: Casework, matter_id: int, what: Claim, name: str) -> int:
    """Keep that ``name`` answers for one particular and return the id of that.

    Who is signed in is kept beside, by the log and in the row. What is confirmed already is not
    doubled. Raises :class:`UserError` for no name or too long a one, and once the reply is out.
    """
    if not name:
        raise UserError("请填写确认人姓名，姓名随签发单留存。", field="name")
    if len(name) > NAME_MAX_CHARS:
        raise UserError(f"确认人姓名不能超过{NAME_MAX_CHARS}个字。", field="name")
    with before_sending(casework.db, matter_id, SENT):
        for known in listed(casework.db, matter_id):
            if same(what, known):
                return known.id
        done = new_id(
            casework.db.execute(
                "INSERT INTO confirmations"
                " (matter, suggestion, kind, text, before, behind, name, author, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (
                    matter_id,
                    what.suggestion,
                    what.kind,
                    what.text,
                    what.before,
                    what.behind,
                    name,
                    casework.actor.who,
                    utc_now(),
                ),
            )
        )
        casework.log("确认内容", f"提案 {matter_id}", detail=f"{what.kind} {quoted(what)}：{name}")
    return done


def undo(casework: Casework, matter_id: int, confirmation_id: int) -> Confirmation | None:
    """Take a confirmation back; return it, ``None`` where it is not there or taken back already."""
    with before_sending(casework.db, matter_id, SENT):
        row = casework.db.execute(
            "UPDATE confirmations SET undone = ?, undone_by = ?"
            " WHERE id = ? AND matter = ? AND undone IS NULL RETURNING *",
            (utc_now(), casework.actor.who, confirmation_id, matter_id),
        ).fetchone()
        if row is None:
            return None
        found = _confirmation(row)
        detail = f"{found.kind} “{found.before}{found.text}{found.behind}”：{found.name}"
        casework.log("撤销确认", f"提案 {matter_id}", detail=detail)
    return found


def passed_before(db: Connection, matter_id: int) -> Draft | None:
    """Return the draft that had passed 送核稿 before particulars were asked for, if one had.

    ``None`` once the matter has come back to 起草: it is sent on by the rules of today then.
    """
    row = db.execute(
        "SELECT draft FROM passed_before p WHERE p.matter = ? AND NOT EXISTS (SELECT 1 FROM moves"
        " WHERE matter = p.matter AND number > p.moves AND target = '起草')",
        (matter_id,),
    ).fetchone()
    return loads_draft(row["draft"]) if row else None


def _confirmation(row: Row) -> Confirmation:
    return Confirmation(
        row["id"],
        row["suggestion"],
        row["kind"],
        row["text"],
        row["before"],
        row["behind"],
        row["name"],
        dt.datetime.fromisoformat(row["at"]),
    )
