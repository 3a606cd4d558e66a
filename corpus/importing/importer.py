"""Import: files, folders, zip archives and ledgers into the archive, without supervision.

A file that fails is listed with its reason and the rest continues. An unchanged file changes
nothing; a changed one replaces its document; a killed import resumes. Worker processes read,
structure and segment; one writer stores several documents per transaction.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from corpus.archive import Archive
from corpus.importing import origins
from corpus.importing.plan import Source, Step, is_small, sources, steps
from corpus.importing.pool import InProcess, Pool, workers
from corpus.importing.worker import Refused, Result, read_document
from corpus.incoming import prepare
from corpus.store import journal
from corpus.store.journal import Mark
from corpus.store.journal import Progress as Done
from corpus.store.owners import SAMPLES
from drafting.model import Document, Kind
from storage import transaction
from storage.engine import Connection, dialect
from storage.originals import Kept, put_all

Progress = Callable[[int, int], None]
"""Called with ``(done, total)`` items; the total is an estimate until all files are open.

What it raises stops the import; what was stored stays, and the next import goes on from there.
"""

WORKERS = 2
"""Worker processes of an import."""

_BATCH = 256
_NAMED = 5
_BATCH_BYTES = 8 * 1024 * 1024
_BATCH_SECONDS = 1.0
_IN_FLIGHT = 10
_IN_FLIGHT_BYTES = 24 * 1024 * 1024
_BUSY_MS = 60_000
_CACHE_KIB = 16 * 1024
_WAL_PAGES = 8_000


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or ledger line that could not be imported."""

    path: str
    reason: str


@dataclass(slots=True)
class Outcome:
    """What an import did. ``notes`` say what a user would not expect of it: another name given,
    documents replaced by others in content. They are no part of the count."""

    imported: int = 0
    unchanged: int = 0
    failed: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list, compare=False)


def import_paths(
    archive: Archive,
    paths: Iterable[Path],
    *,
    kind: Kind | None = None,
    progress: Progress | None = None,
    processes: int = WORKERS,
) -> Outcome:
    """Import everything under ``paths``; ``kind`` overrides what the reader finds.

    A file is known by its place on the disk, whichever way it is named; see
    :mod:`corpus.importing.origins`. Raises :class:`UserError` where a path does not exist.
    """
    files, notes = origins.settle(archive, sources(paths))
    outcome = import_files(archive, files, kind=kind, progress=progress, processes=processes)
    outcome.notes[:0] = notes
    return outcome


def import_files(
    archive: Archive,
    files: list[Source],
    *,
    kind: Kind | None = None,
    progress: Progress | None = None,
    processes: int = WORKERS,
) -> Outcome:
    """Import ``files``, each under its own name; otherwise as :func:`import_paths`."""
    writer = _Writer(archive, Tracker(files, progress))
    size = 0 if is_small(files) else processes
    with _in_bulk(archive.db), workers(size) as pool:
        todo = (step for one in files for step in steps(archive.db, one, kind))
        for step, results in _in_order(pool, todo):
            writer.take(step, results)
        writer.flush()
    writer.note_replaced()
    return writer.outcome


def import_bytes(
    archive: Archive, data: bytes, name: str, *, kind: Kind | None = None
) -> tuple[str, Document]:
    """Import one uploaded file under its name; return what was done and the document read.

    Raises :class:`UserError` where it cannot be read, or is marked as secret.
    """
    document = read_document(data, name)
    document = replace(document, kind=kind) if kind else document
    return archive.put(prepare(document, name, data)), document


def import_samples(archive: Archive) -> Outcome:
    """Load the sample archive that comes with the product: an invented district's papers.

    They are nobody's, whoever loads them.
    """
    folder = Path(__file__).parents[1] / "samples"
    files = [path for name in ("replies", "policies") for path in sorted((folder / name).iterdir())]
    return import_files(
        archive.for_all(), [Source(path, f"{SAMPLES}{path.name}") for path in files], processes=0
    )


def remove_samples(archive: Archive) -> int:
    """Take the sample archive out again, and nothing else; return how many documents that were."""
    with transaction(archive.db) as db:
        rows = db.execute("SELECT source FROM documents WHERE source LIKE ?", (f"{SAMPLES}%",))
        return sum(archive.remove(row["source"]) for row in rows.fetchall())


@dataclass(frozen=True, slots=True)
class SampleProposal:
    """An incoming proposal of the invented district, to try things with."""

    name: str
    title: str
    text: str


@lru_cache(maxsize=1)
def sample_proposals() -> tuple[SampleProposal, ...]:
    """Return the sample proposals that come with the product."""
    folder = Path(__file__).parents[1] / "samples" / "proposals"
    texts = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.txt"))}
    return tuple(
        SampleProposal(name, text.split("\n", 1)[0].strip(), text) for name, text in texts.items()
    )


# ------------------------------------------------------------------ reading, several at a time


def _in_order(pool: Pool | InProcess, todo: Iterable[Step]) -> Iterator[tuple[Step, list[Result]]]:
    """Yield each step with its results, in order; only so many are under way as memory allows."""
    waiting: deque[tuple[Step, int, Future[list[Result]] | None]] = deque()
    held = 0

    def first() -> tuple[Step, list[Result]]:
        nonlocal held
        step, size, future = waiting.popleft()
        results = [*step.refused, *(future.result() if future else ())]
        held -= size
        # The journal needs the result, not the bytes.
        return replace(step, task=None), results

    for step in todo:
        size = step.size
        while waiting and (len(waiting) >= _IN_FLIGHT or held + size > _IN_FLIGHT_BYTES):
            yield first()
        waiting.append((step, size, pool.submit(step.task) if step.task else None))
        held += size
    while waiting:
        yield first()


# ------------------------------------------------------------------ writing


class Tracker:
    """Counts items for the progress bar; a file's estimate gives way to what it really held."""

    def __init__(self, files: Iterable[Source], progress: Progress | None) -> None:
        self._progress = progress
        self._estimates = {one.name: one.items for one in files}
        self._counts: dict[str, int] = {}
        self._done = 0
        self._total = sum(self._estimates.values())

    def count(self, name: str, items: int) -> None:
        """Count ``items`` more of the file ``name``."""
        self._counts[name] = self._counts.get(name, 0) + items
        self._done += items
        self._total += max(0, self._counts[name] - self._estimates.get(name, 0))
        self._estimates[name] = max(self._estimates.get(name, 0), self._counts[name])

    def finish(self, name: str) -> None:
        """Count the file ``name`` as done, with the items counted so far."""
        self._total += self._counts.get(name, 0) - self._estimates.get(name, 0)
        self._estimates[name] = self._counts.get(name, 0)

    def show(self) -> None:
        """Report the progress."""
        if self._progress:
            self._progress(self._done, max(self._done, self._total))


class _Writer:
    """Stores results in batches: a transaction each would spend its time on fsync."""

    def __init__(self, archive: Archive, tracker: Tracker) -> None:
        self.outcome = Outcome()
        self._archive = archive
        self._tracker = tracker
        self._batch: list[tuple[Step, list[Result]]] = []
        self._refused: set[str] = set()
        self._replaced: list[str] = []
        self._documents = 0
        self._bytes = 0
        self._since = time.monotonic()

    def take(self, step: Step, results: list[Result]) -> None:
        """Store the results of a step, now or with the next."""
        self._batch.append((step, results))
        self._documents += len(results)
        self._bytes += sum(len(_bytes_of(one) or b"") for one in results)
        late = time.monotonic() - self._since >= _BATCH_SECONDS
        if late or self._documents >= _BATCH or self._bytes >= _BATCH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Store the waiting results together with their journal entries: all or nothing."""
        outcome = Outcome()
        marks: dict[str, tuple[Mark, Done]] = {}
        self._put_originals()
        with transaction(self._archive.db) as db:
            for step, results in self._batch:
                self._store(db, step, results, outcome)
                if step.mark and step.done:
                    marks[step.name] = (step.mark, self._journaled(step, step.done))
            for mark, done in marks.values():
                journal.note(db, mark, done)
        self._count(outcome)
        self._batch, self._documents, self._bytes = [], 0, 0
        self._since = time.monotonic()

    def _put_originals(self) -> None:
        """Put the originals of the waiting results into the store, before their rows are."""
        results = [one for _, results in self._batch for one in results]
        contents = [held for one in results if (held := _bytes_of(one)) is not None]
        names = iter(put_all(self._archive.originals, contents))

        def told(one: Result) -> Result:
            if isinstance(one, Refused) or _bytes_of(one) is None:
                return one
            return replace(one, original=Kept(next(names)))

        self._batch = [(step, [told(one) for one in found]) for step, found in self._batch]

    def _store(self, db: Connection, step: Step, results: list[Result], outcome: Outcome) -> None:
        outcome.unchanged += step.unchanged
        for one in results:
            if isinstance(one, Refused):
                self._refused.add(step.name)
                outcome.failed.append(Failure(one.source, one.reason))
                unit = self._archive.unit or ""
                journal.note_failure(db, step.name, one.source, one.reason, unit)
                continue
            other = self._archive.holds_other(one)
            if self._archive.put(one) == "unchanged":
                outcome.unchanged += 1
            else:
                outcome.imported += 1
                if other:
                    self._replaced.append(one.source)

    def note_replaced(self) -> None:
        """Return which documents gave way to others of the same name and other content."""
        if self._replaced:
            names = "、".join(f"“{name}”" for name in self._replaced[:_NAMED])
            more = f"等 {len(self._replaced)} 件" if len(self._replaced) > _NAMED else ""
            self.outcome.notes.append(f"{names}{more}内容与原来的不同，已替换档案里的同名文件。")

    def _journaled(self, step: Step, done: Done) -> Done:
        """Return what to note: nothing of a file that is to be read again as a whole."""
        return Done() if done.finished and step.again and step.name in self._refused else done

    def _count(self, outcome: Outcome) -> None:
        self.outcome.imported += outcome.imported
        self.outcome.unchanged += outcome.unchanged
        self.outcome.failed += outcome.failed
        for step, results in self._batch:
            self._tracker.count(step.name, len(results) + step.unchanged)
            if step.done and step.done.finished:
                self._tracker.finish(step.name)
        self._tracker.show()


@contextmanager
def _in_bulk(db: Connection) -> Iterator[None]:
    """Set a connection up for many writes. What a commit acknowledged is as safe as always.

    A larger cache and a longer WAL save work; a longer wait lets two imports take turns.
    """
    if dialect(db) == "postgresql":
        yield  # Its administrator sets what memory a session has.
        return
    wanted = {
        "cache_size": -_CACHE_KIB,
        "wal_autocheckpoint": _WAL_PAGES,
        "busy_timeout": _BUSY_MS,
    }
    before = {name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
    for name, value in wanted.items():
        db.execute(f"PRAGMA {name} = {value}")
    try:
        yield
    finally:
        for name, value in before.items():
            db.execute(f"PRAGMA {name} = {value}")
        # Shrink the WAL; readers that still need it are not disturbed.
        db.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _bytes_of(result: Result) -> bytes | None:
    """Return the original that a result brings, where it brings any."""
    if isinstance(result, Refused) or not isinstance(result.original, bytes):
        return None
    return result.original
