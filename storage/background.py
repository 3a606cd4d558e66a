"""Background work: one thread per folder, ended when nothing waits.

Several processes may have such a thread on one folder; that nothing is done twice is seen to by the
work itself, which claims what it does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

_REST_SECONDS = 0.25


class Work(Protocol):
    """What a thread does: piece by piece, until nothing waits."""

    def step(self) -> bool:
        """Do a piece; return whether there was any."""

    def waits(self) -> bool:
        """Whether there is a piece to do."""

    def close(self) -> None:
        """Let go of what is open, at the end of the thread."""


class Threads:
    """The threads of one kind of work, each known by what it works on."""

    def __init__(self, name: str) -> None:
        """``name`` is that of the threads."""
        self._name = name
        self._running: dict[Path, threading.Thread] = {}
        self._starting = threading.Lock()

    def ensure(self, what: Path, begin: Callable[[], Work]) -> None:
        """Ensure that a thread works on ``what``, starting one where none is running.

        ``begin`` is called within the thread, as databases are not shared between threads.
        """
        with self._starting:
            running = self._running.get(what)
            if running is not None and running.is_alive():
                return
            thread = threading.Thread(
                target=self._work, args=(what, begin), name=self._name, daemon=True
            )
            self._running[what] = thread
            thread.start()

    def _work(self, what: Path, begin: Callable[[], Work]) -> None:
        work = begin()
        try:
            while True:
                begun = time.monotonic()
                if work.step():
                    # A piece writes, and calculates, and the next one would at once: as long again
                    # is others'.
                    time.sleep(min(_REST_SECONDS, time.monotonic() - begun))
                else:
                    with self._starting:
                        # Whoever adds something now finds no thread, and starts another.
                        if not work.waits():
                            self._running.pop(what, None)
                            return
        finally:
            work.close()
