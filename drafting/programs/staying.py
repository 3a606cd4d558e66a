"""Workers that stay: each answers task after task, by a protocol of its own, until it is ended.

Where there is a foreman (:mod:`drafting.programs.workers`) it forks them, so that they share what
it has loaded; else each is a Python of its own. They bound themselves.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from drafting.programs import workers

Work = Callable[[IO[bytes], IO[bytes]], None]
"""What such a worker does: it reads tasks from the one and writes results to the other."""


@dataclass(frozen=True, slots=True)
class Staying:
    """Such a worker as seen by who asks it: tasks go to ``tasks``, results come from ``results``.

    Once ``kill`` was called, by whichever thread, reading gives :class:`EOFError` or nothing.
    """

    tasks: IO[bytes]
    results: IO[bytes]
    kill: Callable[[], None]
    wait: Callable[[], object]

    def end(self) -> None:
        """Kill it and let go of it."""
        self.kill()
        self.wait()
        for stream in (self.tasks, self.results):
            with contextlib.suppress(OSError):
                stream.close()


def start(name: str, entry: str) -> Staying:
    """Start the worker ``name`` of the foreman's, or a Python that runs ``entry`` and has its
    standard input and output for it."""
    foreman = workers.installed()
    return _forked(foreman, name) if foreman else _of_its_own(entry)


def _forked(foreman: workers.Workers, name: str) -> Staying:
    stream, life = foreman.stay(name)

    def kill() -> None:
        # The foreman ends it; and should there be none any more, nobody is kept waiting here.
        life.close()
        with contextlib.suppress(OSError):
            stream.shutdown(socket.SHUT_RDWR)

    with stream:
        tasks, results = stream.makefile("wb"), stream.makefile("rb")
    return Staying(tasks, results, kill, lambda: None)


def _of_its_own(entry: str) -> Staying:
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    process = subprocess.Popen(
        [sys.executable, "-c", entry],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A crash is reported in one line with the file's name, without a traceback.
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert process.stdin is not None and process.stdout is not None
    return Staying(process.stdin, process.stdout, process.kill, process.wait)
