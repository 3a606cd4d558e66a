"""The foreman of :mod:`drafting.programs.workers`: a process that forks a worker for each task.

It reads orders (``{"job", "subject", "bytes"}`` with a socket) and answers on that socket in
frames: ``W`` so many tasks are before this one, ``B`` refused since the asker has so many already,
``S`` begun, and at the end ``R`` the result, ``E`` a mistake of the user, ``X`` an unforeseen
error, ``K`` why the worker was stopped. A worker that stays (``{"stays"}``,
:mod:`drafting.programs.staying`) gets the first socket for itself and is killed when the second is
closed. The foreman ends when nobody is left who could ask.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import selectors
import signal
import socket
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

import msgspec

from drafting.errors import UserError
from drafting.programs import frames
from drafting.programs.frames import HEAD
from drafting.programs.kept_office import KeptOffice
from drafting.programs.limits import bound_memory, bound_processor_time
from drafting.programs.memory import give_back_large, own_kb
from drafting.programs.staying import Work
from drafting.programs.workers import Job, Lane

AT_ONCE: Mapping[Lane, int] = {"print": 1, "quick": 2, "long": 1}
"""Workers at once, by lane: what they may take together must be borne by the service's limit. Of
what waits for one another's memory, the lane that stands first here begins first."""

EACH_AT_ONCE = 1
"""Workers that one person may have at once in a lane, while others may come."""

EACH_WAITING = 3
"""Tasks that one person may have waiting in a lane; then the next is refused."""

SHORT_MB = 60
"""What workers hold together beside what they share from which memory counts as short: an office
that is kept ready and idle is ended then."""

LARGE_BYTES = 2 * 1024 * 1024
"""A file from which on its reader may take much."""

_LOOK_SECONDS, _SPARED_SECONDS = 0.2, 20.0
_NICENESS: Mapping[Lane, int] = {"quick": 10, "long": 15, "print": 10}
_NO_MEMORY, _FAILED = 77, 78
_ORDER_BYTES = 4096
_PR_SET_PDEATHSIG = 1


@dataclass(eq=False, slots=True)
class _Task:
    """An order with the socket on which it is answered; ``bytes`` is the size of its files,
    ``told`` the place last said, ``spared`` when it first gave way to another large one."""

    job: str
    lane: Lane
    subject: str
    stream: socket.socket
    bytes: int = 0
    told: int = -1
    spared: float | None = None


def _is_large(task: _Task) -> bool:
    """Whether a task may take 80 MB and more: one such waits some seconds for another."""
    return task.lane != "quick" or task.bytes >= LARGE_BYTES


def main() -> None:
    """Work until all who could ask are gone; called with the socket's number and the module."""
    # The parent of a service's processes holds its signals back; ours must reach us.
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    give_back_large()
    number, module = int(sys.argv[1]), sys.argv[2]
    control = socket.socket(fileno=number)
    jobs = importlib.import_module(module)
    jobs.warm_up()
    # What is loaded is shared with each worker as long as nobody writes to it.
    gc.collect()
    gc.freeze()
    Foreman(control, jobs.JOBS, jobs.STAYING).run()


class Foreman:
    """Whose turn it is, and who is at work."""

    def __init__(
        self, control: socket.socket, jobs: Mapping[str, Job], staying: Mapping[str, Work]
    ) -> None:
        """Take orders from ``control``."""
        self._control, self._jobs, self._stays = control, jobs, staying
        self._waiting: list[_Task] = []
        self._working: dict[int, _Task] = {}
        self._staying: dict[int, socket.socket] = {}
        self._office = KeptOffice()
        self._events = selectors.DefaultSelector()
        self._wakes, self._woken = socket.socketpair()

    def run(self) -> None:
        """Take orders and hand them out until nobody can ask any more."""
        self._woken.setblocking(False)
        self._wakes.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        # The service ends us by closing its side; a Ctrl+C at the terminal is its matter.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.set_wakeup_fd(self._woken.fileno(), warn_on_full_buffer=False)
        self._events.register(self._control, selectors.EVENT_READ, "order")
        self._events.register(self._wakes, selectors.EVENT_READ, "reap")
        while True:
            # While somebody works his memory is looked at, and who waits for that may begin.
            for key, _ in self._events.select(_LOOK_SECONDS if self._all() else None):
                if key.data == "order":
                    if not self._take():
                        return self._end()
                elif key.data == "reap":
                    self._reap()
                elif isinstance(key.data, int):
                    self._dismiss(key.data)
                else:
                    # Before its turn who asked says nothing: it is gone.
                    self._forget(key.data)
            self._spare_office()
            self._hand_out()
            self._tell()

    def _take(self) -> bool:
        """Take an order; return whether anybody is still there to give one."""
        message, fds, _, _ = socket.recv_fds(self._control, _ORDER_BYTES, 4)
        if not message:
            return False
        streams = [socket.socket(fileno=fd) for fd in fds]
        order = msgspec.json.decode(message)
        if "stays" in order:
            self._stay(self._stays[order["stays"]], *streams)
            return True
        job = self._jobs[order["job"]]
        task = _Task(order["job"], job.lane, order["subject"], streams[0], order["bytes"])
        mine = sum(one.subject == task.subject and one.lane == task.lane for one in self._all())
        if mine >= EACH_AT_ONCE + EACH_WAITING:
            _say(task.stream, b"B", str(mine).encode())
            task.stream.close()
            return True
        self._waiting.append(task)
        self._events.register(task.stream, selectors.EVENT_READ, task)
        return True

    def _all(self) -> list[_Task]:
        return [*self._waiting, *self._working.values()]

    def _forget(self, task: _Task) -> None:
        if task in self._waiting:
            self._waiting.remove(task)
            self._events.unregister(task.stream)
            task.stream.close()

    def _hand_out(self) -> None:
        """Begin what may begin: the first of whoever has the least at work, within the lanes."""
        for lane, most in AT_ONCE.items():
            while sum(one.lane == lane for one in self._working.values()) < most:
                task = self._next(lane)
                if task is None:
                    break
                self._begin(task)

    def _next(self, lane: Lane) -> _Task | None:
        busy = Counter(one.subject for one in self._working.values() if one.lane == lane)
        turns = (
            one
            for one in self._waiting
            if one.lane == lane and busy[one.subject] < EACH_AT_ONCE and not self._gives_way(one)
        )
        return next(turns, None)

    def _gives_way(self, task: _Task) -> bool:
        """Whether a task whose turn it is waits for another: what takes the most memory does so for
        seconds, and it may come after it."""
        if not (_is_large(task) and any(map(_is_large, self._working.values()))):
            return False
        now = time.monotonic()
        if task.spared is None:
            task.spared = now
        return now - task.spared < _SPARED_SECONDS

    def _begin(self, task: _Task) -> None:
        self._waiting.remove(task)
        self._events.unregister(task.stream)
        if task.lane == "print":
            self._office.ensure()
        job = self._jobs[task.job]
        self._working[self._fork(lambda: _work(job, task.stream), task.stream)] = task

    def _stay(self, work: Work, stream: socket.socket, life: socket.socket) -> None:
        pid = self._fork(lambda: _stay(work, stream), stream, life)
        stream.close()
        self._staying[pid] = life
        self._events.register(life, selectors.EVENT_READ, pid)

    def _spare_office(self) -> None:
        """Keep no idle office ready while workers need its memory; the next PDF begins another."""
        if not self._is_printing() and self._is_short():
            self._office.dismiss()

    def _is_printing(self) -> bool:
        return any(one.lane == "print" for one in self._working.values())

    def _is_short(self) -> bool:
        # What a worker has from its fork on is as much as we have ourselves.
        shared = own_kb()
        readers = (pid for pid, one in self._working.items() if one.lane != "print")
        return sum(max(0, own_kb(pid) - shared) for pid in readers) > SHORT_MB * 1024

    def _dismiss(self, pid: int) -> None:
        """Kill a worker that stayed: nobody asks it any more."""
        if pid in self._staying:
            self._events.unregister(self._staying[pid])
            os.kill(pid, signal.SIGKILL)

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._wakes.recv(256):
                pass
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            code = os.waitstatus_to_exitcode(status)
            if self._office.ended(pid, code):
                if self._is_printing():
                    self._office.ensure()
                continue
            if pid in self._staying:
                self._bury(pid)
                continue
            task = self._working.pop(pid)
            if code:
                _say(task.stream, b"K", _why(code))
                if task.lane == "print":
                    self._office.stop()
            task.stream.close()

    def _bury(self, pid: int) -> None:
        life = self._staying.pop(pid)
        with contextlib.suppress(KeyError):
            self._events.unregister(life)
        life.close()

    def _tell(self) -> None:
        """Tell those who wait how many are before them, where that has changed."""
        for lane, most in AT_ONCE.items():
            working = sum(one.lane == lane for one in self._working.values())
            waiting = (one for one in self._waiting if one.lane == lane)
            for place, task in enumerate(waiting):
                ahead = place + min(working, most)
                if ahead != task.told:
                    task.told = ahead
                    _say(task.stream, b"W", str(ahead).encode())

    def _end(self) -> None:
        for pid in (*self._working, *self._staying):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._office.close()

    # ------------------------------------------------------------------ the worker's side

    def _fork(self, work: Callable[[], int], *mine: socket.socket) -> int:
        """Have ``work`` done by another process, which ends with the code that it returns and has
        of the sockets only ``mine``; return its number."""
        pid = os.fork()
        if pid:
            return pid
        code = _FAILED
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._let_go(mine)
            # What libraries print of a file is for nobody.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            code = work()
        except MemoryError:
            code = _NO_MEMORY
        except BaseException:  # noqa: BLE001  # a fork must never return into the foreman's loop
            traceback.print_exc()
        finally:
            os._exit(code)

    def _let_go(self, mine: Sequence[socket.socket]) -> None:
        """Close what is others'."""
        self._events.close()
        others = (one.stream for one in self._all())
        ours = (self._control, self._wakes, self._woken)
        for stream in (*ours, *others, *self._staying.values()):
            if stream not in mine:
                stream.close()


def _work(job: Job, stream: socket.socket) -> int:
    """Do one job with the arguments that come by ``stream`` and answer there."""
    _limit(job)
    _say(stream, b"S", b"")
    with stream.makefile("rb") as source:
        args = _arguments(source)
    stream.setblocking(True)
    try:
        result = job.work(*args)
        body = msgspec.msgpack.encode(result)
    except UserError as error:
        said = {"message": error.message, "field": error.field}
        _say(stream, b"E", msgspec.msgpack.encode(said))
    except MemoryError:
        return _NO_MEMORY
    except Exception:  # noqa: BLE001  # told to who asked, who raises it again
        _say(stream, b"X", traceback.format_exc().encode())
    else:
        _say(stream, b"R", body)
    return 0


def _arguments(source: IO[bytes]) -> list[Any]:
    """Return what a job is to be done with; what is large comes behind, a frame each."""
    _, length = HEAD.unpack(source.read(HEAD.size))
    places, args = msgspec.msgpack.decode(source.read(length))
    for place in places:
        _, length = HEAD.unpack(source.read(HEAD.size))
        args[place] = source.read(length)
    found: list[Any] = args
    return found


def _stay(work: Work, stream: socket.socket) -> int:
    """Answer what comes by ``stream`` until its end."""
    # Its life ends with its asker's side of the other socket, which the foreman alone watches.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with stream, stream.makefile("rb") as tasks, stream.makefile("wb") as results:
        work(tasks, results)
    return 0


def _limit(job: Job) -> None:
    """Set this process its limits."""
    bound_memory(job.memory_mb)
    bound_processor_time(job.seconds)
    # By the clock, and though the foreman be gone.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(job.wall)
    # Pages of other people come first.
    os.nice(_NICENESS[job.lane])


def _why(code: int) -> bytes:
    """Return the reason for which a worker ended with ``code`` (negative: the signal)."""
    if code == _NO_MEMORY:
        return b"memory"
    return b"time" if -code in (signal.SIGALRM, signal.SIGXCPU) else b"crash"


def _say(stream: socket.socket, kind: bytes, body: bytes) -> None:
    """Answer; who asked may be gone."""
    with contextlib.suppress(OSError):
        frames.send(stream, kind, body)
