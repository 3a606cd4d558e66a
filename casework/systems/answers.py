"""What was answered under an idempotency key, so that a call that is sent twice is done once.

The answer is written in the transaction of what was done: after a crash both are there or neither,
and of two that come at once to any process one does it and the other gets its answer. A call that
was refused takes no key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from casework.people import clock
from drafting.errors import UserError
from storage import transaction
from storage.engine import Connection, Row

KEPT = dt.timedelta(days=7)
KEY_MAX = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered; ``again``: it had been done before."""

    status: int
    body: bytes
    location: str = ""
    again: bool = False


class OtherRequest(UserError):
    """The key was used for another request."""


class _Taken(Exception):
    """Somebody else has done it meanwhile."""


def known(db: Connection, system: int, key: str, request: str) -> Answer | None:
    """Return what was answered under ``key``, ``None`` where it is free.

    ``request`` is a digest of all that was asked. Raises :class:`OtherRequest` where another
    request was answered under it.
    """
    row = db.execute(
        "SELECT * FROM system_answers WHERE system = ? AND key = ? AND at > ?",
        (system, key, clock.text(clock.CLOCK.now(db) - KEPT)),
    ).fetchone()
    if row is None:
        return None
    if row["request"] != request:
        raise OtherRequest("这个 Idempotency-Key 已用于另一个请求，请换一个新的。")
    return _answer(row)


def once(db: Connection, system: int, key: str, request: str, do: Callable[[], Answer]) -> Answer:
    """Do something and keep its answer under ``key``: both or neither; done before, return that.

    Raises as :func:`known`, and what ``do`` raises.
    """
    try:
        with transaction(db):
            now = clock.CLOCK.now(db)
            db.execute("DELETE FROM system_answers WHERE at <= ?", (clock.text(now - KEPT),))
            claimed = db.execute(
                "INSERT INTO system_answers (system, key, request, at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (system, key, request, clock.text(now)),
            )
            if not claimed.rowcount:
                raise _Taken
            answer = do()
            db.execute(
                "UPDATE system_answers SET status = ?, location = ?, body = ?"
                " WHERE system = ? AND key = ?",
                (answer.status, answer.location, answer.body, system, key),
            )
            return answer
    except _Taken:
        found = known(db, system, key, request)
        if found is None:
            raise LookupError(key) from None
        return found


def _answer(row: Row) -> Answer:
    made = Answer(row["status"], bytes(row["body"] or b""), row["location"])
    return replace(made, again=True)
