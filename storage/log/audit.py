"""The log of what was done: appended only, and chained so that a change in it shows.

An entry is written in the transaction of the action it records: both are kept or neither. Each
holds the SHA-256 of its own fields and of the entry before it, so that no entry can be changed,
left out or put in without all later hashes being wrong. Triggers refuse UPDATE, and DELETE of
whatever is younger than :data:`KEEP_DAYS` or not covered by an entry of :data:`PRUNED`, which
itself carries the number and hash up to which was deleted. (网络安全法第二十一条: logs are kept for
at least six months.)

The action's column and its key in the exported JSON are named ``deed``: backups of former versions
are verified and written to before they are migrated, and offices read the export by script.

Whoever can write the file can write a whole new chain, or an entry that says that the rest was
cleared. Against that the newest number and hash (:func:`head`) are kept elsewhere, with the time,
and given to :func:`verify` later (:mod:`storage.log.heads`): what was cleared must have had its
term.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from drafting.errors import UserError
from storage.connection import order, stream, transaction
from storage.engine import Connection, Row, dialect
from storage.log import chain
from storage.statements import new_id
from storage.tables import catalog
from storage.tables.rows import Kind, content

if TYPE_CHECKING:
    from storage.postgres.connection import PostgresConnection

KEEP_DAYS = 183
"""Six months; the trigger of :func:`install` says the same number."""
PRUNED = "日志清理"
PAGE = 100
LONGEST = 1_000
"""Characters of one field."""
NOBODY = "本机用户"
"""The name under which the actions of the single user are logged."""
OF_SYSTEMS = "系统："
"""What the names of other systems begin with in the log; no account bears such a name."""

_START = "0" * 64
_HEAD = ("编号", "时间", "操作人", "来源地址", "事项", "对象", "结果", "说明", "校验值")
_CHOSEN = """
    SELECT * FROM log WHERE at >= :since AND (:until = '' OR at < :until)
    AND (:who = '' OR who = :who) AND (:deed = '' OR deed = :deed)
    AND (:result = '' OR result = :result)
    AND (:what = '' OR instr(what || ' ' || detail, :what) > 0)"""
# After the whole log has been deleted by hand the next number still goes on from the last.
_NEXT = """
    SELECT (SELECT hash FROM log ORDER BY id DESC LIMIT 1) AS chained,
        1 + max(ifnull((SELECT max(id) FROM log), 0),
            ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'log'), 0)) AS number"""
_APPEND = """
    INSERT INTO log (id, at, who, place, deed, what, result, detail, upto, hash)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
# SQLite runs our own function: the same in one statement, for each page that writes pays for it.
_APPEND_AT_ONCE = f"""
    INSERT INTO log (id, at, who, place, deed, what, result, detail, upto, hash)
    SELECT number, :at, :who, :place, :deed, :what, :result, :detail, :upto,
        {chain.FUNCTION}(ifnull(chained, :start), number, :at, :who, :place, :deed, :what, :result,
            :detail, :upto)
    FROM ({_NEXT})
    RETURNING id"""  # noqa: S608
_FIELDS = ("id", "at", "who", "place", "deed", "what", "result", "detail", "upto")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and from where (an address, 命令行, 系统)."""

    who: str = NOBODY
    where: str = "系统"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A line of the log; ``result`` is 成功, 失败 or 拒绝."""

    id: int
    at: dt.datetime
    who: str
    where: str
    action: str
    what: str
    result: str
    detail: str
    hash: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Which entries are asked for; days are counted in local time, both ends included."""

    since: dt.date | None = None
    until: dt.date | None = None
    who: str = ""
    action: str = ""
    what: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A number and hash that were kept elsewhere, and when, where that is known."""

    number: int
    hash: str
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What :func:`verify` found: entries read, the newest number and hash, and what is wrong."""

    count: int
    last: int
    hash: str
    faults: tuple[str, ...] = ()


def install(db: Connection) -> None:
    """Make the table and its triggers; to be called from a numbered migration."""
    # AUTOINCREMENT remembers the highest number ever given: a tail that was cut off shows.
    db.execute("""
        CREATE TABLE log (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            who TEXT NOT NULL,
            place TEXT NOT NULL,
            deed TEXT NOT NULL,
            what TEXT NOT NULL,
            result TEXT NOT NULL CHECK (result IN ('成功', '失败', '拒绝')),
            detail TEXT NOT NULL,
            upto INTEGER,
            hash TEXT NOT NULL
        )""")
    db.execute("CREATE INDEX log_by_deed ON log (deed, id)")
    db.execute("CREATE INDEX log_by_who ON log (who, id)")
    db.execute("CREATE INDEX log_pruned ON log (upto) WHERE upto IS NOT NULL")
    db.execute("""
        CREATE TRIGGER log_unchanged BEFORE UPDATE ON log
        BEGIN SELECT RAISE(ABORT, '日志不能修改'); END""")
    # REPLACE would delete a row without the trigger on deletion being asked.
    db.execute("""
        CREATE TRIGGER log_appended BEFORE INSERT ON log
        WHEN NEW.id <= (SELECT ifnull(max(id), 0) FROM log)
        BEGIN SELECT RAISE(ABORT, '日志只能在末尾增加'); END""")
    db.execute("""
        CREATE TRIGGER log_undeleted BEFORE DELETE ON log
        WHEN julianday('now') - julianday(OLD.at) < 183
            OR OLD.id > (SELECT ifnull(max(upto), 0) FROM log WHERE upto IS NOT NULL)
        BEGIN SELECT RAISE(ABORT, '日志不能删除'); END""")


def write(
    db: Connection,
    action: str,
    *,
    who: str,
    where: str,
    what: str = "",
    result: str = "成功",
    detail: str = "",
) -> int:
    """Append an entry in the transaction under way, or in one of its own; return its number.

    A field longer than :data:`LONGEST` is cut: what a stranger sends must not fill the disk.
    """
    fields = tuple(
        # PostgreSQL has no room for NUL: what is chained must be what is kept.
        text[:LONGEST].replace("\0", "")
        for text in (who, where, action, what, result, detail)
    )
    with transaction(db, "log"):
        return _append(db, _now(), fields, None)


def verify(db: Connection, *kept: Kept) -> Verdict:
    """Verify the whole chain within one read transaction and return its faults.

    ``kept`` are numbers and hashes that :func:`head` returned earlier and that were kept elsewhere.
    """
    if db.in_transaction:
        return _verify(db, kept)
    db.execute("BEGIN")
    try:
        return _verify(db, kept)
    finally:
        db.execute("ROLLBACK")


def head(db: Connection) -> tuple[int, str]:
    """Return the newest number and its hash, to be kept elsewhere."""
    row = db.execute("SELECT id, hash FROM log ORDER BY id DESC LIMIT 1").fetchone()
    return (row["id"], row["hash"]) if row else (0, _START)


def entries(db: Connection, filters: Filters, page: int = 0) -> list[LogEntry]:
    """Return a page of the log as filtered, the newest first."""
    values = _values(filters) | {"limit": PAGE, "offset": page * PAGE}
    rows = db.execute(f"{_CHOSEN} ORDER BY id DESC LIMIT :limit OFFSET :offset", values)
    return [_entry(row) for row in rows]


def count(db: Connection, filters: Filters) -> int:
    """Return how many entries there are as filtered."""
    row = db.execute(f"SELECT count(*) FROM ({_CHOSEN})", _values(filters)).fetchone()  # noqa: S608
    return int(row[0])


def each(db: Connection, filters: Filters) -> Iterator[LogEntry]:
    """Yield all entries as filtered, the oldest first, for the export."""
    for row in db.execute(f"{_CHOSEN} ORDER BY id", _values(filters)):
        yield _entry(row)


def export(db: Connection, filters: Filters, kind: Kind) -> Iterator[bytes]:
    """Yield the bytes of a file of the entries as filtered, the oldest first."""
    return content(map(_row, each(db, filters)), kind, _HEAD)


def actions(db: Connection) -> list[str]:
    """Return the actions that occur in the log, for the choice in the filter."""
    return [row[0] for row in db.execute("SELECT DISTINCT deed FROM log ORDER BY deed")]


def is_outgrown(db: Connection, days: int) -> bool:
    """Return whether the log has entries older than ``days`` that :func:`prune` deletes."""
    before = _before(days)
    return _is_older(db, before) and _leaves_enough(db, before)


def prune(db: Connection, days: int, *, actor: Actor) -> int:
    """Delete what is older than ``days`` (never less than :data:`KEEP_DAYS`); return how many.

    The deletion is an entry itself and names the number and hash at which the chain now begins.
    Raises :class:`UserError` where the log does not hold together, for its faults must stay
    visible, and where what is left would not cover six months: if the clock is months ahead, all
    entries look old, and nothing may be deleted on its word.
    """
    if verify(db).faults:
        raise UserError("日志校验不通过，未作清理。请先保全数据目录，查明原因。")
    days = max(days, KEEP_DAYS)
    before = _before(days)
    with transaction(db):
        if not _is_older(db, before):
            return 0
        if not _leaves_enough(db, before):
            raise UserError(
                "清理后留下的日志不足六个月，未作清理。请核对服务器的时钟；时钟没有错的，"
                "等记满六个月再清理。"
            )
        # Only a beginning is cut off: an old entry behind a younger one (a clock that was set
        # back) stays.
        young = db.execute("SELECT min(id) FROM log WHERE at >= ?", (before,)).fetchone()[0]
        row = db.execute(
            "SELECT id, hash FROM log WHERE id < ? ORDER BY id DESC LIMIT 1",
            (young,),
        ).fetchone()
        if row is None:
            return 0
        detail = json.dumps({"upto": row["id"], "hash": row["hash"], "days": days})
        fields = (actor.who, actor.where, PRUNED, "日志", "成功", detail)
        _append(db, _now(), fields, row["id"])
        return db.execute("DELETE FROM log WHERE id <= ?", (row["id"],)).rowcount


def _before(days: int) -> str:
    return _text(dt.datetime.now(dt.UTC) - dt.timedelta(days=max(days, KEEP_DAYS)))


def _is_older(db: Connection, before: str) -> bool:
    first = db.execute("SELECT at FROM log ORDER BY id LIMIT 1").fetchone()
    return first is not None and first["at"] < before


def _leaves_enough(db: Connection, before: str) -> bool:
    """Whether the entries since ``before`` cover six months at least."""
    kept, newest = db.execute(
        "SELECT min(at), max(at) FROM log WHERE at >= ?", (before,)
    ).fetchone()
    if kept is None:
        return False
    told = dt.datetime.fromisoformat(newest) - dt.datetime.fromisoformat(kept)
    return told >= dt.timedelta(days=KEEP_DAYS)


def _verify(db: Connection, kept: Iterable[Kept]) -> Verdict:
    faults = _guards(db)
    count, last, chained = 0, 0, _START
    anchors = _anchors(db)
    hashes: dict[int, str] = {}
    wanted = [one for one in kept if one.number]
    numbers = {one.number for one in wanted}
    for row in stream(db, "SELECT * FROM log ORDER BY id"):
        if row["id"] != last + 1:
            # The one gap that may be is the deleted beginning, as a later entry says it.
            anchor = anchors.get(row["id"] - 1) if count == 0 else None
            if anchor is None:
                faults.append(f"第 {last + 1}—{row['id'] - 1} 条缺失")
            chained = anchor.hash if anchor else chained
        if not chain.holds(row["hash"], chained, *(row[name] for name in _FIELDS)):
            faults.append(f"第 {row['id']} 条被改动，或与上一条接不上")
        count, last, chained = count + 1, row["id"], row["hash"]
        if last in numbers:
            hashes[last] = chained
    faults += _tail(db, last)
    faults += [said for one in wanted if (said := _against(one, last, hashes, anchors))]
    return Verdict(count, last, chained, tuple(faults))


def _against(
    kept: Kept, last: int, hashes: Mapping[int, str], anchors: Mapping[int, _Anchor]
) -> str:
    """Say what is wrong with the log as against what was kept elsewhere; nothing where they agree.

    An entry that says that the kept one was cleared is no proof by itself: whoever wrote the chain
    anew would write it too, with the true hash, which stood in the log. So the kept one must tell
    its time, and that must have been over its term when it was cleared.
    """
    number = kept.number
    if number > last:
        return f"另存的校验值到第 {number} 条，日志只到第 {last} 条：末尾缺失"
    if number in hashes:
        return "" if hashes[number] == kept.hash else f"第 {number} 条与另存的校验值不符"
    cleared = min((one for one in anchors if one >= number), default=None)
    if cleared is None:
        return f"第 {number} 条与另存的校验值不符"
    anchor = anchors[cleared]
    if cleared == number and anchor.hash != kept.hash:
        return f"第 {number} 条与另存的校验值不符"
    # Nor may the clearing be of a day that has not come.
    at = min(anchor.at, dt.datetime.now(dt.UTC))
    if kept.at is not None and at - kept.at < dt.timedelta(days=KEEP_DAYS):
        return f"第 {number} 条记下不足六个月，却已被清理"
    if kept.at is None:
        return f"第 {number} 条已被清理，无从核对：请用记有日期的或较新的校验值"
    return ""


def _guards(db: Connection) -> list[str]:
    """Return what is wrong with the triggers that keep the log from being changed."""
    there, due = catalog.triggers(db, "log"), _due(db)
    lost = [f"缺少触发器 {name}，日志可能被改动过" for name in due if name not in there]
    lost += [
        f"触发器 {name} 被改动"
        for name, sql in there.items()
        if name in due and " ".join(sql.split()) != " ".join(due[name].split())
    ]
    return lost + [f"多出触发器 {name}" for name in there if name not in due]


def _due(db: Connection) -> dict[str, str]:
    """Return the triggers as :func:`install` makes them in the engine of ``db``."""
    if dialect(db) == "sqlite":
        return _installed()
    from storage.postgres.expected import aside  # Only where it is used.

    return aside(
        cast("PostgresConnection", db), install, lambda made: catalog.triggers(made, "log")
    )


@cache
def _installed() -> dict[str, str]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        fresh.row_factory = sqlite3.Row
        install(fresh)
        return catalog.triggers(fresh, "log")


def _append(db: Connection, at: str, fields: tuple[str, ...], upto: int | None) -> int:
    if dialect(db) == "sqlite":
        named = dict(zip(_FIELDS[1:], (at, *fields, upto), strict=True))
        return new_id(db.execute(_APPEND_AT_ONCE, {**named, "start": _START}))
    # One after another to the end of each transaction: the next is chained to what is committed.
    order(db, "log")
    row = db.execute(_NEXT).fetchone()
    number = int(row["number"])
    values = (number, at, *fields, upto)
    db.execute(_APPEND, (*values, chain.link(row["chained"] or _START, *values)))
    db.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'log'", (number,))
    return number


@dataclass(frozen=True, slots=True)
class _Anchor:
    """The hash up to which was deleted, and when, as an entry of the log says."""

    hash: str
    at: dt.datetime


def _anchors(db: Connection) -> dict[int, _Anchor]:
    """Return up to which entries was deleted, by number, as the log itself says."""
    rows = db.execute("SELECT at, upto, detail FROM log WHERE upto IS NOT NULL ORDER BY id DESC")
    return {row["upto"]: _anchor(row["at"], row["detail"]) for row in rows}


def _anchor(at: str, detail: str) -> _Anchor:
    """Return what an entry of the log says of a clearing; what is no such thing has no hash."""
    try:
        return _Anchor(str(json.loads(detail)["hash"]), dt.datetime.fromisoformat(at))
    except (ValueError, KeyError, TypeError):
        return _Anchor("", dt.datetime.min.replace(tzinfo=dt.UTC))


def _tail(db: Connection, last: int) -> list[str]:
    given = _given(db)
    return [f"第 {last + 1}—{given} 条缺失"] if given > last else []


def _given(db: Connection) -> int:
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'log'").fetchone()
    return int(row[0]) if row else 0


def _row(entry: LogEntry) -> dict[str, object]:
    values = {name: getattr(entry, name) for name in LogEntry.__slots__}
    values["at"] = entry.at.astimezone().isoformat(timespec="milliseconds")
    return {"deed" if name == "action" else name: value for name, value in values.items()}


def _values(filters: Filters) -> dict[str, object]:
    end = filters.until + dt.timedelta(days=1) if filters.until else None
    return {
        "since": _day(filters.since) if filters.since else "",
        "until": _day(end) if end else "",
        "who": filters.who,
        "deed": filters.action,
        "what": filters.what,
        "result": filters.result,
    }


def _day(day: dt.date) -> str:
    return _text(dt.datetime.combine(day, dt.time()).astimezone())


def _now() -> str:
    return _text(dt.datetime.now(dt.UTC))


def _text(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds")


def _entry(row: Row) -> LogEntry:
    return LogEntry(
        row["id"],
        dt.datetime.fromisoformat(row["at"]),
        row["who"],
        row["place"],
        row["deed"],
        row["what"],
        row["result"],
        row["detail"],
        row["hash"],
    )
