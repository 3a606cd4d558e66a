"""A PostgreSQL of the tests' own: Debian's programs, a folder of the run, a socket, no network.

Started once for all processes of a run and ended with the last; nothing in it is to outlive the
run, so it waits for no disk.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.postgresql import Server, missing, programs, started

__all__ = ["Server", "keep", "missing", "name_of", "programs", "shared", "started"]
_ROOT = Path(__file__).resolve().parents[1]
_MARK, _USERS = "postgres-server", "postgres-users"


def name_of(folder: Path) -> str:
    """Return a database's name for a data folder."""
    return "t_" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:20]


@contextmanager
def shared(run: Path) -> Iterator[Server]:
    """Give the server of this run of tests: the first process starts it, the last ends it.

    It lives in a short path of its own: a socket's may have 107 bytes.
    """
    with (run / "postgres-starting").open("a+b") as starting, (run / _USERS).open("a+b") as users:
        # One looks and starts; all others wait for that alone, and then use it beside each other.
        fcntl.flock(starting, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        mark = run / _MARK
        folder = Path(mark.read_text()) if mark.exists() else None
        if folder is None or not folder.exists():
            folder = _kept(run)
        mark.write_text(str(folder))
        fcntl.flock(starting, fcntl.LOCK_UN)
        yield Server(folder)


def _kept(run: Path) -> Path:
    """Start a server with its keeper and return its folder."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    folder.chmod(0o755)
    keeper = subprocess.Popen(
        [sys.executable, __file__, str(folder / "s"), str(run)],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
    )
    until = time.monotonic() + 90
    while not (folder / "s" / "ready").exists():
        if keeper.poll() is not None or time.monotonic() > until:
            raise RuntimeError("no PostgreSQL for the tests")
        time.sleep(0.05)
    return folder / "s"


def keep(folder: Path, run: Path) -> None:
    """Keep a server until no process of the run uses it."""
    with started(folder) as _:
        (folder / "ready").touch()
        time.sleep(5)
        with (run / _USERS).open("a+b") as users:
            until = time.monotonic() + 7200
            while time.monotonic() < until:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    time.sleep(0.5)
                else:
                    # Before the lock goes: who comes now starts another.
                    (run / _MARK).unlink(missing_ok=True)
                    break
    shutil.rmtree(folder.parent, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), Path(sys.argv[2]))
