"""Imports started in the browser: uploaded files wait in a folder, and a worker imports them.

The state of a job is in the database, so that it survives a reload of the page. Whoever takes over
from a worker that was killed imports the remaining files: they are still in the folder, and the
import's journal records what is done.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal

from corpus.archive import Archive
from corpus.importing import uploads
from corpus.importing.importer import Outcome, import_files
from corpus.importing.plan import Source, source
from corpus.store import columns, journal
from corpus.store.listing import Failed
from corpus.view import ArchiveView
from drafting.errors import UserError
from drafting.model import Kind
from drafting.programs import workers
from drafting.reading.sheets import ledger
from drafting.reading.sheets.ledger import Column
from storage import is_busy, transaction
from storage.engine import Connection, Row, dialect
from storage.moments import moment
from storage.originals import StoreError
from storage.statements import new_id

Where = Literal["anywhere", "here", "elsewhere"]
_FETCHED = 200
"""So many files are fetched from a store at once: they are on this disk until they are taken in."""

_MINE = "(:unit IS NULL OR unit = :unit)"
_TELL_SECONDS = 0.4
_SHOWN = 3
_GO_ON = "处理好以后，在本页点“继续导入”。"
_DISK = "磁盘可能已满，或数据目录不可写。请腾出空间后，在本页点“继续导入”。"


@dataclass(frozen=True, slots=True)
class Job:
    """An import begun in the browser. ``state``: running, done or stopped.

    ``message`` says why it stopped, or what was replaced when it is done.

    ``done`` and ``total`` count items: files, and lines of ledgers.
    """

    id: int
    kind: str
    author: str
    state: str
    created: dt.datetime
    finished: dt.datetime | None
    done: int
    total: int
    imported: int
    unchanged: int
    failed: int
    message: str
    seconds: float

    @property
    def seconds_left(self) -> int | None:
        """Return the estimated time left at the rate so far; ``None`` if it is not yet known."""
        if self.state != "running" or self.done < 1 or self.seconds < 1:
            return None
        return round(self.seconds / self.done * max(0, self.total - self.done))


def begin(archive: Archive, kind: Kind | None, author: str, unit: str = "") -> int:
    """Make a job without files yet, whose documents are to be ``unit``'s; return its number."""
    with transaction(archive.db) as db:
        return new_id(
            db.execute(
                "INSERT INTO jobs (kind, author, state, created, unit)"
                " VALUES (?,?,'done',?,?) RETURNING id",
                (kind.value if kind else "auto", author, _now(), unit),
            )
        )


def add_file(archive: Archive, number: int, name: str, content: IO[bytes]) -> None:
    """Add a file to a job, to be imported under ``name``.

    Raises :class:`UserError` where there is no such job, or the file is empty or too large.
    """
    if job(archive.own_reader(), number) is None:
        raise UserError("没有这次导入，请重新选择文件。")
    try:
        kept = uploads.put(archive.path.parent, number, name, content)
    except OSError as error:
        raise UserError("文件存不下来：" + _DISK) from error
    try:
        void = _note(archive, number, name, kept)
    except sqlite3.OperationalError as error:
        if is_busy(error):
            # It is in no job: whoever sends it again brings it again.
            uploads.forget(archive.path.parent, kept)
        raise
    for path in void:
        uploads.forget(archive.path.parent, path)


def _note(archive: Archive, number: int, name: str, kept: str) -> list[str]:
    """Have the job wait for a file; return the former ones that are void by it."""
    void: list[str] = []
    with transaction(archive.db) as db:
        for row in db.execute(
            "SELECT f.id, f.path FROM job_files f JOIN jobs ON jobs.id = f.job"  # noqa: S608
            f" WHERE f.name = :name AND f.state = 'unclear' AND {_MINE}",
            {"name": name, "unit": archive.unit},
        ).fetchall():
            # The file was uploaded again: the question about the former one is void.
            _put_away(archive, row["id"])
            void.append(row["path"])
        db.execute("INSERT INTO job_files (job, name, path) VALUES (?,?,?)", (number, name, kept))
        db.execute(
            "UPDATE jobs SET message = CASE state WHEN 'stopped' THEN '' ELSE message END,"
            " state = 'running', finished = NULL, total = total + 1,"
            " started = coalesce(started, ?) WHERE id = ?",
            (_now(), number),
        )
    return void


def job(archive: ArchiveView, number: int) -> Job | None:
    """Return a job by its number, or ``None``."""
    found = _jobs(archive, "id = :value", "", number)
    return found[0] if found else None


def recent(archive: ArchiveView, hours: int = 2) -> list[Job]:
    """Return the jobs under way, stopped, or done in these hours, the last one first."""
    since = dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours)
    found = _jobs(archive, "total > 0", "ORDER BY id DESC LIMIT :value", _SHOWN)
    return [one for one in found if one.finished is None or one.finished > since]


def failures(archive: ArchiveView, number: int, most: int = 50) -> list[Failed]:
    """Return what of a job could not be imported."""
    with archive.connections.seeing(archive.reader) as db:
        rows = db.execute(
            "SELECT f.source, f.reason, f.failed FROM failures f, jobs j WHERE j.id = ?"
            " AND f.unit = j.unit AND f.file IN (SELECT name FROM job_files WHERE job = j.id)"
            " ORDER BY length(f.source), f.source LIMIT ?",
            (number, most),
        ).fetchall()
    return [Failed(row[0], row[1], dt.datetime.fromisoformat(row[2])) for row in rows]


def resume(archive: Archive) -> bool:
    """Have the jobs that were stopped go on; return whether any have files waiting."""
    with transaction(archive.db) as db:
        _go_on(db, "state = 'stopped'", ())
    return bool(waiting(archive))


def waiting(archive: Archive) -> list[tuple[int, str]]:
    """Return the jobs that have files waiting, each with whose it is, the first first.

    One that was stopped because the disk was full is tried again, any other only when somebody
    says so.
    """
    rows = archive.db.execute(
        "SELECT j.id, j.author, j.state FROM jobs j WHERE (j.state = 'running'"
        " OR j.state = 'stopped' AND j.message = ?) AND EXISTS"
        " (SELECT 1 FROM job_files f WHERE f.job = j.id AND f.state = 'waiting') ORDER BY j.id",
        (_DISK,),
    ).fetchall()
    for row in rows:
        if row["state"] == "stopped":
            with transaction(archive.db) as db:
                _go_on(db, "id = ?", (row["id"],))
    return [(row["id"], row["author"]) for row in rows]


def where(archive: Archive, number: int) -> Where:
    """Return which workers find a file of the job that waits: all, or those of one data folder."""
    rows = _waiting_here(archive, number)
    if any(uploads.is_anywhere(row["path"]) for row in rows):
        return "anywhere"
    return "here" if rows else "elsewhere"


def _waiting_here(archive: Archive, number: int) -> list[Row]:
    """Return the files of a job that wait where this data folder finds them: some at a time.

    Of several machines before one PostgreSQL each has its own, with what was uploaded there unless
    there is a store for all. Where there is one folder alone, a file that is gone is imported to
    say so.
    """
    rows = archive.db.execute(
        "SELECT id, name, path FROM job_files WHERE job = ? AND state = 'waiting' ORDER BY id",
        (number,),
    ).fetchall()
    if dialect(archive.db) != "sqlite":
        rows = [row for row in rows if uploads.is_here(archive.path.parent, row["path"])]
    fetched = [row["id"] for row in rows if uploads.is_anywhere(row["path"])]
    later = {*fetched[_FETCHED:]}
    return [row for row in rows if row["id"] not in later]


def _go_on(db: Connection, which: str, values: tuple[str | int, ...]) -> None:
    db.execute(
        "UPDATE jobs SET state = 'running', message = '', finished = NULL"  # noqa: S608
        f" WHERE {which} AND id IN (SELECT job FROM job_files WHERE state = 'waiting')",
        values,
    )


# ------------------------------------------------------------------ ledgers with unknown columns


@dataclass(frozen=True, slots=True)
class Unclear:
    """An uploaded table of which nobody has said yet which column holds the text."""

    id: int
    name: str


def unclear(archive: ArchiveView) -> list[Unclear]:
    """Return the tables that wait for somebody to say what their columns hold."""
    with archive.connections.seeing(archive.reader) as db:
        rows = db.execute("SELECT id, name FROM job_files WHERE state = 'unclear' ORDER BY id")
        return [Unclear(row["id"], row["name"]) for row in rows]


def columns_of(archive: ArchiveView, number: int) -> tuple[str, tuple[Column, ...]] | None:
    """Return the name and the columns of such a table; ``None`` where it does not wait."""
    with archive.connections.seeing(archive.reader) as db:
        row = _unclear(db, number)
        known = columns.known(db)
    if row is None:
        return None
    about = workers.How(row["name"])
    with uploads.held(archive.connections.path.parent, row["path"]) as files:
        file = files[row["path"]]
        if file.lost:
            raise UserError(file.lost)
        found: tuple[Column, ...] = workers.ask(COLUMNS, COLUMNS_NAME, str(file.path), how=about)
    return row["name"], tuple(replace(one, key=known.get(one.name, one.key)) for one in found)


def _columns(path: str) -> tuple[Column, ...]:
    return ledger.columns_of(Path(path))


COLUMNS_NAME = "columns"
COLUMNS = workers.Job(_columns, tuple[Column, ...], "读取台账")
"""The head of a table is read by a worker, within its limits, as the table itself is."""


def set_columns(archive: Archive, number: int, keys: Mapping[str, str]) -> bool:
    """Remember what the columns hold (``{name: key}``) and have the table imported.

    Returns whether it still waited.
    """
    row = _own_unclear(archive, number)
    if row is None:
        return False
    with transaction(archive.db) as db:
        columns.keep(db, keys)
        db.execute("UPDATE job_files SET state = 'waiting' WHERE id = ?", (number,))
        db.execute(
            "UPDATE jobs SET failed = max(0, failed - 1), done = max(0, done - 1) WHERE id = ?",
            (row["job"],),
        )
        journal.forget_failures(db, [row["name"]], unit=archive.unit)
        _go_on(db, "id = ?", (row["job"],))
    return True


def give_up(archive: Archive, number: int) -> bool:
    """Discard such a table without importing it; return whether it still waited."""
    row = _own_unclear(archive, number)
    if row is not None:
        with transaction(archive.db):
            _put_away(archive, number)
        uploads.forget(archive.path.parent, row["path"])
    return row is not None


def _own_unclear(archive: Archive, number: int) -> Row | None:
    own = archive.own_reader()
    with own.connections.seeing(own.reader) as db:
        return _unclear(db, number)


def _unclear(db: Connection, number: int) -> Row | None:
    row: Row | None = db.execute(
        "SELECT job, name, path FROM job_files WHERE id = ? AND state = 'unclear'", (number,)
    ).fetchone()
    return row


def _put_away(archive: Archive, number: int) -> None:
    archive.db.execute("UPDATE job_files SET state = 'done' WHERE id = ?", (number,))


# ------------------------------------------------------------------ the work


def run(archive: Archive, number: int, told: Callable[[int], None] | None = None) -> bool:
    """Import the files of a job that wait in this data folder; return whether there were any.

    ``told`` is called with how many items of it are done; what it raises stops the import, and the
    rest waits.
    """
    row = archive.db.execute("SELECT state FROM jobs WHERE id = ?", (number,)).fetchone()
    if row is None or row["state"] != "running":
        return False
    rows = _waiting_here(archive, number)
    if not rows:
        return False
    folder = archive.path.parent
    with (
        _stopping(archive, number),
        uploads.held(folder, *(row["path"] for row in rows)) as files,
    ):
        kind, unit = archive.db.execute(
            "SELECT kind, unit FROM jobs WHERE id = ?", (number,)
        ).fetchone()
        outcome = import_files(
            archive.for_unit(unit),
            [_source(files[row["path"]], row["name"]) for row in rows],
            kind=None if kind == "auto" else Kind(kind),
            progress=_teller(archive, number, len(rows), told),
        )
        asking = _nameless(rows, outcome)
        _finish(archive, number, {row["id"]: row["id"] in asking for row in rows}, outcome)
        for row in rows:
            if row["id"] not in asking:
                uploads.forget(folder, row["path"])
    return True


def _source(file: uploads.Held, name: str) -> Source:
    return Source(file.path, name, lost=file.lost) if file.lost else source(file.path, name)


def _nameless(rows: Iterable[Row], outcome: Outcome) -> set[int]:
    """Return the tables that were refused for want of a known column."""
    refused = {one.path for one in outcome.failed if one.reason == ledger.NO_TEXT}
    return {
        row["id"]
        for row in rows
        if row["name"] in refused and Path(row["path"]).suffix in ledger.TABLES
    }


@contextmanager
def _stopping(archive: Archive, number: int) -> Iterator[None]:
    """Stop a job, saying why, where disk, database or store do not take it; the files wait."""
    try:
        yield
    except (OSError, sqlite3.OperationalError, StoreError) as error:
        if is_busy(error):
            # Nobody need press anything: the job goes back, and is done when the lock is free.
            raise
        why = f"{error.message}{_GO_ON}" if isinstance(error, StoreError) else _DISK
        stop(archive, number, why)


def stop(archive: Archive, number: int, message: str) -> None:
    """Have a job wait until somebody goes on with it, and say why."""
    with transaction(archive.db) as db:
        db.execute("UPDATE jobs SET state = 'stopped', message = ? WHERE id = ?", (message, number))


def _teller(
    archive: Archive, number: int, files: int, told: Callable[[int], None] | None
) -> _Teller:
    # What a run that was broken off had counted is counted anew.
    row = archive.db.execute(
        "SELECT imported + unchanged + failed AS done, total FROM jobs WHERE id = ?", (number,)
    ).fetchone()
    return _Teller(archive, number, row["done"], row["total"] - files, told)


@dataclass(slots=True)
class _Teller:
    """Writes the progress of a job's present files down, now and then."""

    archive: Archive
    number: int
    done_before: int
    total_before: int
    tell: Callable[[int], None] | None
    told: float = 0.0

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self.told < _TELL_SECONDS and done < total:
            return
        self.told = time.monotonic()
        if self.tell:
            self.tell(self.done_before + done)
        with transaction(self.archive.db) as db:
            # Files that came in since count in the total already: it never falls.
            db.execute(
                "UPDATE jobs SET done = ?, total = max(total, ?) WHERE id = ?",
                (self.done_before + done, self.total_before + total, self.number),
            )


def _finish(archive: Archive, number: int, files: Mapping[int, bool], outcome: Outcome) -> None:
    """Note what became of a job's ``files``, by number: whether somebody must be asked about it."""
    with transaction(archive.db) as db:
        db.executemany(
            "UPDATE job_files SET state = ? WHERE id = ?",
            [("unclear" if asking else "done", file) for file, asking in files.items()],
        )
        db.execute(
            "UPDATE jobs SET imported = imported + ?, unchanged = unchanged + ?,"
            " failed = failed + ?, message = message || ? WHERE id = ?",
            (
                *(outcome.imported, outcome.unchanged, len(outcome.failed)),
                *("".join(outcome.notes), number),
            ),
        )
        db.execute(
            "UPDATE jobs SET state = 'done', finished = ?, total = done WHERE id = ? AND NOT EXISTS"
            " (SELECT 1 FROM job_files WHERE job = jobs.id AND state = 'waiting')",
            (_now(), number),
        )


def _jobs(archive: ArchiveView, which: str, more: str, value: int) -> list[Job]:
    with archive.connections.seeing(archive.reader) as db:
        rows = db.execute(
            "SELECT id, kind, author, state, created, started, finished, done, total, imported,"  # noqa: S608
            f" unchanged, failed, message FROM jobs WHERE {which} {more}",
            {"value": value},
        ).fetchall()
    return [
        Job(
            row["id"],
            row["kind"],
            row["author"],
            row["state"],
            dt.datetime.fromisoformat(row["created"]),
            moment(row["finished"]),
            row["done"],
            row["total"],
            row["imported"],
            row["unchanged"],
            row["failed"],
            row["message"],
            _seconds(moment(row["started"]), moment(row["finished"])),
        )
        for row in rows
    ]


def _seconds(start: dt.datetime | None, end: dt.datetime | None) -> float:
    return ((end or dt.datetime.now(dt.UTC)) - start).total_seconds() if start else 0.0


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
