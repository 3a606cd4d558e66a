"""What an import's worker processes do: bytes and ledger lines in, documents ready to store out.

:func:`main` answers tasks on standard input until that closes: also when the import was killed,
so that no worker outlives it. A plain child process is used and not
``multiprocessing``, which would import the caller's main module again in each worker.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from corpus.incoming import Incoming, prepare
from drafting.errors import UserError
from drafting.language.secrecy import refuse_secrets
from drafting.model import Document, Kind
from drafting.papers.structure import build_document
from drafting.reading import MAX_BYTES, read_lines
from drafting.reading.sheets.ledger import Record, read_record

if sys.platform != "win32":
    from drafting.programs.limits import bound_memory

LONGEST = 1_500_000
"""Characters of one document, two thousand pages. More is a compilation, and fills the memory."""

_LENGTH = struct.Struct("<Q")
_MEMORY_MB = 512
_NICENESS = 15
_NO_MEMORY = f"读取这份文件占用内存超过 {_MEMORY_MB} MB 的上限，没有导入；请拆分后再试。"


@dataclass(frozen=True, slots=True)
class Refused:
    """A file or ledger line that is not taken in, and why."""

    source: str
    reason: str


Result = Incoming | Refused


@dataclass(frozen=True, slots=True)
class FileTask:
    """Read a file of the disk."""

    path: Path
    source: str
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class BytesTask:
    """Read a file that is already in memory: an entry of a zip file, an upload."""

    data: bytes
    name: str
    source: str
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class LinesTask:
    """Read lines of the ledger ``source``."""

    source: str
    lines: tuple[tuple[int, Record], ...]
    kind: Kind | None = None


Task = FileTask | BytesTask | LinesTask


def run(task: Task) -> list[Result]:
    """Do one task. What cannot be taken in is among the results, with its reason."""
    if isinstance(task, LinesTask):
        return [_of_line(task, *line) for line in task.lines]
    try:
        if isinstance(task, FileTask):
            data, name = _content(task.path), task.path.name
        else:
            data, name = task.data, task.name
        return [prepare(_with_kind(read_document(data, name), task.kind), task.source, data)]
    except UserError as error:
        return [Refused(task.source, error.message)]
    except MemoryError:
        return [Refused(task.source, _NO_MEMORY)]


def read_document(data: bytes, name: str) -> Document:
    """Read a file's content. Raises :class:`UserError`, also for what is marked as secret."""
    lines = read_lines(data, name)
    refuse_secrets(line.text for line in lines)
    refuse_endless(sum(len(line.text) for line in lines))
    return build_document(lines)


def refuse_endless(characters: int) -> None:
    """Raise :class:`UserError` where a document is too long to be one."""
    if characters > LONGEST:
        limit = LONGEST // 10_000
        raise UserError(f"文字超过 {limit} 万字，请拆分成单份文件后再导入。")


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserError(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请拆分后再试。")
        return path.read_bytes()
    except OSError as error:
        raise UserError("文件打不开，请检查权限。") from error


def _of_line(task: LinesTask, number: int, record: Record) -> Result:
    if not isinstance(record, str):
        try:
            refuse_secrets(_head(record))
            refuse_endless(len(str(record.get("text", ""))))
        except UserError as error:
            source = str(record.get("source") or "").strip() or f"{task.source}#{number}"
            return Refused(source, f"第{number}行：{error.message}")
    entry = read_record(task.source, number, record)
    if entry.document is None:
        return Refused(entry.source, f"第{number}行：{entry.reason}")
    return prepare(_with_kind(entry.document, task.kind), entry.source, None)


def _head(record: dict[str, object]) -> list[str]:
    """Return the lines of a record where a 密级 may stand: its own column, and the text's head."""
    stated = [str(record[name]) for name in ("密级", "secrecy") if record.get(name)]
    return [*stated, *str(record.get("text", ""))[:2_000].splitlines()]


def _with_kind(document: Document, kind: Kind | None) -> Document:
    return replace(document, kind=kind) if kind else document


# ------------------------------------------------------------------ the conversation


def send(stream: IO[bytes], value: object) -> None:
    """Write ``value`` with its length before it."""
    content = pickle.dumps(value, protocol=5)
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read what :func:`send` wrote, between our own processes. Raises :class:`EOFError`."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return pickle.loads(content)


def main() -> None:
    """Answer tasks until there are no more."""
    tasks, results = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Output of libraries must not mix with the results.
    os.dup2(2, 1)
    if sys.platform != "win32":
        # Lower priority than the pages of the service.
        os.nice(_NICENESS)
        bound_memory(_MEMORY_MB)
    while True:
        try:
            task = receive(tasks)
        except EOFError:
            return
        send(results, run(task))
