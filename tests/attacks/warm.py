"""A Python that has loaded the product, and forks a process for each command that is asked of it.

A service that is killed two hundred times is started two hundred times, and nine tenths of a start
are imports. The processes are whole ones of their own: only what was loaded is shared.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_MOST = 1 << 20


class Running:
    """A process that was forked, as ``subprocess.Popen`` shows one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = threading.Event()

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def end(self, code: int) -> None:
        """It has ended with this code; a negative one is the signal that it died of."""
        self.returncode = code
        self._ended.set()


class Warm:
    """The process that forks; used from any thread, ended by :meth:`close`."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())], cwd=ROOT,
                pass_fds=[theirs.fileno()], env={**os.environ, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip
        self._stream = ours
        self._asking, self._answer = threading.Lock(), threading.Semaphore(0)
        self._begun: Running | None = None
        self._running: dict[int, Running] = {}
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def run(self, arguments: Sequence[object], said: Path) -> Running:
        """Run ``drafting`` with these arguments; what it says goes to the end of a file."""
        with self._asking:
            self._stream.send(json.dumps([[str(one) for one in arguments], str(said)]).encode())
            assert self._answer.acquire(timeout=300)
            assert self._begun is not None
            return self._begun

    def close(self) -> None:
        """End it; what it has forked is ended before."""
        self._stream.shutdown(socket.SHUT_RDWR)
        self._process.wait(60)
        self._listening.join()
        self._stream.close()

    def _listen(self) -> None:
        while said := self._stream.recv(_MOST):
            pid, code = json.loads(said)
            if code is None:
                self._begun = self._running[pid] = Running(pid)
                self._answer.release()
            else:
                self._running.pop(pid).end(code)


# ------------------------------------------------------------------ the process that forks


def _command(arguments: list[str], said: str) -> int:
    with Path(said).open("ab", buffering=0) as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    from service.cli.app import main

    sys.argv = ["drafting", *arguments]
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return 0


def _fork(stream: socket.socket, arguments: list[str], said: str) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        stream.close()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        code = _command(arguments, said)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _serve(number: int) -> None:
    stream = socket.socket(fileno=number)
    _load()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    stream.settimeout(0.02)
    while True:
        try:
            asked = stream.recv(_MOST)
        except TimeoutError:
            asked = None
        if asked == b"":
            return
        if asked:
            stream.send(json.dumps([_fork(stream, *json.loads(asked)), None]).encode())
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                code = os.waitstatus_to_exitcode(ended[1])
                stream.send(json.dumps([ended[0], code]).encode())


def _load() -> None:
    """Import what a service does, and what it loads before it forks."""
    import desk.handed_in
    import service.cli.app
    import service.doors
    import service.server
    import web
    from service import warming

    assert service.cli.app and service.doors and service.server and web and desk.handed_in
    warming.load()
    gc.freeze()


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
