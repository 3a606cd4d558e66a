"""What an import has to do: files and folders → steps, each small enough to be held in memory."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corpus import columns, journal
from corpus.journal import Mark, Progress
from corpus.worker import BytesTask, FileTask, LinesTask, Refused, Task
from drafting.model import Kind, UserError
from drafting.reading import MAX_BYTES, SUFFIXES
from drafting.reading.archive_guard import open_zip, read_part
from drafting.reading.ledger import SUFFIXES as LEDGERS
from drafting.reading.ledger import Record, records

LINES = 64
"""Ledger lines of one task, at most."""

CHARACTERS = 200_000
"""Characters after which a task's lines are enough."""

_PLAIN = (".txt", ".md", ".html", ".htm", ".jsonl", ".csv")
_SMALL_BYTES = 256 * 1024
_SMALL_FILES = 20


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import: ``name`` identifies it in the archive, ``items`` estimates its items."""

    path: Path
    name: str
    items: int = 1


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

    A file's name is its path as given, from the folder's own name on. Raises :class:`UserError`
    where a path does not exist.
    """
    found: list[Source] = []
    for path in paths:
        if path.is_dir():
            for below in sorted(path.rglob("*")):
                hidden = any(part.startswith((".", "~$")) for part in below.relative_to(path).parts)
                if below.is_file() and not hidden:
                    name = below.relative_to(
                        path.resolve().parent if path.name == "" else path.parent
                    )
                    found.append(source(below, name.as_posix()))
        elif path.exists():
            found.append(source(path, path.name))
        else:
            raise UserError(f"找不到文件或文件夹：{path}", field=str(path))
    return found


def is_small(files: list[Source]) -> bool:
    """Whether the files are so few and plain that worker processes would not pay."""
    if len(files) > _SMALL_FILES or any(one.path.suffix.lower() not in _PLAIN for one in files):
        return False
    try:
        return sum(one.path.stat().st_size for one in files) <= _SMALL_BYTES
    except OSError:
        return False


def steps(db: sqlite3.Connection, file: Source, kind: Kind | None) -> Iterator[Step]:
    """Yield the steps that ``file`` still needs; the journal tells what was done before."""
    try:
        mark = journal.mark_of(file.path, file.name, kind.value if kind else "auto")
        before = journal.progress(db, mark)
        yield from _steps(db, file, kind, mark, before)
    except OSError:
        yield _refusal(file.name, "文件打不开，请检查权限。")
    except UserError as error:
        yield _refusal(file.name, error.message)


def _steps(
    db: sqlite3.Connection, file: Source, kind: Kind | None, mark: Mark, before: Progress
) -> Iterator[Step]:
    suffix = file.path.suffix.lower()
    if before.lines or before.finished:
        # Lines that failed before would fail again; they are still to be listed.
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
        yield from _of_zip(file, kind, mark, before.lines)
    else:
        task = FileTask(file.path, file.name, kind)
        yield Step(file.name, task, mark=mark, done=Progress(1, finished=True))


def _of_ledger(
    file: Source, kind: Kind | None, mark: Mark, skip: int, own: Mapping[str, str]
) -> Iterator[Step]:
    count = 0
    lines: list[tuple[int, Record]] = []
    length = 0

    def step(*, finished: bool) -> Step:
        task = LinesTask(file.name, tuple(lines), kind) if lines else None
        return Step(file.name, task, mark=mark, done=Progress(count, finished), again=False)

    for number, record in records(file.path, own):
        count += 1
        if count <= skip:
            continue
        lines.append((number, record))
        length += len(str(record.get("text", ""))) if isinstance(record, dict) else 0
        if len(lines) >= LINES or length >= CHARACTERS:
            yield step(finished=False)
            lines, length = [], 0
    yield step(finished=True)


def _of_zip(file: Source, kind: Kind | None, mark: Mark, skip: int) -> Iterator[Step]:
    if file.path.stat().st_size > 10 * MAX_BYTES:
        raise UserError("压缩包过大，请解压后导入文件夹。")
    with open_zip(file.path, "压缩包（.zip）") as container:
        entries = [entry for entry in container.infolist() if _is_wanted(entry)]
        for count, entry in enumerate(entries, start=1):
            if count > skip:
                done = Progress(count, finished=count == len(entries))
                yield _of_entry(container, entry, file, kind, mark, done)


def _of_entry(
    container: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    file: Source,
    kind: Kind | None,
    mark: Mark,
    done: Progress,
) -> Step:
    name = entry_name(entry)
    inner = f"{file.name}/{name}"
    if PurePosixPath(name).suffix.lower() not in SUFFIXES:
        return Step(file.name, None, (Refused(inner, "暂不支持这种文件。"),), mark=mark, done=done)
    if entry.file_size > MAX_BYTES:
        reason = f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请拆分后再试。"
        return Step(file.name, None, (Refused(inner, reason),), mark=mark, done=done)
    try:
        data = read_part(container, entry.filename) or b""
    except UserError as error:
        return Step(file.name, None, (Refused(inner, error.message),), mark=mark, done=done)
    return Step(file.name, BytesTask(data, name, inner, kind), mark=mark, done=done)


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; old Chinese archivers write GBK, which zipfile reads as cp437."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gbk")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = entry.filename
    parts = [
        part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..")
    ]
    return "/".join(parts) or "未命名"


def _is_wanted(entry: zipfile.ZipInfo) -> bool:
    base = PurePosixPath(entry_name(entry)).name
    return not entry.is_dir() and not base.startswith((".", "~$"))


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
            with zipfile.ZipFile(path) as container:
                return max(1, len(container.infolist()))
    except (OSError, zipfile.BadZipFile, NotImplementedError):
        # What is wrong with it is said when it is its turn.
        return 1
    return 1
