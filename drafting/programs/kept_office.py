"""The one LibreOffice that is kept ready: started by the foreman, asked by its workers.

Its process is another's child (:mod:`drafting.programs.officekit`). The foreman starts it when the
first PDF is asked for, and another where it has ended; a worker inherits the line to it by its
fork. Where it cannot be had, is too slow to begin, or ends in the middle of a file,
:class:`Unready` says so, and the caller starts LibreOffice for this one file instead.
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from drafting.programs import frames, libreoffice, officekit
from drafting.programs.running import TooSlow

BEGIN_SECONDS = 20.0
"""Seconds for which a worker waits until the office has begun with its file."""

_EARLY_SECONDS, _EARLY_ENDS = 30.0, 2
_REST_SECONDS = 600.0
_ENTRY = "from drafting.programs.officekit import main; main()"


class Unready(Exception):
    """The kept office did not begin with the file, or ended in the middle of it."""


class KeptOffice:
    """The foreman's side: the process, and the line by which it is asked."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = ""
        self._line: tuple[socket.socket, socket.socket] | None = None
        self._started, self._early, self._rests_until = 0.0, 0, 0.0
        self._dismissed = False

    def ensure(self) -> None:
        """Start it where it does not run and can be had; one that ended twice at once rests."""
        if self._process is not None or time.monotonic() < self._rests_until:
            return
        program = libreoffice.program()
        library = officekit.library(program) if program else None
        if library is None:
            return
        try:
            self._start(library)
        except OSError:
            # No room on the disk, no process to be had: each paper gets its own, or says why not.
            self._rests_until = time.monotonic() + _REST_SECONDS

    def _start(self, library: Path) -> None:
        if self._line is None:
            self._line = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._folder = tempfile.mkdtemp(prefix="drafting-office-")
        libreoffice.write_profile(Path(self._folder))
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        number = self._line[1].fileno()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _ENTRY, str(number), str(library), self._folder],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[number],
            env={**os.environ, **libreoffice.surroundings(self._folder), "PYTHONPATH": path},
            process_group=0,
        )
        self._started, self._dismissed = time.monotonic(), False
        install(self._line[0], self._process.pid)

    def ended(self, pid: int, code: int) -> bool:
        """Return whether ``pid``, which has ended with ``code``, was the office.

        Another is started then, except where nobody has asked for long, or it was dismissed.
        """
        if self._process is None or self._process.pid != pid:
            return False
        self._forget()
        if self._dismissed:
            return True
        failed = code not in (0, officekit.IDLE)
        early = failed and time.monotonic() - self._started < _EARLY_SECONDS
        self._early = self._early + 1 if early else 0
        if self._early >= _EARLY_ENDS:
            # Whatever ends it at once shall not keep the machine busy.
            self._early, self._rests_until = 0, time.monotonic() + _REST_SECONDS
        if code != officekit.IDLE:
            self.ensure()
        return True

    def _forget(self) -> None:
        assert self._process is not None
        self._process.returncode = 0  # It has been waited for: nobody needs to do it again.
        self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)
        install(None, 0)

    def dismiss(self) -> None:
        """End it, where it runs, until it is wanted again."""
        if self._process is not None and not self._dismissed:
            self._dismissed = True
            self.stop()

    def stop(self) -> None:
        """Kill it: what it is doing is of no use to anybody any more."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End it and take away its folder."""
        if self._process is None:
            return
        self.stop()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._process.pid, 0)
        self._forget()


# ------------------------------------------------------------------ the worker's side

_line: socket.socket | None = None
_pid = 0


def install(line: socket.socket | None, pid: int) -> None:
    """Have :func:`convert` ask by ``line`` the office of process ``pid`` from now on."""
    global _line, _pid
    _line, _pid = line, pid


def convert(data: bytes, source: str, target: str, options: str, timeout: float) -> bytes | None:
    """Turn ``data``, a file of the format ``source`` (``"docx"``), into ``target`` (``"pdf"``).

    Returns ``None`` where the office could make nothing of it. Raises :class:`Unready`, and
    :class:`drafting.programs.running.TooSlow` after ``timeout`` seconds; the office is killed then.
    """
    if _line is None:
        raise Unready
    order = json.dumps({"from": source, "to": target, "options": options}).encode()
    mine, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with mine:
        with other:
            sending = array.array("i", [other.fileno()])
            try:
                _line.sendmsg([order], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, sending)])
            except OSError:
                raise Unready from None
        try:
            mine.settimeout(BEGIN_SECONDS)
            officekit.read_frame(mine)
        except (OSError, EOFError):
            raise Unready from None
        return _result(mine, data, timeout)


def _result(stream: socket.socket, data: bytes, timeout: float) -> bytes | None:
    stream.settimeout(timeout)
    try:
        frames.send(stream, b"D", data)
        kind, body = officekit.read_frame(stream)
    except TimeoutError:
        # Group 0 would be our own: the office may have ended, and been forgotten, meanwhile.
        if _pid:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(_pid, signal.SIGKILL)
        raise TooSlow from None
    except (OSError, EOFError):
        raise Unready from None
    return body if kind == b"R" else None
