"""Lock files in the data folder.

One while a server, an import, a backup or another command works on it, because restoring a folder
in use loses data; one while the daily backup is made, so that of two servers on one folder only one
makes it; one for what one process of a folder does at a time; one for each worker, by which
others see that it lives. What nobody holds was left by a process that was killed.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from drafting.errors import UserError

_SERVICE = "service.lock"
TIDYING = "清理"
"""What a service that starts does alone, for a moment; who meets it waits."""
_WAIT_SECONDS = 60.0
_BACKUP = "backup.lock"
_LIVING = "workers"
_TURN_SECONDS = 0.2
_SHORT_SECONDS = 0.002
_HELD = "held.lock"
_MADE_SECONDS = 60.0


@contextmanager
def serving(data_folder: Path) -> Iterator[None]:
    """Hold the shared lock while the block runs; several processes may hold it.

    Raises :class:`UserError` while a backup is being restored, or other such work is done.
    """
    until = time.monotonic() + _WAIT_SECONDS
    with _opened(data_folder, _SERVICE) as stream:
        before = ""
        while not _lock(stream, shared=True):
            what = _alone(stream)
            # Seen once, it may be what one who was killed had written.
            if (what == before != "" and what != TIDYING) or time.monotonic() > until:
                raise UserError(f"这个数据目录正在{what or '恢复备份'}，请等完成后再试。")
            before = what
            time.sleep(_TURN_SECONDS)
        yield


@contextmanager
def exclusive(data_folder: Path, what: str) -> Iterator[None]:
    """Ensure that nothing else works on the folder while the block does.

    Raises :class:`UserError` saying that ``what`` needs the service stopped.
    """
    with _opened(data_folder, _SERVICE) as stream:
        if not _lock(stream, shared=False):
            raise UserError(f"服务、导入或备份正在使用这个数据目录，请先停止服务，再{what}。")
        _say_alone(stream, what)
        try:
            yield
        finally:
            _say_alone(stream, "")


@contextmanager
def backing_up(data_folder: Path) -> Iterator[bool]:
    """Try to take the backup lock; yield whether it was taken."""
    with _opened(data_folder, _BACKUP) as stream:
        yield _lock(stream, shared=False)


@contextmanager
def in_turn(
    data_folder: Path, what: str, stop: Callable[[], bool] = lambda: False
) -> Iterator[bool]:
    """Do the block while no other process does its own under ``what``: wait until the turn comes.

    Of several processes on one folder, of one service or several, one imports, one tells people;
    the lock goes with its process, however that ends, and the next takes over. Yields ``False``
    where ``stop`` said so while it was waited for: then nothing is held.
    """
    with _opened(data_folder, f"{what}.lock") as stream:
        while not (held := _lock(stream, shared=False)) and not stop():
            time.sleep(_TURN_SECONDS)
        yield held


@contextmanager
def flow(data_folder: Path, name: str, *, shared: bool) -> Iterator[None]:
    """Do the block beside others who ``share`` the lock ``name``, or alone; wait for it shortly."""
    with _opened(data_folder, name) as stream:
        while not _lock(stream, shared=shared):
            time.sleep(_SHORT_SECONDS)
        yield


@contextmanager
def living(data_folder: Path, name: str) -> Iterator[None]:
    """Let :func:`gone` know on this machine, however this process ends, that ``name`` is no more;
    while the block runs it is there."""
    with _opened(data_folder / _LIVING, f"{name}.lock") as stream:
        _lock(stream, shared=False)
        yield


def gone(data_folder: Path) -> set[str]:
    """Return the names that were of this machine and are no more; of others nothing is known."""
    found = set()
    for path in (data_folder / _LIVING).glob("*.lock"):
        with suppress(UserError), _opened(path.parent, path.name) as stream:
            if _lock(stream, shared=False):
                found.add(path.stem)
    return found


def forget(data_folder: Path, name: str) -> None:
    """Delete what :func:`living` left."""
    with suppress(OSError):
        (data_folder / _LIVING / f"{name}.lock").unlink()


@contextmanager
def passing_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Make a folder below ``parent`` for passing work, which goes with the block.

    Those of processes that were killed are deleted before: nobody holds them any more.
    """
    for left in parent.glob(f"{prefix}*"):
        # One that is just being made has no lock yet.
        with suppress(OSError, UserError):
            if time.time() - left.stat().st_mtime > _MADE_SECONDS and left.is_dir():
                with _opened(left, _HELD) as stream:
                    if _lock(stream, shared=False):
                        shutil.rmtree(left, ignore_errors=True)
    with (
        TemporaryDirectory(dir=parent, prefix=prefix, ignore_cleanup_errors=True) as made,
        _opened(Path(made), _HELD) as stream,
    ):
        _lock(stream, shared=False)
        yield Path(made)


@contextmanager
def _opened(data_folder: Path, name: str) -> Iterator[IO[bytes]]:
    try:
        data_folder.mkdir(parents=True, exist_ok=True)
        stream = (data_folder / name).open("a+b")
    except OSError as error:
        raise UserError(f"数据目录“{data_folder}”不可写，请检查路径和权限。") from error
    with stream:
        yield stream


def _say_alone(stream: IO[bytes], what: str) -> None:
    """Write into the lock held alone, behind the byte that is locked, what is done meanwhile."""
    stream.truncate(0)
    stream.write(b" " + what.encode() if what else b"")
    stream.flush()


def _alone(stream: IO[bytes]) -> str:
    """Return what is done by who holds the lock alone, empty where that is not written yet."""
    stream.seek(1)
    return stream.read().decode("utf-8", "replace")


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
