"""Entries that a full disk did not take: looks and downloads go on, and are made up for later.

What changes something is refused where its entry cannot be written. Reading is not: the entry waits
in memory, the running log says that one is missing, and as soon as there is room again it is
appended with the time at which it happened. What waited in a process that ended is lost; that it is
missing, the running log still says.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections import defaultdict
from dataclasses import dataclass

from storage import audit, runlog
from storage.connection import is_full, transaction

MOST = 10_000
"""Entries that wait; of more only the number is told."""
MADE_UP = "补记日志"


@dataclass(frozen=True, slots=True)
class _Entry:
    at: dt.datetime
    action: str
    actor: audit.Actor
    what: str
    result: str
    detail: str


_waiting: dict[str, list[_Entry]] = defaultdict(list)
_lost: dict[str, int] = defaultdict(int)
_lock = threading.Lock()


def write(
    db: sqlite3.Connection,
    action: str,
    *,
    actor: audit.Actor,
    what: str = "",
    result: str = "成功",
    detail: str = "",
) -> None:
    """Append an entry about something that was read; on a full disk it waits.

    Raises what is wrong with the database but that; within a transaction that too, for SQLite has
    then taken back all of it.
    """
    changing = db.in_transaction
    try:
        if not changing:
            make_up(db)
        audit.write(
            db, action, who=actor.who, where=actor.where, what=what, result=result, detail=detail
        )
    except sqlite3.OperationalError as error:
        if changing or not is_full(error):
            raise
        _wait(_file(db), _Entry(dt.datetime.now(dt.UTC), action, actor, what, result, detail))
        runlog.warn("log entry not written", reason=str(error), waiting=waiting(db))


def make_up(db: sqlite3.Connection) -> int:
    """Append what waits for this database, with what it is and when it was; return how many.

    Raises :class:`sqlite3.OperationalError` where there is still no room; all goes on waiting.
    """
    file = _file(db)
    if not _waiting.get(file):
        return 0
    with _lock:
        late, lost = list(_waiting[file]), _lost[file]
        with transaction(db):
            for one in late:
                at = one.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
                detail = f"{at} 时磁盘已满，没有记下；{one.detail}".rstrip("；")
                audit.write(
                    db,
                    one.action,
                    who=one.actor.who,
                    where=one.actor.where,
                    what=one.what,
                    result=one.result,
                    detail=detail,
                )
            said = f"磁盘写满时的 {len(late)} 条" + (f"，另有 {lost} 条没有留下" if lost else "")
            audit.write(db, MADE_UP, who="系统", where="系统", what="日志", detail=said)
        del _waiting[file], _lost[file]
    return len(late)


def waiting(db: sqlite3.Connection) -> int:
    """Return how many entries wait for this database."""
    return len(_waiting.get(_file(db), ()))


def _wait(file: str, entry: _Entry) -> None:
    with _lock:
        if len(_waiting[file]) < MOST:
            _waiting[file].append(entry)
        else:
            _lost[file] += 1


def _file(db: sqlite3.Connection) -> str:
    return str(db.execute("PRAGMA database_list").fetchone()["file"])
