"""The plan of an import: files and folders → steps, each small enough to be held in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from corpus.importing import zips
from corpus.importing.worker import BytesTask, FileTask, LinesTask, Refused, Task
from corpus.store import columns, journal
from corpus.store.journal import Mark, Progress
from drafting.errors import UserError
from drafting.language.secrecy import refuse_secrets
from drafting.model import Kind
from drafting.reading import MAX_BYTES, SUFFIXES
from drafting.reading.archive_guard import count_entries
from drafting.reading.sheets.ledger import SUFFIXES as LEDGERS
from drafting.reading.sheets.ledger import Record, records
from storage.engine import Connection

LINES = 64
"""Ledger lines of one task, at most."""

CHARACTERS = 200_000
"""Characters after which a task's lines are enough."""

_PLAIN = (".txt", ".md", ".html", ".htm", ".jsonl", ".csv")
_SMALL_BYTES = 256 * 1024
_SMALL_FILES = 20


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import: ``name`` identifies it in the archive, ``items`` estimates its items.

    ``lost`` says why there is nothing to read."""

    path: Path
    name: str
    items: int = 1
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of work, with what is true once its results are stored.

    ``task`` is what a worker has to do, ``refused`` and ``unchanged`` what is known without one.
    ``done`` is how far the file of ``mark`` then is; ``None`` leaves the journal as it is. A file
    of which something was refused is read ``again`` the next time; a ledger's bad line is not.
    """

    name: str
    task: Task | None = None
    refused: tuple[Refused, ...] = ()
    unchanged: int = 0
    mark: Mark | None = None
    done: Progress | None = None
    again: bool = True

    @property
    def size(self) -> int:
        """About how many bytes the step keeps in memory while it is under way."""
        if isinstance(self.task, BytesTask):
            return len(self.task.data)
        if isinstance(self.task, FileTask):
            try:
                return min(self.task.path.stat().st_size, MAX_BYTES)
            except OSError:
                return 0
        return CHARACTERS * 3 if self.task else 0


def source(path: Path, name: str) -> Source:
    """Return the file at ``path`` as what is imported under ``name``."""
    return Source(path, name, _items(path))


def sources(paths: Iterable[Path]) -> list[Source]:
    """List the files under ``paths``; folders are walked in order, hidden files left out.

    A file's name is its path as given, from the folder's own name on. Several files of one folder
    (``policies/*.html``, which the shell spells out) are named as they are when the folder is
    given. Raises :class:`UserError` where a path does not exist.
    """
    given = list(paths)
    plain = [path for path in given if path.is_file() and not holds_many(path)]
    beside = Counter(path.resolve().parent for path in plain)
    found: list[Source] = []
    for path in given:
        if path.is_dir():
            # “.” and “..” have the name of the folder that they stand for.
            folder = path.name if path.name not in ("", "..") else path.resolve().name
            for below in sorted(path.rglob("*")):
                inner = below.relative_to(path)
                if below.is_file() and not any(map(zips.is_hidden, inner.parts)):
                    found.append(source(below, (Path(folder) / inner).as_posix()))
        elif path.exists():
            above = path.resolve().parent
            of_folder = path in plain and beside[above] > 1 and above.name
            found.append(source(path, f"{above.name}/{path.name}" if of_folder else path.name))
        else:
            raise UserError(f"找不到文件或文件夹：{path}", field=str(path))
    return found


def holds_many(path: Path) -> bool:
    """Whether a file holds many documents, each with a name of its own: a ledger, a zip file."""
    return path.suffix.lower() in (*LEDGERS, ".zip")


def is_small(files: list[Source]) -> bool:
    """Whether the files are so few and plain that worker processes would not pay."""
    if len(files) > _SMALL_FILES or any(one.path.suffix.lower() not in _PLAIN for one in files):
        return False
    try:
        return sum(one.path.stat().st_size for one in files if not one.lost) <= _SMALL_BYTES
    except OSError:
        return False


def steps(db: Connection, file: Source, kind: Kind | None) -> Iterator[Step]:
    """Yield the steps that ``file`` still needs; the journal tells what was done before."""
    if file.lost:
        yield _refusal(file.name, file.lost)
        return
    try:
        mark = journal.mark_of(file.path, file.name, kind.value if kind else "auto")
        before = journal.progress(db, mark)
        yield from _steps(db, file, kind, mark, before)
    except OSError:
        yield _refusal(file.name, "文件打不开，请检查权限。")
    except UserError as error:
        yield _refusal(file.name, error.message)


def _steps(
    db: Connection, file: Source, kind: Kind | None, mark: Mark, before: Progress
) -> Iterator[Step]:
    suffix = file.path.suffix.lower()
    if before.lines or before.finished:
        # Lines that failed before would fail again; they must still be listed.
        failed = journal.failures(db, file.name)
        yield Step(
            file.name,
            refused=tuple(Refused(*one) for one in failed),
            unchanged=max(0, max(before.lines, 1) - len(failed)),
        )
    if before.finished:
        return
    if suffix in LEDGERS:
        yield from _of_ledger(file, kind, mark, before.lines, columns.known(db))
    elif suffix == ".zip":
        yield from _of_zip(file, kind, mark, before.lines, columns.known(db))
    else:
        task = FileTask(file.path, file.name, kind)
        yield Step(file.name, task, mark=mark, done=Progress(1, finished=True))


def _of_ledger(
    file: Source, kind: Kind | None, mark: Mark, skip: int, own: Mapping[str, str]
) -> Iterator[Step]:
    count = 0
    for count, lines in _bundles(file.path, file.name, own, skip):
        task = LinesTask(file.name, lines, kind)
        yield Step(file.name, task, mark=mark, done=Progress(count, finished=False), again=False)
    yield Step(file.name, mark=mark, done=Progress(max(count, skip), finished=True), again=False)


def _bundles(
    path: Path, name: str, own: Mapping[str, str], skip: int = 0
) -> Iterator[tuple[int, tuple[tuple[int, Record], ...]]]:
    """Yield ``(how many lines so far, some lines)`` of a ledger after the first ``skip`` of it."""
    count = length = 0
    lines: list[tuple[int, Record]] = []
    for number, record in records(path, own, refuse_secrets, name):
        count += 1
        if count <= skip:
            continue
        lines.append((number, record))
        length += len(str(record.get("text", ""))) if isinstance(record, dict) else 0
        if len(lines) >= LINES or length >= CHARACTERS:
            yield count, tuple(lines)
            lines, length = [], 0
    if lines:
        yield count, tuple(lines)


def _of_zip(
    file: Source, kind: Kind | None, mark: Mark, skip: int, own: Mapping[str, str]
) -> Iterator[Step]:
    if file.path.stat().st_size > 10 * MAX_BYTES:
        raise UserError("压缩包过大，请解压后导入文件夹。")
    count = 0
    for count, entry in enumerate(zips.entries(file.path, file.name), start=1):
        if count > skip:
            # Of a ledger within, all is noted at once: after a kill its lines change nothing.
            *most, last = _of_entry(entry, file.name, kind, own)
            yield from most
            yield replace(last, mark=mark, done=Progress(count, finished=False))
    if not count:
        raise UserError("压缩包里没有可以导入的文件。")
    yield Step(file.name, mark=mark, done=Progress(count, finished=True))


def _of_entry(
    entry: zips.ZipMember, name: str, kind: Kind | None, own: Mapping[str, str]
) -> Iterator[Step]:
    """Yield the steps of one file in the zip file ``name``; at least one."""
    suffix = PurePosixPath(entry.name).suffix.lower()
    try:
        if suffix in LEDGERS:
            yield from _of_ledger_within(entry, name, kind, own)
        elif suffix in SUFFIXES:
            yield Step(name, BytesTask(entry.read(), entry.base, entry.name, kind))
        elif suffix == ".zip":
            raise UserError("里层的压缩包打不开；请解压后导入文件夹。")
        else:
            raise UserError("暂不支持这种文件。")
    except UserError as error:
        yield Step(name, refused=(Refused(entry.name, error.message),))


def _of_ledger_within(
    entry: zips.ZipMember, name: str, kind: Kind | None, own: Mapping[str, str]
) -> Iterator[Step]:
    with TemporaryDirectory(prefix="drafting-") as folder:
        # The name on the disk is ours: an entry's could lead anywhere.
        path = Path(folder) / f"ledger{PurePosixPath(entry.name).suffix.lower()}"
        path.write_bytes(entry.read())
        for _, lines in _bundles(path, entry.name, own):
            yield Step(name, LinesTask(entry.name, lines, kind))
    yield Step(name)


def _refusal(name: str, reason: str) -> Step:
    return Step(name, refused=(Refused(name, reason),))


def _items(path: Path) -> int:
    """Estimate how many items a file holds, cheaply: it is for the progress bar only."""
    suffix = path.suffix.lower()
    try:
        if suffix in (".jsonl", ".csv"):
            with path.open("rb") as stream:
                return max(
                    1, sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))
                )
        if suffix == ".zip":
            return max(1, count_entries(path))
    except OSError:
        # Its fault is reported when it is read.
        return 1
    return 1
