"""The store that needs nothing set up: a folder of the data folder, ``files/3f/3f3f…``.

A file is written aside, flushed to the disk, and renamed to its place; a power cut leaves it whole
or not there. Who puts and who discards the same file take turns by a lock of the folder.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from storage.lock import flow
from storage.log import runlog
from storage.originals.nouns import (
    Found,
    Unreachable,
    checked,
    digest_of,
    is_digest,
    missing,
    verified,
)

_LOCK = "files.lock"


@dataclass(frozen=True, slots=True)
class Folder:
    """The files below ``data_folder / part``."""

    data_folder: Path
    part: str

    @property
    def place(self) -> str:
        """Where it is, as people say it."""
        return f"数据目录下的 {self.part} 文件夹"

    def path(self, digest: str) -> Path:
        """Return where the file of ``digest`` stands. Raises :class:`ValueError` for none."""
        return self.data_folder / self.part / checked(digest)[:2] / digest

    def put(self, content: bytes) -> str:
        """As :meth:`Originals.put`."""
        digest = digest_of(content)
        path = self.path(digest)
        try:
            with flow(self.data_folder, _LOCK, shared=True):
                # Compared to the letter: what was damaged meanwhile is whole again.
                if _holds(path, content):
                    os.utime(path)
                else:
                    _write(path, content)
        except OSError as error:
            raise _refused(error) from error
        return digest

    def get(self, digest: str) -> bytes:
        """As :meth:`Originals.get`."""
        try:
            content = self.path(digest).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise missing(digest) from None
        except OSError as error:
            runlog.warn("original not readable", digest=digest, reason=error.strerror)
            raise Unreachable("存放的文件读不出来：没有权限，或者磁盘有故障。") from error
        return verified(content, digest)

    def exists(self, digest: str) -> bool:
        """As :meth:`Originals.exists`."""
        return self.path(digest).is_file()

    def listed(self) -> Iterator[Found]:
        """As :meth:`Originals.listed`."""
        for path in (self.data_folder / self.part).glob("[0-9a-f][0-9a-f]/*"):
            if not is_digest(path.name) or path.parent.name != path.name[:2]:
                continue
            with suppress(FileNotFoundError):
                said = path.stat()
                put = dt.datetime.fromtimestamp(said.st_mtime, dt.UTC)
                yield Found(path.name, said.st_size, put)

    def delete(self, digest: str) -> None:
        """As :meth:`Originals.delete`."""
        self.path(digest).unlink(missing_ok=True)

    def discard(self, digest: str, age: dt.timedelta) -> bool:
        """As :meth:`Originals.discard`."""
        path = self.path(digest)
        with flow(self.data_folder, _LOCK, shared=False):
            try:
                if time.time() - path.stat().st_mtime < age.total_seconds():
                    return False
                path.unlink()
            except FileNotFoundError:
                return False
        return True

    def settle(self, referenced: frozenset[str], age: dt.timedelta) -> int:
        """As :meth:`Originals.settle`: what a killed process left half written."""
        gone = 0
        for path in (self.data_folder / self.part).glob("*/.*"):
            with suppress(FileNotFoundError):
                if path.is_file() and time.time() - path.stat().st_mtime >= age.total_seconds():
                    path.unlink()
                    gone += 1
        return gone

    def mark(self, name: str) -> str | None:
        """As :meth:`Originals.mark`."""
        try:
            return (self.data_folder / self.part / name).read_text("utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise Unreachable(f"{self.place}里的 {name} 读不出来。") from error

    def set_mark(self, name: str, text: str) -> None:
        """As :meth:`Originals.set_mark`."""
        try:
            _write(self.data_folder / self.part / name, text.encode())
        except OSError as error:
            raise _refused(error) from error


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _write(path: Path, content: bytes) -> None:
    aside = path.with_name(f".{path.name[:8]}.{secrets.token_hex(4)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with aside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Flush a folder's list of names."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refused(error: OSError) -> Unreachable:
    runlog.warn("original not kept", reason=error.strerror)
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    why = "磁盘已满" if full else "数据目录不能写入，或者磁盘有故障"
    return Unreachable(f"文件没有存下：{why}。")
