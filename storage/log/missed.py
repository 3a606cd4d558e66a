"""Entries that a full disk did not take: looks and downloads go on, and are made up for later.

What changes something is refused where its entry cannot be written. Reading is not: the entry
waits, the running log says that one is missing, and as soon as there is room again it is appended
with the time at which it happened. It waits in a reserve beside the database, a file whose room was
taken when there was some (:func:`keep_room`), so that it outlives its process however that ends;
killed between the two, an entry stands twice in the log rather than not at all. Without a reserve,
or where that is full, it waits in memory; what was lost with a process, the running log still says.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from drafting.errors import UserError
from storage.connection import is_full, place_of, transaction
from storage.engine import Connection
from storage.lock import in_turn
from storage.log import audit, runlog

MOST = 10_000
"""Entries that wait; of more only the number is told."""
MADE_UP = "补记日志"
RESERVE_BYTES = 256 * 1024
_ENDING, _TURN = ".missed", "missed"


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
_looked_at: set[str] = set()
"""The databases whose reserve is known to this process to hold nothing of before its time."""


def keep_room(database: Path) -> None:
    """Take the room of a database's reserve on the disk, where that has not been done."""
    path = _reserve(str(database))
    with suppress(OSError, UserError), in_turn(database.parent, _TURN):
        if not path.exists() or path.stat().st_size < RESERVE_BYTES:
            with path.open("ab") as out:
                out.write(bytes(RESERVE_BYTES - out.tell()))
                out.flush()
                os.fsync(out.fileno())


def write(
    db: Connection,
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


def make_up(db: Connection) -> int:
    """Append what waits for this database, with what it is and when it was; return how many.

    Raises :class:`sqlite3.OperationalError` where there is still no room; all goes on waiting.
    """
    file = _file(db)
    if file in _looked_at and not _waiting.get(file):
        return 0
    with _lock, _opened(file) as reserve:
        kept = _entries(reserve)
        late, lost = sorted([*kept, *_waiting.get(file, ())], key=lambda one: one.at), _lost[file]
        if late:
            _append(db, late, lost)
        if reserve and kept:
            _empty(reserve)
        _waiting.pop(file, None)
        _lost.pop(file, None)
        _looked_at.add(file)
    return len(late)


def _append(db: Connection, late: list[_Entry], lost: int) -> None:
    with transaction(db, "log"):
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


def waiting(db: Connection) -> int:
    """Return how many entries wait for this database."""
    file = _file(db)
    with _opened(file) as reserve:
        return len(_entries(reserve)) + len(_waiting.get(file, ()))


def _wait(file: str, entry: _Entry) -> None:
    with _lock, _opened(file) as reserve:
        if reserve and _put(reserve, entry):
            _looked_at.discard(file)
        elif len(_waiting[file]) < MOST:
            _waiting[file].append(entry)
        else:
            _lost[file] += 1


# ------------------------------------------------------------------ the reserve


@contextmanager
def _opened(file: str) -> Iterator[IO[bytes] | None]:
    """Open the reserve, for this process alone; ``None`` where there is none."""
    path = _reserve(file)
    if not path.exists():
        yield None
        return
    with in_turn(path.parent, _TURN), path.open("r+b") as stream:
        yield stream


def _entries(reserve: IO[bytes] | None) -> list[_Entry]:
    lines = _written(reserve).splitlines() if reserve else []
    found = []
    for line in lines:
        # Half a line is of a process that was killed as it wrote.
        with suppress(msgspec.DecodeError):
            found.append(msgspec.json.decode(line, type=_Entry))
    return found


def _put(reserve: IO[bytes], entry: _Entry) -> bool:
    """Write an entry over room that the file has; return whether there was enough."""
    line, at = msgspec.json.encode(entry) + b"\n", len(_written(reserve))
    if at + len(line) > RESERVE_BYTES:
        return False
    try:
        reserve.seek(at)
        reserve.write(line)
        reserve.flush()
        os.fsync(reserve.fileno())
    except OSError:
        # A file system that writes each change to a new place has no room for it either.
        return False
    return True


def _empty(reserve: IO[bytes]) -> None:
    size = len(_written(reserve))
    reserve.seek(0)
    reserve.write(bytes(size))
    reserve.flush()
    os.fsync(reserve.fileno())


def _written(reserve: IO[bytes]) -> bytes:
    reserve.seek(0)
    return reserve.read(RESERVE_BYTES).partition(b"\0")[0]


def _reserve(file: str) -> Path:
    return Path(file).with_suffix(_ENDING)


def _file(db: Connection) -> str:
    return str(place_of(db))
