"""Work that waits to be done behind the pages: one table, from which any number of workers claim.

A job says what kind of work it is and what it is done to (``key``); the details stay in the tables
of the thing itself. Of a kind and key at most one job is open. Each person's first job comes before
anybody's second.

A worker that has a job moves its ``beats`` on. Whoever sees them stand still for long, by a clock
of its own, takes the job back, so that no two clocks are ever compared; what the former holder
still writes of the job then goes nowhere, because it names its claim. See docs/decisions/jobs.md.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from storage import transaction
from storage.engine import Connection, Row
from storage.moments import utc_now
from storage.statements import claim as claiming
from storage.statements import new_id

State = Literal["waiting", "running", "done", "failed", "dropped"]

BATCH, CHECK, IMPORT, MATERIAL, MODEL = "batch", "check", "import", "material", "model"
"""Kinds of work whose things ask for it themselves, in the transaction that makes them."""

MOST_CLAIMS = 3
"""So often a job is begun that ends its workers; then it is refused."""
LATE = dt.timedelta(minutes=5)
POISON = f"办理时程序已{MOST_CLAIMS}次中断，没有再试。"
_KEPT = 2_000
_TAKEN = (
    "state = 'running', worker = ?, slot = ?, taken = taken + 1, claims = claims + 1,"
    " beats = 0, again = 0"
)
_OPEN = "state IN ('waiting', 'running')"


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was claimed; ``taken`` says for which time, and so whose it is.

    ``claims`` counts those who began it since somebody last came further (``reached``), ``beats``
    how often its holder has been heard.
    """

    id: int
    kind: str
    key: str
    author: str
    state: State
    worker: str
    taken: int
    claims: int
    reached: int
    beats: int
    reason: str

    @property
    def is_poison(self) -> bool:
        """Whether it has ended too many workers to be tried once more."""
        return self.claims > MOST_CLAIMS


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many jobs of a kind wait, how many are being done, and since when the first waits."""

    kind: str
    waiting: int
    running: int
    oldest: str


def install(db: Connection) -> None:
    """Make the table; a numbered migration."""
    db.execute("""
        CREATE TABLE work (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            -- the data folder that has what the job needs, "" where any worker can do it
            place TEXT NOT NULL DEFAULT '',
            state TEXT NOT NULL,
            -- each person's first comes before anybody's second
            turn INTEGER NOT NULL,
            -- how often it was begun: whoever writes of it names the time
            taken INTEGER NOT NULL DEFAULT 0,
            -- how often it was begun since somebody last came further with it
            claims INTEGER NOT NULL DEFAULT 0,
            reached INTEGER NOT NULL DEFAULT 0,
            -- asked for once more while it is being done
            again INTEGER NOT NULL DEFAULT 0,
            worker TEXT NOT NULL DEFAULT '',
            -- of a kind of which only so many are done at once
            slot INTEGER,
            beats INTEGER NOT NULL DEFAULT 0,
            -- when, for people to read; nothing is decided by it
            asked TEXT NOT NULL,
            ended TEXT NOT NULL DEFAULT '',
            reason TEXT NOT NULL DEFAULT ''
        )""")
    db.execute(f"CREATE UNIQUE INDEX work_open ON work (kind, key) WHERE {_OPEN}")
    db.execute("CREATE UNIQUE INDEX work_slots ON work (kind, slot) WHERE state = 'running'")
    db.execute("CREATE INDEX work_waiting ON work (kind, turn, id) WHERE state = 'waiting'")
    db.execute("CREATE INDEX work_by_key ON work (kind, key, id)")


# ------------------------------------------------------------------ asking


def enqueue(db: Connection, kind: str, key: str, author: str = "", place: str = "") -> int:
    """Have a job done and return its number; one that is open already is that job.

    ``place`` is the data folder (:mod:`storage.place`) that has what it needs, where others have
    not. One that is being done is done once more afterwards: what it has looked at may have
    changed.
    """
    with transaction(db, f"work {kind}"):
        turn = _turn(db, kind, author)
        return new_id(
            db.execute(
                "INSERT INTO work (kind, key, author, place, state, turn, asked)"  # noqa: S608
                " VALUES (?, ?, ?, ?, 'waiting', ?, ?)"
                f" ON CONFLICT (kind, key) WHERE {_OPEN} DO UPDATE"
                " SET again = CASE work.state WHEN 'running' THEN 1 ELSE 0 END RETURNING id",
                (kind, key, author, place, turn, utc_now()),
            )
        )


def ensure(db: Connection, kind: str, key: str, author: str = "", place: str = "") -> bool:
    """Have a job done where none is open; return whether it was added."""
    if _open(db, kind, key) is not None:
        return False
    enqueue(db, kind, key, author, place)
    return True


def drop(db: Connection, kind: str, key: str) -> bool:
    """Give up a job that is open; return whether it was. Who does it finds out by :func:`holds`."""
    with transaction(db, f"work {kind}"):
        gone = db.execute(
            "UPDATE work SET state = 'dropped', ended = ?"  # noqa: S608
            f" WHERE kind = ? AND key = ? AND {_OPEN}",
            (utc_now(), kind, key),
        )
        return bool(gone.rowcount)


def withdraw(db: Connection, kind: str, key: str) -> bool:
    """Give up a job that nobody has begun; return whether it was there."""
    with transaction(db, f"work {kind}"):
        gone = db.execute(
            "UPDATE work SET state = 'dropped', ended = ? WHERE kind = ? AND key = ?"
            " AND state = 'waiting'",
            (utc_now(), kind, key),
        )
        return bool(gone.rowcount)


def _turn(db: Connection, kind: str, author: str) -> int:
    first = db.execute(
        "SELECT min(turn) FROM work WHERE kind = ? AND state = 'waiting'", (kind,)
    ).fetchone()[0]
    own = db.execute(
        f"SELECT max(turn) FROM work WHERE kind = ? AND author = ? AND {_OPEN}",  # noqa: S608
        (kind, author),
    ).fetchone()[0]
    return max(first or 0, 0 if own is None else own + 1)


# ------------------------------------------------------------------ looking


def latest(db: Connection, kind: str, key: str) -> Job | None:
    """Return the newest job done to ``key``, however it stands."""
    row = db.execute(
        "SELECT * FROM work WHERE kind = ? AND key = ? ORDER BY id DESC LIMIT 1", (kind, key)
    ).fetchone()
    return _job(row) if row else None


def newest(db: Connection, kind: str) -> Job | None:
    """Return the job of a kind that was asked for last."""
    row = db.execute(
        "SELECT * FROM work WHERE kind = ? ORDER BY id DESC LIMIT 1", (kind,)
    ).fetchone()
    return _job(row) if row else None


def ahead(db: Connection, kind: str, key: str) -> int:
    """Return how many jobs of its kind come before the one that waits; those being done count."""
    found = _open(db, kind, key)
    if found is None or found["state"] != "waiting":
        return 0
    row = db.execute(
        "SELECT count(*) FROM work WHERE kind = ? AND (state = 'running' OR state = 'waiting'"
        " AND (turn < ? OR turn = ? AND id < ?))",
        (kind, found["turn"], found["turn"], found["id"]),
    ).fetchone()
    return int(row[0])


def kinds_waiting(db: Connection, kinds: Collection[str], place: str = "") -> list[str]:
    """Return which of ``kinds`` have a job waiting that can be done at ``place``."""
    rows = db.execute(
        "SELECT DISTINCT kind FROM work WHERE state = 'waiting' AND place IN ('', ?)", (place,)
    ).fetchall()
    return sorted({row["kind"] for row in rows} & set(kinds))


def claimable(db: Connection, kind: str, at_once: int = 0, place: str = "") -> bool:
    """Whether a job of the kind waits that may be done now; see :func:`claim`."""
    row = db.execute(
        "SELECT count(*) FILTER (WHERE state = 'waiting' AND place IN ('', ?)) AS waiting,"  # noqa: S608
        " count(*) FILTER (WHERE state = 'running') AS running FROM work"
        f" WHERE kind = ? AND {_OPEN}",
        (place, kind),
    ).fetchone()
    return bool(row["waiting"]) and (not at_once or row["running"] < at_once)


def running(db: Connection) -> list[Job]:
    """Return the jobs that are being done, or whose worker is gone."""
    rows = db.execute("SELECT * FROM work WHERE state = 'running' ORDER BY id").fetchall()
    return [_job(row) for row in rows]


def counts(db: Connection) -> list[Waiting]:
    """Return how many jobs of each kind are open."""
    rows = db.execute(
        "SELECT kind, sum(CASE state WHEN 'waiting' THEN 1 ELSE 0 END) AS waiting,"  # noqa: S608
        " sum(CASE state WHEN 'running' THEN 1 ELSE 0 END) AS running,"
        f" min(asked) AS oldest FROM work WHERE {_OPEN} GROUP BY kind ORDER BY kind"
    ).fetchall()
    return [Waiting(row["kind"], row["waiting"], row["running"], row["oldest"]) for row in rows]


def idle(db: Connection, now: dt.datetime) -> list[Waiting]:
    """Return the kinds of which jobs have waited for :data:`LATE` while none is being done: nobody
    seems to do any. It is a hint for people; a clock that is off makes it no worse than that."""
    before = (now - LATE).isoformat(timespec="seconds")
    return [one for one in counts(db) if not one.running and one.oldest < before]


def _open(db: Connection, kind: str, key: str) -> Row | None:
    row: Row | None = db.execute(
        f"SELECT * FROM work WHERE kind = ? AND key = ? AND {_OPEN}",  # noqa: S608
        (kind, key),
    ).fetchone()
    return row


# ------------------------------------------------------------------ doing


def claim(db: Connection, worker: str, kind: str, at_once: int = 0, place: str = "") -> Job | None:
    """Take the job of a kind whose turn it is; ``None`` where none waits, or no more may be done.

    ``at_once`` is how many of the kind are done at once by all workers together, 0 for any number;
    ``place`` is the worker's data folder.
    """
    for slot in range(at_once) if at_once else (None,):
        try:
            # Beside others who claim: that is what SKIP LOCKED is for.
            with transaction(db, f"worker {worker}"):
                row = _take(db, worker, kind, slot, place)
        except sqlite3.IntegrityError:
            # Somebody else has taken the place at the same moment.
            continue
        if row is not None:
            return _job(row)
    return None


def claim_this(db: Connection, worker: str, kind: str, key: str) -> Job | None:
    """Take the job done to ``key``, whoever's turn it is; ``None`` where it does not wait."""
    with transaction(db, f"worker {worker}"):
        rows = db.execute(
            f"UPDATE work SET {_TAKEN} WHERE kind = ? AND key = ? AND state = 'waiting'"  # noqa: S608
            " RETURNING *",
            (worker, None, kind, key),
        ).fetchall()
    return _job(rows[0]) if rows else None


def _take(db: Connection, worker: str, kind: str, slot: int | None, place: str) -> Row | None:
    which = "kind = ? AND state = 'waiting' AND place IN ('', ?)"
    more: tuple[str | int, ...] = (kind, place)
    if slot is not None:
        which += (
            " AND NOT EXISTS (SELECT 1 FROM work AS busy WHERE busy.kind = ? AND busy.slot = ?"
            " AND busy.state = 'running')"
        )
        more = (*more, kind, slot)
    rows = db.execute(
        claiming(db, "work", _TAKEN, which, "turn, id"), (worker, slot, *more)
    ).fetchall()
    return rows[0] if rows else None


def beat(db: Connection, job: Job) -> bool:
    """Let others see that its worker lives; return whether the job is still its."""
    return _change(db, job, "beats = beats + 1")


def holds(db: Connection, job: Job) -> bool:
    """Whether a claimed job is still the worker's to do: neither dropped nor given to another."""
    found = db.execute(
        "SELECT 1 FROM work WHERE id = ? AND state = 'running' AND taken = ?", (job.id, job.taken)
    ).fetchone()
    return found is not None


def reach(db: Connection, job: Job, place: int) -> bool:
    """Note how far a job has come; whoever comes further than all before begins its count of
    claims anew. Return whether the job is still the worker's."""
    return _change(
        db,
        job,
        "beats = beats + 1, claims = CASE WHEN reached < ? THEN 1 ELSE claims END,"
        " reached = CASE WHEN reached < ? THEN ? ELSE reached END",
        place,
        place,
        place,
    )


def end(db: Connection, job: Job, state: State = "done", reason: str = "") -> bool:
    """Note that a job is over; return whether it was still the worker's.

    What was asked for once more meanwhile waits again.
    """
    changed = _change(
        db,
        job,
        "state = CASE again WHEN 1 THEN 'waiting' ELSE ? END, claims = 0, reached = 0,"
        " again = 0, slot = NULL, worker = '', reason = ?, ended = ?",
        state,
        reason,
        utc_now(),
    )
    if changed and job.id % 100 == 0:
        clear(db, job.id - _KEPT)
    return changed


def give_back(db: Connection, job: Job, *, blame: bool) -> bool:
    """Let somebody else do a job; ``blame`` counts it as one that ended its worker."""
    fewer = "" if blame else ", claims = claims - 1"
    return _change(db, job, f"state = 'waiting', slot = NULL, worker = ''{fewer}")


def give_back_all(db: Connection, worker: str) -> None:
    """Let somebody else do all that a worker has, which is to end amid it."""
    with transaction(db, f"worker {worker}"):
        db.execute(
            "UPDATE work SET state = 'waiting', slot = NULL, worker = '', claims = claims - 1"
            " WHERE state = 'running' AND worker = ?",
            (worker,),
        )


def take_back(db: Connection, job: Job) -> bool:
    """Have a job wait again whose worker is gone, as it was last seen; return whether it did not
    move since."""
    with transaction(db, f"job {job.id}"):
        changed = db.execute(
            "UPDATE work SET state = 'waiting', slot = NULL, worker = '' WHERE id = ?"
            " AND state = 'running' AND taken = ? AND beats = ?",
            (job.id, job.taken, job.beats),
        )
        return bool(changed.rowcount)


def clear(db: Connection, before: int) -> None:
    """Delete the jobs that are over, up to that number."""
    db.execute(f"DELETE FROM work WHERE id < ? AND NOT ({_OPEN})", (before,))  # noqa: S608


def _change(db: Connection, job: Job, changes: str, *values: object) -> bool:
    with transaction(db, f"job {job.id}"):
        changed = db.execute(
            f"UPDATE work SET {changes} WHERE id = ?"  # noqa: S608
            " AND state = 'running' AND taken = ?",
            (*values, job.id, job.taken),
        )
        return bool(changed.rowcount)


def _job(row: Row) -> Job:
    return Job(
        row["id"],
        row["kind"],
        row["key"],
        row["author"],
        row["state"],
        row["worker"],
        row["taken"],
        row["claims"],
        row["reached"],
        row["beats"],
        row["reason"],
    )
