"""Who is told what: a notice is written with what happened, in the same transaction.

A notice names a matter and a kind of event, nothing of what was said or written. Sending it
anywhere is another's work (:mod:`casework.notices`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Literal, get_args

from casework.nouns import Person
from casework.people.access import may, sees
from casework.procedure.guards import doer
from casework.procedure.stage import Stage, Step, stage_of
from casework.procedure.states import CLOSED, URGING
from casework.procedure.turns import waits_for
from storage.engine import Connection
from storage.moments import utc_now

NoticeKind = Literal["待办", "退回", "催办", "延期", "反馈", "会办", "将到期", "逾期"]
NOTICE_KINDS: tuple[NoticeKind, ...] = get_args(NoticeKind)


def of_move(
    db: Connection,
    people: Iterable[Person],
    units: Collection[str],
    now: Stage,
    step: Step,
) -> None:
    """Tell of a move those whom it concerns, but never who made it.

    ``people`` are all accounts, ``units`` those that handle the matter, ``now`` where it stands
    after the move.
    """
    kind = _kind(step)
    if kind is None:
        return
    there = [one for one in people if sees(one, units) and one.name != step.author]
    handlers = [one.name for one in there if one.name == now.handler]
    waited = waiting(there, units, now)
    told = {
        "待办": waited,
        # With a handler it comes back to him alone.
        "退回": handlers or waited,
        "催办": [*waited, *handlers],
        "延期": handlers or waited,
        "反馈": handlers or waited,
    }[kind]
    tell(db, told, kind, now.matter, str(step.number), step.at)


def of_units(
    db: Connection,
    people: Iterable[Person],
    units: Collection[str],
    matter: int,
    author: str,
) -> None:
    """Tell those for whom the matter waits that it has come to ``units``, which did not have it."""
    now, at = stage_of(db, matter), dt.datetime.now(dt.UTC)
    told = [
        one.name
        for one in people
        if one.unit in units and one.active and one.name != author and waits_for(now, doer(one))
    ]
    tell(db, told, "待办", matter, f"{now.moves} {at.isoformat(timespec='seconds')}", at)


def of_opinion(db: Connection, opinion_id: int, author: str) -> None:
    """Tell the handler of the matter that a 会办 unit's opinion has come."""
    row = db.execute("SELECT matter FROM opinions WHERE id = ?", (opinion_id,)).fetchone()
    if row is not None:
        at = utc_now()
        tell_handler(db, "会办", row["matter"], f"{opinion_id} {at}", author)


def waiting(people: Iterable[Person], units: Collection[str], now: Stage) -> list[str]:
    """Return the names of those for whom the matter of ``units`` waits at ``now``."""
    return [one.name for one in people if sees(one, units) and waits_for(now, doer(one))]


def unreached(people: Iterable[Person], units: Iterable[str]) -> list[str]:
    """Return the units of which nobody can log in and work on a matter: nobody there is told."""
    there = {one.unit for one in people if one.active and may(one, "查看提案")}
    return sorted(set(units) - there - {""})


def still_holds(
    db: Connection, person: Person, units: Collection[str], kind: str, matter: int
) -> bool:
    """Whether what ``person`` was told of a matter still asks something of him.

    What came to several is done with once one of them has taken it; what is closed is neither
    late nor waited for. What only says that something has happened holds for good.
    """
    if not sees(person, units):
        return False
    now = stage_of(db, matter)
    concerned = now.handler == person.name or waits_for(now, doer(person))
    if kind in ("待办", "退回"):
        return waits_for(now, doer(person))
    if kind == "催办":
        return concerned and now.state not in CLOSED
    if kind in ("将到期", "逾期"):
        watching = "督办" in person.roles
        return not now.sent and now.state not in CLOSED and (concerned or watching)
    return True


def tell_handler(
    db: Connection, kind: NoticeKind, matter: int, mark: str, author: str = ""
) -> None:
    """Tell the handler of the matter, where he has an account and is not ``author``."""
    handler = stage_of(db, matter).handler
    known = db.execute("SELECT 1 FROM people WHERE name = ? AND active = 1", (handler,)).fetchone()
    if known and handler != author:
        tell(db, [handler], kind, matter, mark, dt.datetime.now(dt.UTC))


def tell(
    db: Connection,
    people: Iterable[str],
    kind: NoticeKind,
    matter: int,
    mark: str,
    at: dt.datetime,
) -> int:
    """Write a notice for each of ``people`` who has none of this event yet; return how many."""
    rows = [
        (person, kind, matter, mark, at.astimezone(dt.UTC).isoformat(timespec="seconds"))
        for person in dict.fromkeys(people)
    ]
    before = db.total_changes
    db.executemany(
        "INSERT INTO notices (person, kind, matter, mark, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        rows,
    )
    return db.total_changes - before


def _kind(step: Step) -> NoticeKind | None:
    move = step.move
    if move.id in URGING:
        return "催办"
    if "登记反馈" in move.effects:
        return "反馈"
    if not {"准延期", "不准延期"}.isdisjoint(move.effects):
        return "延期"
    if move.back:
        return "退回"
    # A move that leads nowhere is somebody's turn only where it names whose.
    return "待办" if move.target or "定承办人" in move.effects else None
