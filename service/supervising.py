"""Several processes that serve from one listening socket, and the parent that keeps them up.

The parent opens no database and has no thread: it forks the children, which share with it what is
loaded, and forks another where one has died. Linux only: elsewhere one process serves.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from storage.log import runlog

ABLE = sys.platform == "linux"
MOST = 4
"""Processes by default, at most: each takes some 150 MB once it is warm."""

_LOOK_SECONDS = 1.0
_ALIVE_SECONDS = 5.0
_PATIENCE = 20.0
_PR_SET_PDEATHSIG = 1
_WOKEN_BY = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD) if ABLE else ()

Serve = Callable[[int], int]
"""Serves until SIGTERM, in the child of this number; returns its exit code."""


def number_of(chosen: int) -> int:
    """Return how many processes serve: as many as ``chosen``, by default as there are cores."""
    if not ABLE:
        return 1
    return chosen or min(MOST, len(os.sched_getaffinity(0)))


def share_what_is_loaded() -> None:
    """Have the processes that are forked from this one share its memory as long as may be: what is
    there now is never looked through by their garbage collectors, which would write to all of it.
    """
    gc.freeze()


def supervise(count: int, serve: Serve, tend: Callable[[], object]) -> int:
    """Keep ``count`` children serving until SIGTERM or SIGINT; call ``tend`` every second.

    A child that ends by itself with a code, as for a database that cannot be opened, ends all.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _WOKEN_BY)
    family = _Family(serve)
    for number in range(count):
        family.fork(number)
    code = None
    while code is None:
        woken = signal.sigtimedwait(_WOKEN_BY, _LOOK_SECONDS)
        if woken is not None and woken.si_signo != signal.SIGCHLD:
            break
        code = family.look_after()
        tend()
    family.end()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _WOKEN_BY)
    return code or 0


@dataclass(slots=True)
class _Family:
    """The children by their process, with their number and when they were born."""

    serve: Serve
    children: dict[int, tuple[int, float]] = field(default_factory=dict)

    def fork(self, number: int) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self.children[pid] = (number, time.monotonic())
            return
        code = 1
        try:
            _die_with(parent)
            # A Ctrl+C at the terminal reaches the children too: the parent ends them.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _WOKEN_BY)
            code = self.serve(number)
        except BaseException:  # noqa: BLE001  # a child must never return into the parent's loop
            runlog.LOGGER.exception("serving process stopped")
        finally:
            os._exit(code)

    def look_after(self) -> int | None:
        """Replace who has died of a signal; return the code of one that ended by itself."""
        for pid, (number, born) in list(self.children.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended:
                continue
            del self.children[pid]
            code = os.waitstatus_to_exitcode(status)
            if code >= 0:
                return code
            runlog.warn("serving process died", signal=-code)
            if time.monotonic() - born < _ALIVE_SECONDS:
                # Whatever kills it at once shall not keep the machine busy.
                time.sleep(_LOOK_SECONDS)
            self.fork(number)
        return None

    def end(self) -> None:
        """End all children, by force where they do not end in time."""
        for pid in self.children:
            os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + _PATIENCE
        while self.children and time.monotonic() < until:
            for pid in list(self.children):
                if os.waitpid(pid, os.WNOHANG)[0]:
                    del self.children[pid]
            time.sleep(0.02)
        for pid in self.children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _die_with(parent: int) -> None:
    """Have the kernel end this process when its parent is gone, so that none outlives it."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
