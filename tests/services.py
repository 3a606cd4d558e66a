"""Services for tests that kill, fill or cross them: of processes of their own, begun at once.

To begin one from nothing takes two seconds of processor time, nearly all of it imports. These are
forked from a process that has those behind it (commandline.py). Tests that prove how a service
starts, or weigh it, take ``bench.clerk``'s.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import IO

from commandline import started

from bench.clerk import running as running_from_nothing
from bench.clerk import start as start_from_nothing


class Forked:
    """Such a process, spoken to as one of ``subprocess``."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.terminate, self.kill = process.terminate, process.kill

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("drafting", timeout or 0.0)
        return code


def begin(arguments: Sequence[str], said: IO[str]) -> Forked:
    """Begin ``drafting`` with arguments; what it says goes to the file ``said``."""
    return Forked(started(*arguments, said=Path(said.name)))


start = partial(start_from_nothing, begin=begin)
running = partial(running_from_nothing, begin=begin)
