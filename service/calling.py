"""Processes that show pages do no work behind them: they call the process aside to begin it.

A call is a byte in a pipe that all processes of a service inherit: which kind of work waits. A call
made while nobody listens waits in the pipe; one that is lost is made up for by whoever looks for
what waits (:mod:`service.working`).
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable

from desk.jobs.kinds import KINDS
from desk.jobs.nouns import Kind

_NAMES = tuple(KINDS)
_MOST_BYTES = 4096


class Calls:
    """The pipe; made before the processes are forked."""

    def __init__(self) -> None:
        """Open it."""
        self._heard, self._said = os.pipe()
        # Whoever calls never waits; and where the pipe is full, all kinds have been called for.
        os.set_blocking(self._said, False)

    def call(self, kind: Kind) -> None:
        """Have work of a kind begun."""
        with contextlib.suppress(OSError):
            os.write(self._said, bytes([_NAMES.index(kind.name)]))

    def listen(self, begin: Callable[[Kind], None]) -> None:
        """Begin what is called for, in a thread, as long as this process runs."""
        threading.Thread(target=self._listen, args=(begin,), name="calls", daemon=True).start()

    def _listen(self, begin: Callable[[Kind], None]) -> None:
        while heard := os.read(self._heard, _MOST_BYTES):
            for number in dict.fromkeys(heard):
                begin(KINDS[_NAMES[number]])
