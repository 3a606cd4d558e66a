"""Outside programs — LibreOffice, tesseract, the PDF worker — called with a time and memory limit.

Whatever a hostile file does to one of them, it does to a child process that is stopped.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from drafting.programs.resting import at_rest

NICENESS = 10
"""Whoever waits for a page comes before who waits for a file."""

_MB = 1024 * 1024


class TooSlow(Exception):
    """The program was still running when its time was up, and has been stopped."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What a program left: its exit code (negative: the signal that ended it) and its output."""

    code: int
    output: bytes


def find_program(*names: str) -> str | None:
    """Return the path of the first of ``names`` that is installed."""
    return next((path for path in map(shutil.which, names) if path), None)


def run_program(
    command: Sequence[str],
    *,
    timeout: float,
    memory_mb: int,
    data: bytes = b"",
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Finished:
    """Run ``command`` with ``data`` on its standard input and return what it printed.

    ``memory_mb`` bounds its private memory where the system has ``prlimit`` (util-linux).
    Raises :class:`TooSlow` after ``timeout`` seconds; the program and all that it started are
    gone then: soffice is a script that starts oosplash and soffice.bin.
    """
    limited = list(command)
    if bound := find_program("prlimit"):
        limited = [bound, f"--data={memory_mb * _MB}", "--", *limited]
    if nice := find_program("nice"):
        limited = [nice, "-n", str(NICENESS), *limited]
    with subprocess.Popen(
        limited,
        env={**os.environ, **(environment or {})},
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        process_group=0,
    ) as process:
        try:
            with at_rest():
                output, _ = process.communicate(data, timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise TooSlow from None
        except BaseException:
            # Ctrl+C must not leave an office running in its own session.
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return Finished(process.returncode, output)
