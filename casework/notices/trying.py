"""What waits to be sent, and how it is tried: the row is written before each try, ends once.

Shared by the tables whose rows say ``id``, ``made``, ``due``, ``tries``, ``tried``, ``state``
(等待, 已发, 失败, 作罢), ``reason`` and ``ended``: a service that is killed amid a try sends again,
under the same id; what was given up can be tried anew by a press.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casework.store import Casework
from storage.engine import Connection, Row

BROKEN_OFF = "最后一次发送时服务中断，不知道是否发到。"


@dataclass(frozen=True, slots=True)
class Queue:
    """A table of what waits; ``noun`` is what the log calls one of its rows, ``verb`` its sending.
    ``id_chars`` of an id are enough to tell it by."""

    table: str
    noun: str
    verb: str
    id_chars: int = 8

    def short(self, row_id: str) -> str:
        """What the log calls one."""
        return f"{self.noun} {row_id[: self.id_chars]}"


def stamp(at: dt.datetime) -> str:
    """Return a time as the tables keep it: in UTC, in an order that texts have too."""
    return at.astimezone(dt.UTC).isoformat(timespec="seconds")


def begin(
    casework: Casework,
    queue: Queue,
    row: Row | Mapping[str, Any],
    now: dt.datetime,
    pause: dt.timedelta,
) -> bool:
    """Write that a try begins, and that the next is after ``pause``; ``False`` where another
    process has begun one."""
    with casework.transaction():
        begun = casework.db.execute(
            f"UPDATE {queue.table} SET tries = ?, tried = ?, due = ?"  # noqa: S608
            " WHERE id = ? AND state = '等待' AND tries = ?",
            (row["tries"] + 1, stamp(now), stamp(now + pause), row["id"], row["tries"]),
        )
        return bool(begun.rowcount)


def note(casework: Casework, queue: Queue, row_id: str, reason: str) -> None:
    """Keep why a try failed; the row waits for the next."""
    with casework.transaction():
        casework.db.execute(
            f"UPDATE {queue.table} SET reason = ? WHERE id = ?",  # noqa: S608
            (reason, row_id),
        )


def end(db: Connection, queue: Queue, row_id: str, state: str, reason: str, at: str) -> None:
    """End what waits; to be called within a transaction, with the log's line."""
    db.execute(
        f"UPDATE {queue.table} SET state = ?, reason = ?, ended = ?"  # noqa: S608
        " WHERE id = ? AND state = '等待'",
        (state, reason, at, row_id),
    )


def again(casework: Casework, queue: Queue, row_id: str, now: dt.datetime) -> bool:
    """Have what was given up tried anew from the first; return whether there is one."""
    with casework.transaction():
        done = casework.db.execute(
            f"UPDATE {queue.table} SET state = '等待', tries = 0, due = ?, ended = NULL"  # noqa: S608
            " WHERE id = ? AND state IN ('失败', '作罢')",
            (stamp(now), row_id),
        ).rowcount
        if done:
            casework.log(f"重发{queue.noun}", queue.short(row_id))
    return bool(done)


def drop(casework: Casework, queue: Queue, row_id: str, now: dt.datetime) -> bool:
    """Give up what waits or has failed; return whether there is one."""
    with casework.transaction():
        done = casework.db.execute(
            f"UPDATE {queue.table} SET state = '作罢', ended = ?"  # noqa: S608
            " WHERE id = ? AND state IN ('等待', '失败')",
            (stamp(now), row_id),
        ).rowcount
        if done:
            casework.log(f"不再{queue.verb}{queue.noun}", queue.short(row_id))
    return bool(done)


def counts(db: Connection, queue: Queue) -> dict[str, int]:
    """Return how many are in each state."""
    query = f"SELECT state, count(*) AS many FROM {queue.table} GROUP BY state"  # noqa: S608
    return {row["state"]: row["many"] for row in db.execute(query)}
