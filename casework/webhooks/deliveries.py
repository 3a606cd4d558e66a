"""What is on its way to other systems: tried in the order of each matter, with growing distance.

Before each try the row is written (how often, when next), so that a service that is killed amid one
sends again under the same id. Of one matter nothing overtakes what happened before it; what was
given up no longer holds back what came later.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from casework.notices import trying
from casework.notices.trying import Queue, stamp
from casework.procedure.events import TITLES, EventName
from casework.store import Casework
from storage.engine import Connection, Row
from storage.moments import moment

QUEUE = Queue("webhook_deliveries", "外部通知", "发")
PAUSES = tuple(
    dt.timedelta(seconds=one)
    for one in (30, 120, 600, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""How long is waited after each try that failed: three days in all, then it is given up."""
MOST_TRIES = len(PAUSES) + 1
KEPT_DAYS = 90
SHOWN = 200

_COLUMNS = """d.id, d.hook, d.matter, d.body, d.made, d.due, d.tries, d.state, d.reason, d.ended,
    h.name AS hook_name, h.system, h.unit, h.url,
    e.id AS event, e.name, e.at, e.change"""
_FROM = """webhook_deliveries d JOIN webhooks h ON h.id = d.hook
    JOIN webhook_events e ON e.place = d.event"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one system; ``state`` is 等待, 已发, 失败 or 作罢.

    ``body`` is what is sent, empty as long as it was not put together.
    """

    id: str
    hook: int
    hook_name: str
    system: str
    unit: str
    url: str
    event: str
    name: EventName
    matter: int
    at: dt.datetime
    change: Mapping[str, Any]
    body: str
    due: dt.datetime
    tries: int
    state: str
    reason: str
    ended: dt.datetime | None

    @property
    def title(self) -> str:
        """What happened, for people."""
        return TITLES[self.name]


def next_of(db: Connection, hook: int, now: dt.datetime) -> Delivery | None:
    """Return what is to be sent next to a system: due, and the first of its matter that waits."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM {_FROM}"  # noqa: S608
        " WHERE d.hook = ? AND d.state = '等待' AND d.due <= ? AND h.active = 1"
        " AND NOT EXISTS (SELECT 1 FROM webhook_deliveries b WHERE b.hook = d.hook"
        "  AND b.matter = d.matter AND b.event < d.event AND b.state = '等待')"
        " ORDER BY d.event LIMIT 1",
        (hook, stamp(now)),
    ).fetchone()
    return _delivery(row) if row else None


def waiting_hooks(db: Connection, now: dt.datetime) -> list[int]:
    """Return the systems to which something is due."""
    rows = db.execute(
        "SELECT DISTINCT d.hook FROM webhook_deliveries d JOIN webhooks h ON h.id = d.hook"
        " WHERE d.state = '等待' AND d.due <= ? AND h.active = 1 ORDER BY d.hook",
        (stamp(now),),
    )
    return [int(row["hook"]) for row in rows]


def begin(casework: Casework, delivery: Delivery, body: str, now: dt.datetime) -> bool:
    """Write that a try begins, with what is sent; ``False`` where another process began one."""
    with casework.transaction():
        row = {"id": delivery.id, "tries": delivery.tries}
        if not trying.begin(casework, QUEUE, row, now, pause_after(delivery.tries + 1)):
            return False
        casework.db.execute(
            "UPDATE webhook_deliveries SET body = ? WHERE id = ?", (body, delivery.id)
        )
    return True


def fail(casework: Casework, delivery: Delivery, reason: str, now: dt.datetime) -> None:
    """Keep why a try, the one that began, failed; after the last it is given up."""
    if delivery.tries + 1 >= MOST_TRIES:
        end(casework, delivery, "失败", reason, now)
    else:
        trying.note(casework, QUEUE, delivery.id, reason)


def end(casework: Casework, delivery: Delivery, state: str, reason: str, now: dt.datetime) -> None:
    """End a delivery: 已发 once the receiver said so, 失败, or 作罢 where nothing is to be sent."""
    with casework.transaction():
        trying.end(casework.db, QUEUE, delivery.id, state, reason, stamp(now))
        if state == "已发":
            # What was said is in the event still; the text itself is needed no more.
            casework.db.execute(
                "UPDATE webhook_deliveries SET body = '', reason = '' WHERE id = ?",
                (delivery.id,),
            )
        casework.log(
            "外部通知",
            f"提案 {delivery.matter}",
            result="成功" if state == "已发" else "失败",
            detail=f"{delivery.hook_name}：{delivery.title}，{delivery.event}。{reason}",
        )


def pause_after(tries: int) -> dt.timedelta:
    """Return how long is waited after so many tries."""
    return PAUSES[min(tries, len(PAUSES)) - 1]


# ------------------------------------------------------------------ for the administrator


def listed(db: Connection, states: Collection[str], most: int = SHOWN) -> list[Delivery]:
    """Return the deliveries in ``states``, the newest first."""
    marks = ", ".join("?" * len(states))
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM {_FROM} WHERE d.state IN ({marks})"  # noqa: S608
        " ORDER BY d.event DESC, d.hook LIMIT ?",
        (*states, most),
    )
    return [_delivery(row) for row in rows]


def counts_of_hooks(db: Connection) -> dict[int, dict[str, int]]:
    """Return how many deliveries are in each state, for each system that has any."""
    found: dict[int, dict[str, int]] = {}
    rows = db.execute(
        "SELECT hook, state, count(*) AS many FROM webhook_deliveries GROUP BY hook, state"
    )
    for row in rows:
        found.setdefault(row["hook"], {})[row["state"]] = row["many"]
    return found


def send_again(casework: Casework, delivery: str, now: dt.datetime) -> bool:
    """Have what was given up tried anew from the first; return whether there is one."""
    return trying.again(casework, QUEUE, delivery, now)


def send_all_again(casework: Casework, hook: int, now: dt.datetime) -> int:
    """Have all tried anew that failed for a system; return how many."""
    db = casework.db
    with casework.transaction():
        many = db.execute(
            "UPDATE webhook_deliveries SET state = '等待', tries = 0, due = ?, ended = NULL"
            " WHERE hook = ? AND state = '失败'",
            (stamp(now), hook),
        ).rowcount
        if many:
            row = db.execute("SELECT name FROM webhooks WHERE id = ?", (hook,)).fetchone()
            casework.log("重发外部通知", row["name"], detail=f"{many} 条")
    return many


def drop(casework: Casework, delivery: str, now: dt.datetime) -> bool:
    """Give up what waits or has failed; return whether there is one."""
    return trying.drop(casework, QUEUE, delivery, now)


def clear_old(casework: Casework, now: dt.datetime) -> None:
    """Delete what ended :data:`KEPT_DAYS` ago, and the events that nothing is left of."""
    before = stamp(now - dt.timedelta(days=KEPT_DAYS))
    with casework.transaction():
        casework.db.execute(
            "DELETE FROM webhook_deliveries WHERE state != '等待' AND ended < ?", (before,)
        )
        casework.db.execute(
            "DELETE FROM webhook_events WHERE at < ? AND NOT EXISTS"
            " (SELECT 1 FROM webhook_deliveries d WHERE d.event = webhook_events.place)",
            (before,),
        )


def _delivery(row: Row) -> Delivery:
    return Delivery(
        row["id"],
        row["hook"],
        row["hook_name"],
        row["system"],
        row["unit"],
        row["url"],
        row["event"],
        row["name"],
        row["matter"],
        dt.datetime.fromisoformat(row["at"]),
        json.loads(row["change"]),
        row["body"],
        dt.datetime.fromisoformat(row["due"]),
        row["tries"],
        row["state"],
        row["reason"],
        moment(row["ended"]),
    )
