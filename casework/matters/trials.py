"""试拟: what a local model was asked for a matter, what came back, and what was taken of it.

- ``trials``: who asked what of which model (the digest of the prompt, never the prompt), the words
  that came back, and how it ended. What waits is carried out by whichever worker claims its job
  (:mod:`casework.jobs`); where that one is gone, the next begins anew.
- ``trial_lines``: its sentences and verdicts one by one, kept or refused and why, with who took
  what when. They are written as they come, so that a page shows them while the model writes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from casework import jobs
from drafting.errors import UserError
from storage import transaction
from storage.engine import Connection, Row
from storage.log import audit
from storage.moments import moment, utc_now
from storage.statements import new_id

State = Literal["waiting", "running", "done", "failed", "stopped"]

ANSWER_MOST = 60_000
"""Characters of what came back that are kept."""

_GONE = "服务中断，没有写完。"


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that the model was shown: its id there, and by what it is found again.

    ``handle`` is that of :func:`desk.drafts.inserting.handle`, "" for a figure of the house;
    ``status`` says in words what it is to the unit, ``text`` is what the model was shown of it.
    """

    id: str
    document: int
    seq: int
    title: str
    status: str
    handle: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence or a verdict; ``reason`` says why it is refused, "" where it may be taken.

    ``slot`` is the field of an answer, or the use that a passage was judged to have.
    """

    number: int
    slot: str
    text: str
    ids: tuple[str, ...] = ()
    reason: str = ""
    taken_by: str | None = None
    taken: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """One question to the model. ``suggestion`` is the key of that suggestion, "" for the whole.

    ``unit`` reads the archive (``None``: all of it); ``left_out`` counts passages beyond its
    window; ``said`` is why it ended without an answer, or what is to be known of it.
    """

    id: int
    matter: int
    suggestion: str
    task: str
    state: State
    author: str
    unit: str | None
    asked: dt.datetime
    model: str = ""
    digest: str = ""
    said: str = ""
    left_out: int = 0
    sources: tuple[Source, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in ("waiting", "running")


def install(db: Connection) -> None:
    """Make the tables; a step of :mod:`casework.migrations`."""
    db.execute("""
        CREATE TABLE trials (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            matter INTEGER NOT NULL REFERENCES matters (id),
            suggestion TEXT NOT NULL,
            task TEXT NOT NULL,
            state TEXT NOT NULL,
            author TEXT NOT NULL,
            unit TEXT,
            asked TEXT NOT NULL,
            -- when the last word came: who carries it out is alive
            heard TEXT NOT NULL DEFAULT '',
            model TEXT NOT NULL DEFAULT '',
            digest TEXT NOT NULL DEFAULT '',
            answer TEXT NOT NULL DEFAULT '',
            said TEXT NOT NULL DEFAULT '',
            left_out INTEGER NOT NULL DEFAULT 0,
            sources TEXT NOT NULL DEFAULT '[]'
        )""")
    db.execute("CREATE INDEX trials_by_matter ON trials (matter, suggestion, id)")
    db.execute("CREATE INDEX trials_open ON trials (id) WHERE state IN ('waiting', 'running')")
    db.execute("""
        CREATE TABLE trial_lines (
            trial INTEGER NOT NULL REFERENCES trials (id),
            number INTEGER NOT NULL,
            slot TEXT NOT NULL,
            text TEXT NOT NULL,
            ids TEXT NOT NULL,
            reason TEXT NOT NULL,
            taken_by TEXT,
            taken TEXT,
            PRIMARY KEY (trial, number)
        )""")


# ------------------------------------------------------------------ asking


def ask(
    db: Connection,
    matter: int,
    suggestion: str,
    task: str,
    *,
    actor: audit.Actor,
    unit: str | None,
    most: int,
) -> int:
    """Put a question into the queue and return its number; one that is open already is returned.

    Raises :class:`UserError` where ``most`` wait already.
    """
    with transaction(db):
        same = db.execute(
            "SELECT id FROM trials WHERE matter = ? AND suggestion = ? AND task = ?"
            " AND state IN ('waiting', 'running')",
            (matter, suggestion, task),
        ).fetchone()
        if same:
            return int(same[0])
        waiting = db.execute("SELECT count(*) FROM trials WHERE state = 'waiting'").fetchone()[0]
        if waiting >= most:
            raise UserError(f"模型前面已有{waiting}处在排队，请过一会儿再试。")
        made = new_id(
            db.execute(
                "INSERT INTO trials (matter, suggestion, task, state, author, unit, asked)"
                " VALUES (?, ?, ?, 'waiting', ?, ?, ?) RETURNING id",
                (matter, suggestion, task, actor.who, unit, utc_now()),
            )
        )
        jobs.enqueue(db, jobs.MODEL, str(made), actor.who)
        return made


def stop(db: Connection, trial: int, matter: int) -> bool:
    """Stop a question that is open; return whether it was."""
    with transaction(db):
        done = db.execute(
            "UPDATE trials SET state = 'stopped', said = '已停止。' WHERE id = ? AND matter = ?"
            " AND state IN ('waiting', 'running')",
            (trial, matter),
        )
        if done.rowcount:
            jobs.withdraw(db, jobs.MODEL, str(trial))
        return done.rowcount > 0


def latest(db: Connection, matter: int, suggestion: str) -> Trial | None:
    """Return the newest question about a suggestion, with what came of it."""
    row = db.execute(
        "SELECT * FROM trials WHERE matter = ? AND suggestion = ? ORDER BY id DESC LIMIT 1",
        (matter, suggestion),
    ).fetchone()
    return _trial(db, row) if row else None


def of_task(db: Connection, matter: int, suggestion: str, task: str) -> Trial | None:
    """Return the newest question of that task."""
    row = db.execute(
        "SELECT * FROM trials WHERE matter = ? AND suggestion = ? AND task = ?"
        " ORDER BY id DESC LIMIT 1",
        (matter, suggestion, task),
    ).fetchone()
    return _trial(db, row) if row else None


def by_number(db: Connection, trial: int, matter: int) -> Trial | None:
    """Return the question of that number, if it is of that matter."""
    row = db.execute("SELECT * FROM trials WHERE id = ? AND matter = ?", (trial, matter)).fetchone()
    return _trial(db, row) if row else None


def before(db: Connection, trial: int) -> int:
    """Return how many questions are answered before this one."""
    return jobs.ahead(db, jobs.MODEL, str(trial))


# ------------------------------------------------------------------ carrying out


def begin(db: Connection, trial: int) -> Trial | None:
    """Begin to answer a question; ``None`` where nobody waits for it any more.

    What somebody who is gone had begun is begun anew, and what came back so far is dropped; but
    where a sentence of it was taken already, it is over.
    """
    with transaction(db):
        row = db.execute(
            "SELECT * FROM trials WHERE id = ? AND state IN ('waiting', 'running')", (trial,)
        ).fetchone()
        if row is None:
            return None
        used = db.execute(
            "SELECT 1 FROM trial_lines WHERE trial = ? AND taken IS NOT NULL LIMIT 1", (trial,)
        ).fetchone()
        if used:
            db.execute("UPDATE trials SET state = 'failed', said = ? WHERE id = ?", (_GONE, trial))
            return None
        db.execute("DELETE FROM trial_lines WHERE trial = ?", (trial,))
        db.execute("UPDATE trials SET state = 'running' WHERE id = ?", (trial,))
        row = db.execute("SELECT * FROM trials WHERE id = ?", (trial,)).fetchone()
    return _trial(db, row)


def hand_back(db: Connection, trial: int) -> None:
    """Have a question that was begun wait again, as its worker is to end."""
    db.execute("UPDATE trials SET state = 'waiting' WHERE id = ? AND state = 'running'", (trial,))


def all_open(db: Connection) -> list[tuple[int, str]]:
    """Return the questions that are to be answered, each with who asked, the oldest first."""
    rows = db.execute(
        "SELECT id, author FROM trials WHERE state IN ('waiting', 'running') ORDER BY id"
    ).fetchall()
    return [(row["id"], row["author"]) for row in rows]


def shown(
    db: Connection, trial: int, digest: str, sources: Sequence[Source], left_out: int
) -> None:
    """Keep what the model is about to be shown."""
    db.execute(
        "UPDATE trials SET digest = ?, sources = ?, left_out = ? WHERE id = ?",
        (digest, _json(sources), left_out, trial),
    )


def add(db: Connection, trial: int, lines: Sequence[Line]) -> bool:
    """Keep what came back; return whether the question is still to be answered."""
    with transaction(db):
        db.executemany(
            "INSERT INTO trial_lines (trial, number, slot, text, ids, reason)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(trial, one.number, one.slot, one.text, _json(one.ids), one.reason) for one in lines],
        )
        return is_open(db, trial)


def is_open(db: Connection, trial: int) -> bool:
    """Whether nobody has stopped the question."""
    found = db.execute(
        "SELECT 1 FROM trials WHERE id = ? AND state = 'running'", (trial,)
    ).fetchone()
    return found is not None


def end(db: Connection, trial: int, state: State, *, model: str, answer: str, said: str) -> None:
    """Keep how a question ended and the words that came back, and write it into the log."""
    with transaction(db):
        db.execute(
            "UPDATE trials SET model = ?, answer = ?,"
            " state = CASE state WHEN 'stopped' THEN state ELSE ? END,"
            " said = CASE state WHEN 'stopped' THEN said ELSE ? END WHERE id = ?",
            (model, answer[:ANSWER_MOST], state, said, trial),
        )
        row = db.execute("SELECT * FROM trials WHERE id = ?", (trial,)).fetchone()
        counts = db.execute(
            "SELECT count(*), count(*) FILTER (WHERE reason = '') FROM trial_lines WHERE trial = ?",
            (trial,),
        ).fetchone()
        audit.write(
            db,
            "询问本地模型",
            who=row["author"],
            where="系统",
            what=f"办件 {row['matter']}，试拟 {trial}（{row['task']}）",
            result="成功" if row["state"] == "done" else "失败",
            detail=f"模型 {model or '未知'}；提示校验值 {row['digest'] or '无'}；"
            f"返回 {len(answer)} 字，{counts[0]} 句，可用 {counts[1]} 句。{row['said']}",
        )


# ------------------------------------------------------------------ taking


def take(db: Connection, trial: int, numbers: Collection[int], actor: audit.Actor) -> None:
    """Keep who took which sentences into the answer, in the rows and in the log."""
    now = utc_now()
    with transaction(db):
        db.executemany(
            "UPDATE trial_lines SET taken_by = ?, taken = ?"
            " WHERE trial = ? AND number = ? AND reason = ''",
            [(actor.who, now, trial, number) for number in numbers],
        )
        row = db.execute("SELECT matter FROM trials WHERE id = ?", (trial,)).fetchone()
        said = "、".join(str(number) for number in sorted(numbers))
        audit.write(
            db,
            "取用模型拟写",
            who=actor.who,
            where=actor.where,
            what=f"办件 {row['matter']}，试拟 {trial}",
            detail=f"逐句确认第 {said} 句",
        )


def taken(db: Connection, matter: int) -> list[str]:
    """Return the sentences that were taken into the answers of a matter."""
    found = db.execute(
        "SELECT DISTINCT l.text FROM trial_lines l JOIN trials t ON t.id = l.trial"
        " WHERE t.matter = ? AND l.taken IS NOT NULL",
        (matter,),
    )
    return [row[0] for row in found]


def _trial(db: Connection, row: Row) -> Trial:
    lines = db.execute("SELECT * FROM trial_lines WHERE trial = ? ORDER BY number", (row["id"],))
    return Trial(
        id=row["id"],
        matter=row["matter"],
        suggestion=row["suggestion"],
        task=row["task"],
        state=row["state"],
        author=row["author"],
        unit=row["unit"],
        asked=dt.datetime.fromisoformat(row["asked"]),
        model=row["model"],
        digest=row["digest"],
        said=row["said"],
        left_out=row["left_out"],
        sources=msgspec.json.decode(row["sources"], type=tuple[Source, ...]),
        lines=tuple(_line(one) for one in lines),
    )


def _line(row: Row) -> Line:
    return Line(
        row["number"],
        row["slot"],
        row["text"],
        msgspec.json.decode(row["ids"], type=tuple[str, ...]),
        row["reason"],
        row["taken_by"],
        moment(row["taken"]),
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
