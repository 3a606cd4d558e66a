"""批注: what those who read a paper say about its passages, and what became of it.

A comment stays for good: it is dealt with (with an answer or without), opened again, or taken back
by whoever made it; each of these is in the log. Once the reply has gone out nothing is changed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.procedure.stage import before_sending
from casework.store import Casework
from drafting.errors import UserError
from drafting.language.likeness.anchors import Anchor
from storage.engine import Connection, Row
from storage.moments import moment, utc_now
from storage.statements import new_id

TEXT_MAX_CHARS = 1_000
SENT = "这件提案的答复已经印送，不能再批注。"
GONE = "这条批注刚刚有变动，请看过现在的再办。"
_QUOTED_IN_LOG = 30


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment. ``suggestion`` is the key of the suggestion whose answer it is about, or
    empty; ``answer`` is what was said when it was dealt with."""

    id: int
    suggestion: str
    anchor: Anchor
    text: str
    author: str
    at: dt.datetime
    answer: str = ""
    resolved: dt.datetime | None = None
    resolved_by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it still waits to be dealt with."""
        return self.resolved is None


def listed(db: Connection, matter_id: int) -> tuple[Comment, ...]:
    """Return the comments on a matter's paper that were not taken back, in their order."""
    rows = db.execute(
        "SELECT * FROM comments WHERE matter = ? AND withdrawn IS NULL ORDER BY id", (matter_id,)
    )
    return tuple(_comment(row) for row in rows)


def add(casework: Casework, matter_id: int, anchor: Anchor, suggestion: str, text: str) -> int:
    """Keep a comment and return its id; raises :class:`UserError` for none or too long a one."""
    if not text:
        raise UserError("请写批注。", field="said")
    if len(text) > TEXT_MAX_CHARS:
        raise UserError(f"批注不能超过{TEXT_MAX_CHARS}个字。", field="said")
    with before_sending(casework.db, matter_id, SENT):
        done = new_id(
            casework.db.execute(
                "INSERT INTO comments (matter, suggestion, quoted, before, behind, text, author,"
                " at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (
                    *(matter_id, suggestion, anchor.quoted, anchor.before, anchor.behind),
                    *(text, casework.actor.who, utc_now()),
                ),
            )
        )
        casework.log("批注", f"提案 {matter_id}", detail=_told(anchor, text))
    return done


def resolve(casework: Casework, matter_id: int, comment_id: int, answer: str = "") -> None:
    """Have a comment dealt with, with what is said to it; raises :class:`UserError`."""
    if len(answer) > TEXT_MAX_CHARS:
        raise UserError(f"对批注的答复不能超过{TEXT_MAX_CHARS}个字。", field="answer")
    _change(
        casework,
        matter_id,
        comment_id,
        "处理批注",
        "answer = ?, resolved = ?, resolved_by = ? WHERE withdrawn IS NULL AND resolved IS NULL",
        (answer, utc_now(), casework.actor.who),
    )


def reopen(casework: Casework, matter_id: int, comment_id: int) -> None:
    """Open a comment again that was dealt with; what was answered stays."""
    _change(
        casework,
        matter_id,
        comment_id,
        "重开批注",
        "resolved = NULL, resolved_by = '' WHERE withdrawn IS NULL AND resolved IS NOT NULL",
    )


def withdraw(casework: Casework, matter_id: int, comment_id: int) -> None:
    """Take back a comment of the own that nobody has dealt with."""
    _change(
        casework,
        matter_id,
        comment_id,
        "撤回批注",
        "withdrawn = ? WHERE withdrawn IS NULL AND resolved IS NULL AND author = ?"
        # Not by whoever was given the name of an account that has been removed since.
        " AND at >= ifnull((SELECT created FROM people WHERE name = author), '')",
        (utc_now(), casework.actor.who),
    )


def _change(
    casework: Casework,
    matter_id: int,
    comment_id: int,
    action: str,
    change: str,
    values: tuple[str, ...] = (),
) -> None:
    with before_sending(casework.db, matter_id, SENT):
        row = casework.db.execute(
            f"UPDATE comments SET {change}"  # noqa: S608
            " AND id = ? AND matter = ? RETURNING *",
            (*values, comment_id, matter_id),
        ).fetchone()
        if row is None:
            raise UserError(GONE)
        found = _comment(row)
        casework.log(action, f"提案 {matter_id}", detail=_told(found.anchor, found.text))


def _told(anchor: Anchor, text: str) -> str:
    return f"“{anchor.quoted[:_QUOTED_IN_LOG]}”：{text}"


def _comment(row: Row) -> Comment:
    return Comment(
        row["id"],
        row["suggestion"],
        Anchor(row["quoted"], row["before"], row["behind"]),
        row["text"],
        row["author"],
        dt.datetime.fromisoformat(row["at"]),
        row["answer"],
        moment(row["resolved"]),
        row["resolved_by"],
    )
