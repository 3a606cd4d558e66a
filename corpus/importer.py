"""Import: files, folders, zip archives and ledgers into the archive, without supervision.

A file that fails is listed with its reason and the rest goes on; the same file again changes
nothing; a changed one replaces its document.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath

from corpus.archive import SAMPLES, Archive
from drafting.model import Document, Kind, UserError
from drafting.reading import SUFFIXES, read_bytes, read_file
from drafting.reading.archive_guard import open_zip, read_part
from drafting.reading.decode import MAX_BYTES
from drafting.reading.ledger import SUFFIXES as LEDGERS
from drafting.reading.ledger import read_ledger
from storage import transaction

Progress = Callable[[int, int], None]
"""Called with ``(done, total)`` items."""

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or ledger line that could not be taken in."""

    path: str
    reason: str


@dataclass(slots=True)
class Outcome:
    """What an import did."""

    imported: int = 0
    unchanged: int = 0
    failed: list[Failure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Item:
    source: str
    document: Document | None
    original: bytes | None
    reason: str = ""


def import_paths(
    archive: Archive,
    paths: Iterable[Path],
    *,
    kind: Kind | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Import everything under ``paths``; ``kind`` overrides what the reader finds.

    Raises :class:`UserError` where a path does not exist.
    """
    files = list(_files(paths))
    outcome = Outcome()
    for done, (path, source) in enumerate(files, start=1):
        _import_items(archive, _items(path, source), kind, outcome)
        if progress:
            progress(done, len(files))
    return outcome


def import_bytes(
    archive: Archive, data: bytes, name: str, *, kind: Kind | None = None
) -> tuple[str, Document]:
    """Import one uploaded file under its name; return what was done and the document read."""
    document = _with_kind(read_bytes(data, name), kind)
    return archive.store(document, name, data), document


def import_samples(archive: Archive) -> Outcome:
    """Load the sample archive that comes with the product: an invented district's papers."""
    folder = Path(__file__).with_name("samples")
    files = [path for name in ("replies", "policies") for path in sorted((folder / name).iterdir())]
    outcome = Outcome()
    for path in files:
        _import_items(archive, _items(path, f"{SAMPLES}{path.name}"), None, outcome)
    return outcome


@dataclass(frozen=True, slots=True)
class SampleProposal:
    """An incoming proposal of the invented district, to try things with."""

    name: str
    title: str
    text: str


@lru_cache(maxsize=1)
def sample_proposals() -> tuple[SampleProposal, ...]:
    """Return the sample proposals that come with the product."""
    folder = Path(__file__).with_name("samples") / "proposals"
    texts = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.txt"))}
    return tuple(
        SampleProposal(name, text.split("\n", 1)[0].strip(), text) for name, text in texts.items()
    )


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Yield ``(file, source)``: the source is the path as given, folders walked in order."""
    for path in paths:
        if path.is_dir():
            for below in sorted(path.rglob("*")):
                hidden = any(part.startswith((".", "~$")) for part in below.relative_to(path).parts)
                if below.is_file() and not hidden:
                    yield below, below.relative_to(path.parent).as_posix()
        elif path.exists():
            yield path, path.name
        else:
            raise UserError(f"找不到文件或文件夹：{path}", field=str(path))


def _items(path: Path, source: str) -> Iterator[_Item]:
    suffix = path.suffix.lower()
    if suffix in LEDGERS:
        yield from _of_ledger(path, source)
    elif suffix == ".zip":
        yield from _of_zip(path, source)
    else:
        yield _of_file(path, source)


def _of_file(path: Path, source: str) -> _Item:
    try:
        return _Item(source, read_file(path), path.read_bytes())
    except UserError as error:
        return _Item(source, None, None, error.message)
    except OSError:
        return _Item(source, None, None, "文件打不开，请检查权限。")


def _of_ledger(path: Path, source: str) -> Iterator[_Item]:
    try:
        for entry in read_ledger(path):
            name = (
                entry.source
                if not entry.source.startswith(f"{path.name}#")
                else (f"{source}#{entry.line}")
            )
            reason = f"第{entry.line}行：{entry.reason}" if entry.reason else ""
            yield _Item(name, entry.document, None, reason)
    except UserError as error:
        yield _Item(source, None, None, error.message)


def _of_zip(path: Path, source: str) -> Iterator[_Item]:
    try:
        if path.stat().st_size > 10 * MAX_BYTES:
            raise UserError("压缩包过大，请解压后导入文件夹。")
        container = open_zip(path.read_bytes(), "压缩包（.zip）")
    except UserError as error:
        yield _Item(source, None, None, error.message)
        return
    for entry in container.infolist():
        name = _entry_name(entry)
        if entry.is_dir() or PurePosixPath(name).name.startswith((".", "~$")):
            continue
        inner = f"{source}/{name}"
        if PurePosixPath(name).suffix.lower() not in SUFFIXES:
            yield _Item(inner, None, None, "暂不支持这种文件。")
            continue
        try:
            data = read_part(container, entry.filename) or b""
            yield _Item(inner, read_bytes(data, name), data)
        except UserError as error:
            yield _Item(inner, None, None, error.message)


def _entry_name(entry: zipfile.ZipInfo) -> str:
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


def _import_items(
    archive: Archive, items: Iterator[_Item], kind: Kind | None, outcome: Outcome
) -> None:
    """Store items in batches: a transaction each would spend its time on fsync."""
    batch: list[_Item] = []
    for item in items:
        batch.append(item)
        if len(batch) >= _BATCH:
            _store_batch(archive, batch, kind, outcome)
            batch.clear()
    _store_batch(archive, batch, kind, outcome)


def _store_batch(archive: Archive, batch: list[_Item], kind: Kind | None, outcome: Outcome) -> None:
    with transaction(archive.db):
        for item in batch:
            if item.document is None:
                outcome.failed.append(Failure(item.source, item.reason))
                continue
            done = archive.store(_with_kind(item.document, kind), item.source, item.original)
            if done == "unchanged":
                outcome.unchanged += 1
            else:
                outcome.imported += 1


def _with_kind(document: Document, kind: Kind | None) -> Document:
    return replace(document, kind=kind) if kind else document
