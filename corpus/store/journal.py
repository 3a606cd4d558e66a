"""The journal of an import: what it has done, so that it can resume, and which files failed.

A file is identified by its source, size and modification time, the kind it was imported as, and the
version of the reading code: newer code reads it again. A row is written in the same transaction as
the documents it is about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import drafting.reading
from storage.engine import Connection
from storage.moments import utc_now
from storage.statements import upsert

_MARK = ("file", "kind", "size", "mtime", "reader", "lines", "finished")
_FAILURE = ("source", "unit", "file", "reason", "failed")


@dataclass(frozen=True, slots=True)
class Mark:
    """A file as it stands on the disk, and what it is imported as (``auto`` or a kind)."""

    file: str
    kind: str
    size: int
    mtime: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file was taken in: its first ``lines`` lines, or the whole of it."""

    lines: int = 0
    finished: bool = False


@lru_cache(maxsize=1)
def reader() -> str:
    """Return a fingerprint of the reading code: what was read by other code is read again."""
    folder = Path(drafting.reading.__file__).parent
    digest = hashlib.sha256()
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.toml")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def mark_of(path: Path, file: str, kind: str) -> Mark:
    """Return the mark of the file at ``path``. Raises :class:`OSError`."""
    state = path.stat()
    return Mark(file, kind, state.st_size, state.st_mtime_ns)


def progress(db: Connection, mark: Mark) -> Progress:
    """Return how far this very file was taken in; nothing where it has changed since."""
    row = db.execute(
        "SELECT lines, finished FROM journal"
        " WHERE file = ? AND kind = ? AND size = ? AND mtime = ? AND reader = ?",
        (mark.file, mark.kind, mark.size, mark.mtime, reader()),
    ).fetchone()
    return Progress(row["lines"], bool(row["finished"])) if row else Progress()


def note(db: Connection, mark: Mark, done: Progress) -> None:
    """Note how far a file was taken in; call in the transaction that took it in."""
    db.execute(
        upsert("journal", _MARK, key=("file",)),
        (mark.file, mark.kind, mark.size, mark.mtime, reader(), done.lines, done.finished),
    )


def forget(db: Connection) -> None:
    """Have every file read again at its next import: documents were taken out."""
    db.execute("DELETE FROM journal")


def note_failure(db: Connection, file: str, source: str, reason: str, unit: str) -> None:
    """Note that ``source``, of the file imported for ``unit``, could not be taken in."""
    db.execute(
        upsert("failures", _FAILURE, key=("source", "unit")),
        (source, unit, file, reason, utc_now()),
    )


def forget_failure(db: Connection, source: str, unit: str) -> None:
    """Forget that ``source`` could not be taken in: now it is, or somebody has seen it."""
    db.execute("DELETE FROM failures WHERE source = ? AND unit IN ('', ?)", (source, unit))


def forget_failures(
    db: Connection, files: Iterable[str] | None = None, *, unit: str | None = None
) -> None:
    """Forget the failures of ``files``, or all of them, that are ``unit``'s or nobody's; without
    a unit everybody's."""
    mine = {"unit": unit}
    if files is None:
        db.execute("DELETE FROM failures WHERE :unit IS NULL OR unit IN ('', :unit)", mine)
        return
    db.executemany(
        "DELETE FROM failures WHERE file = :file AND (:unit IS NULL OR unit IN ('', :unit))",
        [{"file": file} | mine for file in files],
    )


def failures(db: Connection, file: str) -> list[tuple[str, str]]:
    """Return ``(source, reason)`` of what could not be taken in of ``file``."""
    rows = db.execute(
        "SELECT source, reason FROM failures WHERE file = ? GROUP BY source, reason"
        " ORDER BY length(source), source",
        (file,),
    )
    return [(row["source"], row["reason"]) for row in rows]
