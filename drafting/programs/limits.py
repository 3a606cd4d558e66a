"""Limits that a process sets itself before it looks at what was handed in. Linux and other Unix."""

from __future__ import annotations

import contextlib
import resource
from pathlib import Path

_MB = 1024 * 1024
_FIRST_TO_GO = "800"


def bound_memory(most_mb: int) -> None:
    """Bound this process's private memory; where all memory is short, it is the first to go.

    The soft limit: programs that it calls have limits of their own, some of them higher.
    """
    _soften(resource.RLIMIT_DATA, most_mb * _MB)
    _soften(resource.RLIMIT_CORE, 0)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)


def bound_processor_time(seconds: int) -> None:
    """Bound this process's processor time; SIGXCPU ends it."""
    _soften(resource.RLIMIT_CPU, seconds)


def _soften(which: int, most: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(which, (most, hard))
