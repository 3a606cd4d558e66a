"""Where uploaded files wait for their import: the data folder, or the S3 store of several machines.

The archive remembers a name for each (``job_files.path``): in the data folder that of the file
below :data:`FOLDER`, in the store the digest and the ending. What the store has can be taken in by
a worker of any machine, what a folder has by those who have that folder.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from drafting.errors import UserError
from drafting.reading import MAX_BYTES
from storage import originals
from storage.engine import Connection
from storage.lock import passing_folder
from storage.originals import Damaged, Missing, Originals, StoreError
from storage.originals.nouns import is_digest

FOLDER = "uploads"
"""Below the data folder; in an S3 store the part of that name."""

_BLOCK = 1024 * 1024
_OWN = 16
"""Random bytes before each file in the store: each is one of its own, and none that an import is
done with is what another, of the same content, still waits for."""
_WAITS = "state IN ('waiting', 'unclear')"


@dataclass(frozen=True, slots=True)
class Held:
    """A file that waits, as a reader finds it: its ``path`` here; why there is none is ``lost``."""

    path: Path
    lost: str = ""


def put(data_folder: Path, number: int, name: str, content: IO[bytes]) -> str:
    """Keep an uploaded file of import ``number`` until it is taken in; return what it is called.

    Raises :class:`UserError` where it is too large or the store does not take it, :class:`OSError`
    where the disk does not.
    """
    folder = data_folder / FOLDER
    folder.mkdir(exist_ok=True)
    # The name on the disk is generated; only the ending is kept, which names the format.
    ending = Path(name).suffix.lower()[:8]
    path = folder / f"{number}-{time.time_ns()}{ending}"
    try:
        _spool(content, path)
        if not originals.is_shared(data_folder):
            return path.name
        kept = _store(data_folder).put(secrets.token_bytes(_OWN) + path.read_bytes())
    except (OSError, UserError):
        path.unlink(missing_ok=True)
        raise
    path.unlink()
    return f"{kept}{ending}"


def _spool(content: IO[bytes], path: Path) -> None:
    size = 0
    with path.open("xb") as out:
        while block := content.read(_BLOCK):
            size += len(block)
            if size > 10 * MAX_BYTES:
                limit = 10 * MAX_BYTES // 1024 // 1024
                raise UserError(f"文件超过 {limit} MB，请在服务器上用 drafting import 导入。")
            out.write(block)


def is_anywhere(name: str) -> bool:
    """Whether a file can be read on any machine."""
    return bool(_digest(name))


def is_here(data_folder: Path, name: str) -> bool:
    """Whether a file can be read by who has this data folder and its configuration."""
    if is_anywhere(name):
        return originals.is_shared(data_folder)
    return (data_folder / FOLDER / name).exists()


@contextmanager
def held(data_folder: Path, *names: str) -> Iterator[dict[str, Held]]:
    """Give the files of these names, by name, to be read within the block.

    Raises :class:`StoreError` where the store does not answer. What it has lost or changed is no
    reason for the others to wait.
    """
    if not any(map(is_anywhere, names)):
        yield {name: Held(data_folder / FOLDER / name) for name in names}
        return
    with passing_folder(data_folder, ".uploads-") as folder:
        yield {name: _fetched(data_folder, name, folder) for name in names}


def _fetched(data_folder: Path, name: str, folder: Path) -> Held:
    if not (digest := _digest(name)):
        return Held(data_folder / FOLDER / name)
    path = folder / name
    try:
        path.write_bytes(memoryview(_store(data_folder).get(digest))[_OWN:])
    except (Missing, Damaged):
        return Held(path, "上传的文件在对象存储里丢失或损坏了，请重新上传。")
    # The journal knows a file by size and time: it is the same one wherever it is read again.
    moment = int(digest[:12], 16)
    os.utime(path, ns=(moment, moment))
    return Held(path)


def forget(data_folder: Path, name: str) -> None:
    """Delete a file that no import waits for any more.

    What a store that does not answer keeps goes with its clean-up.
    """
    if digest := _digest(name):
        with suppress(StoreError):
            _store(data_folder).delete(digest)
    else:
        (data_folder / FOLDER / name).unlink(missing_ok=True)


def waiting(db: Connection) -> frozenset[str]:
    """Return the digests of the files in the store that imports of the open archive wait for."""
    rows = db.execute(f"SELECT path FROM job_files WHERE {_WAITS}")  # noqa: S608
    return frozenset(digest for row in rows if (digest := _digest(str(row["path"]))))


def sweep(db: Connection, data_folder: Path) -> int:
    """Delete files of the folder that were spooled and whose row was never written; return how
    many.

    A process that was killed between the two leaves one. To be called where nobody else works on
    the folder, who may just be doing the same.
    """
    folder = data_folder / FOLDER
    if not folder.is_dir():
        return 0
    known = {row["path"] for row in db.execute("SELECT path FROM job_files")}
    left = [path for path in folder.iterdir() if path.is_file() and path.name not in known]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _store(data_folder: Path) -> Originals:
    return originals.of(data_folder, FOLDER)


def _digest(name: str) -> str:
    found = name.partition(".")[0]
    return found if is_digest(found) else ""
