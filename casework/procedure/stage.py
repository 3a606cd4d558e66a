"""Where each matter stands, and the record of the moves that brought it there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields

import msgspec

from casework.procedure.states import BY_ID, OUT, START, URGING, Move, State
from drafting.errors import UserError
from storage import transaction
from storage.engine import Connection, Row
from storage.statements import upsert

_DAYS = ("sent", "first_sent", "finished", "feedback", "extension_until")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a matter stands. ``moves`` counts the moves made and is the version of the stage.

    ``round`` counts the replies; ``signed`` is the version of the draft that was signed; ``source``
    names the reply in the archive; ``extension`` is 待批, 获准 or 未准.
    """

    matter: int
    state: State = START
    moves: int = 0
    round: int = 1
    section: str = ""
    handler: str = ""
    entered: dt.datetime | None = None
    signed: int | None = None
    sent: dt.date | None = None
    first_sent: dt.date | None = None
    finished: dt.date | None = None
    source: str = ""
    satisfaction: str = ""
    attitude: str = ""
    feedback: dt.date | None = None
    extension: str = ""
    extension_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One move that was made: who, when, with which version of the draft, and what was said.

    ``override`` is the reason for going on in spite of what stood in the way.
    """

    number: int
    move: Move
    source: State
    target: State
    round: int
    version: int
    at: dt.datetime
    author: str
    opinion: str = ""
    override: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


def stage_of(db: Connection, matter: int) -> Stage:
    """Return where the matter stands; at the start where it has made no move."""
    row = db.execute("SELECT * FROM stages WHERE matter = ?", (matter,)).fetchone()
    return _stage(row) if row else Stage(matter)


def all_stages(db: Connection) -> dict[int, Stage]:
    """Return where each matter stands that has made a move."""
    return {row["matter"]: _stage(row) for row in db.execute("SELECT * FROM stages")}


def history(db: Connection, matter: int) -> list[Step]:
    """Return the moves of a matter, in the order in which they were made."""
    rows = db.execute("SELECT * FROM moves WHERE matter = ? ORDER BY number", (matter,))
    return [_step(row) for row in rows]


def first_due(db: Connection) -> dict[int, dt.date]:
    """Return for each matter the day by which its first reply was due when that went out."""
    rows = db.execute(
        "SELECT matter, details FROM moves WHERE move IN ('send', 'send-opinion') AND round = 1"
        " ORDER BY number"
    )
    found = {}
    for row in rows:
        due = msgspec.json.decode(row["details"], type=dict[str, str]).get("办理期限")
        if due:
            found[int(row["matter"])] = dt.date.fromisoformat(due)
    return found


def reminders(db: Connection) -> dict[int, str]:
    """Return for each matter the last 催办 since it came to where it stands, with who said it."""
    rows = db.execute(
        "SELECT m.matter, m.author, m.opinion FROM moves m JOIN stages s ON s.matter = m.matter"
        " WHERE m.move IN (?, ?) AND m.target = s.state AND m.at >= s.entered ORDER BY m.number",
        URGING,
    )
    return {
        row["matter"]: f"{row['author']}：{row['opinion']}" if row["author"] else row["opinion"]
        for row in rows
    }


def record(db: Connection, now: Stage, step: Step) -> None:
    """Keep a move and where it led; to be called within a transaction."""
    names = [one.name for one in fields(Stage)]
    values = [_plain(getattr(now, name)) for name in names]
    db.execute(upsert("stages", names, key=("matter",)), values)
    db.execute(
        "INSERT INTO moves (matter, number, move, source, target, round, version, at, author,"
        " opinion, override, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            now.matter,
            step.number,
            step.move.id,
            step.source,
            step.target,
            step.round,
            step.version,
            _plain(step.at),
            step.author,
            step.opinion,
            step.override,
            msgspec.json.encode(step.details).decode(),
        ),
    )


def begin(db: Connection, matter: int, version: int, at: dt.datetime, author: str) -> Step | None:
    """Have a matter without moves stand at 起草: whoever checked its suggestions handles it.

    Return the move, ``None`` where it has made one.
    """
    if stage_of(db, matter).moves:
        return None
    move = BY_ID["take"]
    target: State = "起草"
    row = db.execute("SELECT section FROM people WHERE name = ?", (author,)).fetchone()
    section = str(row["section"]) if row else ""
    now = Stage(matter, target, moves=1, section=section, handler=author, entered=at)
    step = Step(1, move, START, target, 1, version, at, author)
    record(db, now, step)
    return step


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, (dt.date, dt.datetime)) else value


def _stage(row: Row) -> Stage:
    values = {one.name: row[one.name] for one in fields(Stage)}
    for name in _DAYS:
        values[name] = dt.date.fromisoformat(values[name]) if values[name] else None
    values["entered"] = dt.datetime.fromisoformat(values["entered"])
    return Stage(**values)


def _step(row: Row) -> Step:
    return Step(
        row["number"],
        BY_ID[row["move"]],
        row["source"],
        row["target"],
        row["round"],
        row["version"],
        dt.datetime.fromisoformat(row["at"]),
        row["author"],
        row["opinion"],
        row["override"],
        msgspec.json.decode(row["details"], type=dict[str, str]),
    )


def is_sent(db: Connection, matter_id: int) -> bool:
    """Return whether the reply has gone out, so that nothing about it may be asked or recorded."""
    return stage_of(db, matter_id).state in OUT


@contextmanager
def before_sending(db: Connection, matter_id: int, too_late: str) -> Iterator[None]:
    """A transaction on a matter whose reply has not gone out; once it has, raises
    :class:`UserError` with ``too_late``."""
    with transaction(db):
        if is_sent(db, matter_id):
            raise UserError(too_late)
        yield
