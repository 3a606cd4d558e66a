"""Work on what was handed in, done in processes of their own: a file made to harm harms only one.

One *foreman* process loads the readers once and forks a worker for each task, so that a task has a
process of its own within milliseconds, with limits of memory and time, and nothing of one task is
left for the next. The foreman never looks at a task's data itself: it only says whose turn it is,
fairly between those who ask. It is a program of its own, not a fork of the service: it holds none
of its secrets, databases or threads. Several processes of a service may ask one foreman.

Only where the system is Linux. Elsewhere :func:`ask` works in the caller's own process.
"""

from __future__ import annotations

import array
import contextlib
import importlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from drafting.errors import UserError
from drafting.programs import frames
from drafting.programs.frames import HEAD
from drafting.programs.resting import at_rest

Lane = Literal["quick", "long", "print"]
"""Tasks wait behind those of their own lane only: a file is not kept waiting by a long check."""

ABLE = sys.platform == "linux"
"""Whether workers can be had: they need fork, and sockets that keep messages apart."""

PATIENCE = 20.0
"""Seconds for which a page waits for its turn before it says how many are before it."""

_MOST_BYTES = 512 * 1024 * 1024
_MB = 1024 * 1024
_LOOK_SECONDS = 0.3

asked_by: ContextVar[str] = ContextVar("asked_by", default="")
"""For whom work is done: an account, or the address of who has none. Shares are counted by it."""


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work that may be asked for.

    ``work`` takes plain data and returns a ``result``, a type that msgspec knows: nothing else
    comes back from a worker. ``seconds`` bounds its processor time, ``wall`` the time by the clock
    (programs that it calls count in that), ``memory_mb`` its memory, ``what`` names it to the user.
    """

    work: Callable[..., Any]
    result: Any
    what: str
    seconds: int = 30
    wall: int = 300
    memory_mb: int = 320
    lane: Lane = "quick"


class Busy(UserError):
    """It was not its turn in time, or the asker has too much waiting; ``ahead`` are before it."""

    def __init__(self, message: str, ahead: int) -> None:
        super().__init__(message)
        self.ahead = ahead


class Stopped(UserError):
    """A limit stopped the worker, or what it read ended it."""


class GivenUp(UserError):
    """Who asked has given it up; what was under way is of no use."""


Waiting = Callable[[int], None]
"""Called with how many tasks are before this one, whenever that changes; 0: it has begun."""


@dataclass(frozen=True, slots=True)
class How:
    """How something is asked for: ``about`` names the file in messages, ``patience`` is for how
    many seconds a turn is waited for, ``waiting`` is told how many are before it; once ``given_up``
    says so, nobody wants it any more."""

    about: str = ""
    patience: float = PATIENCE
    waiting: Waiting | None = None
    given_up: Callable[[], bool] | None = None


SOON = How()


class Workers:
    """A foreman, asked from any thread, or process forked from this one."""

    def __init__(self, jobs: str, *, at_once: bool = True) -> None:
        """Start the foreman, ``at_once`` or with the first task.

        ``jobs`` is the module whose ``JOBS`` and ``warm_up`` it knows.
        """
        self._jobs_name = jobs
        self._ours, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process: subprocess.Popen[bytes] | None = None
        self._owner, self._starting = os.getpid(), threading.Lock()
        if at_once:
            self.start()

    def start(self) -> None:
        """Start the foreman, or another one after it has died; the connection is the same."""
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        number = self._theirs.fileno()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _ENTRY, str(number), self._jobs_name],
            stdin=subprocess.DEVNULL,
            pass_fds=[number],
            env={**os.environ, "PYTHONPATH": path},
            process_group=0,
        )

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The foreman's process."""
        assert self._process is not None
        return self._process

    def ensure(self) -> bool:
        """Start the foreman where it has not begun or has died; return whether that was so.

        Only the process that started it can: a fork of it leaves that to it.
        """
        if os.getpid() != self._owner:
            return False
        with self._starting:
            if self._process is not None and self._process.poll() is None:
                return False
            self.start()
            return True

    def close(self) -> None:
        """End the foreman, and what its workers are doing with it."""
        self._ours.close()
        self._theirs.close()
        if self._process is None:
            return
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def stay(self, name: str) -> tuple[socket.socket, socket.socket]:
        """Have a worker that stays forked (``STAYING`` of the jobs' module); return the stream by
        which it is spoken to, and one at whose end it is killed."""
        self.ensure()
        (stream, its), (life, kept) = socket.socketpair(), socket.socketpair()
        with its, kept:
            self._order({"stays": name}, its, kept)
        return stream, life

    def _order(self, order: Mapping[str, str | int], *streams: socket.socket) -> None:
        sending = array.array("i", [one.fileno() for one in streams])
        message = msgspec.json.encode(order)
        self._ours.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, sending)])

    def ask(self, name: str, *args: Any, how: How = SOON) -> Any:
        """Have the job ``name`` done with ``args``.

        Raises :class:`UserError` as the job does, and where it was stopped by a limit;
        :class:`Busy` where its turn did not come in time.
        """
        self.ensure()
        job = _jobs(self._jobs_name)[name]
        mine, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with mine:
            with other:
                size = sum(len(one) for one in args if isinstance(one, bytes))
                self._order({"job": name, "subject": asked_by.get(), "bytes": size}, other)
            with at_rest():
                return _Conversation(mine, job, args, how).result()


class _Conversation:
    """One task as seen by who asked for it."""

    def __init__(self, stream: socket.socket, job: Job, args: tuple[Any, ...], how: How) -> None:
        self._stream, self._job, self._args, self._how = stream, job, args, how

    def result(self) -> Any:
        waiting = self._how.waiting
        until = time.monotonic() + self._how.patience
        ahead = 0
        while True:
            try:
                kind, body = self._frame(until)
            except TimeoutError:
                raise Busy(_queue(ahead), ahead) from None
            if kind == b"W":
                ahead = int(body)
                if waiting:
                    waiting(ahead)
            elif kind == b"S":
                # The worker limits itself; the rest is for what it prints.
                until = time.monotonic() + self._job.wall + 30
                if waiting:
                    waiting(0)
                with contextlib.suppress(OSError):
                    self._send_arguments()
            elif kind == b"B":
                raise Busy(f"您还有 {int(body)} 件没有处理完，请等处理完再试。", int(body))
            else:
                return self._outcome(kind, body)

    def _send_arguments(self) -> None:
        """Send what the job is to be done with; files apart, as packing would copy them."""
        args = list(self._args)
        large = {n: one for n, one in enumerate(args) if isinstance(one, bytes) and len(one) > _MB}
        for place in large:
            args[place] = None
        frames.send(self._stream, b"A", msgspec.msgpack.encode((list(large), args)))
        for one in large.values():
            frames.send(self._stream, b"B", one)

    def _outcome(self, kind: bytes, body: bytes) -> Any:
        if kind == b"R":
            return msgspec.msgpack.decode(body, type=self._job.result)
        if kind == b"E":
            said = msgspec.msgpack.decode(body)
            raise UserError(said["message"], field=said["field"])
        if kind == b"X":
            raise RuntimeError(f"a worker failed:\n{body.decode('utf-8', 'replace')}")
        raise Stopped(_stopped(self._job, self._how.about, body))

    def _frame(self, until: float) -> tuple[bytes, bytes]:
        """Read the next frame; a worker or foreman that is gone counts as a crash."""
        try:
            head = self._exactly(HEAD.size, until)
            kind, length = HEAD.unpack(head)
            return kind, self._exactly(length, until)
        except (EOFError, ConnectionError):
            return b"K", b"crash"

    def _exactly(self, length: int, until: float) -> bytes:
        if length > _MOST_BYTES:
            raise EOFError
        found = bytearray()
        while len(found) < length:
            block = self._block(min(length - len(found), _MB), until)
            if not block:
                raise EOFError
            found += block
        return bytes(found)

    def _block(self, most: int, until: float) -> bytes:
        """Return what comes next, looking now and then whether anybody still wants it."""
        given_up = self._how.given_up
        while True:
            left = until - time.monotonic()
            self._stream.settimeout(max(0.001, min(left, _LOOK_SECONDS) if given_up else left))
            try:
                return self._stream.recv(most)
            except TimeoutError:
                if given_up and given_up():
                    raise GivenUp("已取消。") from None
                if time.monotonic() >= until:
                    raise


def _queue(ahead: int) -> str:
    return f"现在要处理的较多，前面还有 {ahead} 件，请稍后再试。"


def _stopped(job: Job, about: str, why: bytes) -> str:
    what = f"{job.what}“{about}”" if about else job.what
    if why == b"memory":
        return f"{what}占用内存超过 {job.memory_mb} MB 的上限，已停止；请拆分后再试。"
    if why == b"time":
        return f"{what}用时超过上限（{job.seconds} 秒），已停止；请拆分后再试。"
    return f"{what}时程序意外中断；文件可能已损坏，请用原程序另存后再试。"


# ------------------------------------------------------------------ asking, from anywhere

_installed: Workers | None = None


def install(workers: Workers | None) -> None:
    """Have :func:`ask` use ``workers`` from now on; ``None``: work in the caller's own process."""
    global _installed
    _installed = workers


def installed() -> Workers | None:
    """Return what :func:`ask` uses."""
    return _installed


@contextlib.contextmanager
def working(jobs: str, *, at_once: bool = True) -> Iterator[Workers | None]:
    """Have workers for the jobs of this module while the block runs, where they can be had."""
    workers = Workers(jobs, at_once=at_once) if ABLE else None
    install(workers)
    try:
        yield workers
    finally:
        install(None)
        if workers:
            workers.close()


def ask(job: Job, name: str, *args: Any, how: How = SOON) -> Any:
    """Do ``job``, called ``name`` among the jobs, by a worker where there are any, else here.

    Raises as :meth:`Workers.ask` does.
    """
    if _installed is None:
        return job.work(*args)
    return _installed.ask(name, *args, how=how)


@contextlib.contextmanager
def on_behalf_of(subject: str) -> Iterator[None]:
    """Count what is asked for inside the block as ``subject``'s."""
    before = asked_by.set(subject)
    try:
        yield
    finally:
        asked_by.reset(before)


def _jobs(module: str) -> Mapping[str, Job]:
    jobs: Mapping[str, Job] = importlib.import_module(module).JOBS
    return jobs


_ENTRY = "from drafting.programs.foreman import main; main()"
