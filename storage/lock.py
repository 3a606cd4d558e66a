"""One mark in the data folder while a server runs on it: restoring under its feet loses data."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from drafting.model import UserError

_NAME = "service.lock"


@contextmanager
def serving(data_folder: Path) -> Iterator[None]:
    """Hold the mark for as long as the block runs. Several servers on one folder share it."""
    with _opened(data_folder) as stream:
        _lock(stream, shared=True)
        yield


@contextmanager
def exclusive(data_folder: Path, what: str) -> Iterator[None]:
    """Make sure that no server runs on the folder while the block does.

    Raises :class:`UserError` saying that ``what`` needs the service stopped.
    """
    with _opened(data_folder) as stream:
        if not _lock(stream, shared=False):
            raise UserError(f"服务正在使用这个数据目录，请先停止服务，再{what}。")
        yield


@contextmanager
def _opened(data_folder: Path) -> Iterator[IO[bytes]]:
    data_folder.mkdir(parents=True, exist_ok=True)
    with (data_folder / _NAME).open("ab") as stream:
        yield stream


if sys.platform == "win32":
    import msvcrt

    def _lock(stream: IO[bytes], *, shared: bool) -> bool:
        """Take the first byte; there is no shared lock here, so a second server goes without."""
        stream.seek(0)
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return shared
        return True

else:
    import fcntl

    def _lock(stream: IO[bytes], *, shared: bool) -> bool:
        """Take an advisory lock; it goes with the process, however that ends."""
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(stream, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
